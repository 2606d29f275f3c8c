"""All connectors of this process: follows the table, so that one that is added or stopped needs no restart.

>>> service.during(lines.opened)
>>> service.worker("connectors", lines.follow, every=settings.connector_poll)
>>> lines.wake("parnassys")                # after writing something for it
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractRobustConnection

from intake.adapters import lvs
from intake.line import BROKER_ERRORS, Line, Parts
from intake.settings import Settings
from intake.store import organisations
from intake.usecases.batch import Connector
from shared.database import Database
from shared.inbox import Inbox
from shared.log import get_logger
from shared.publisher import Publisher

log = get_logger()


class Lines:
    """A line per active connector, on one connection that is only read from: a blocked publisher does not hold it up."""

    def __init__(self, settings: Settings, database: Database, publisher: Publisher, inbox: Inbox) -> None:
        self._settings = settings
        self._database = database
        self._publisher = publisher
        self._inbox = inbox
        self._connection: AbstractRobustConnection | None = None
        self._lines: dict[Connector, Line] = {}
        self._followed = False

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Hold the connection; at the end every line finishes what it has in hand."""
        self._connection = await aio_pika.connect_robust(
            self._settings.broker_address,
            timeout=5,
            reconnect_interval=1,
            fail_fast=False,
            heartbeat=self._settings.heartbeat,
            client_properties={"connection_name": "intake-connectors"},
        )
        try:
            yield
        finally:
            for connector in list(self._lines):
                await self._end(connector)
            await self._connection.close()

    async def follow(self) -> bool:
        """Start and stop lines after the table of connectors."""
        rows = await organisations.active_connectors(self._database.pool)
        wanted = [Connector(**row) for row in rows]
        for connector in [*self._lines]:
            if connector not in wanted or not self._lines[connector].is_alive:
                await self._end(connector)
        for connector in wanted:
            if connector not in self._lines:
                await self._begin(connector)
        self._followed = all(connector in self._lines for connector in wanted)
        return False

    async def are_served(self) -> bool:
        """Tell whether every active connector is received, processed and answered here."""
        return self._followed and all(line.is_alive for line in self._lines.values())

    def wake(self, connector: str) -> None:
        """Send what was just written for this connector, if it is served here; another replica finds it by itself."""
        for line in self._lines.values():
            if line.connector.id == connector:
                line.wake()

    async def declare(self, channel: AbstractChannel) -> None:
        """Declare again what belongs to the connectors served here, so that what was deleted comes back."""
        for connector in self._lines:
            await lvs.declare_inbox(channel, connector.id)
            await lvs.declare_uit(channel, connector.id)

    def unread(self) -> dict[str, int]:
        """Return at most how many messages each connector has lying unread."""
        return {connector.id: line.window.unread for connector, line in self._lines.items()}

    async def _begin(self, connector: Connector) -> None:
        if self._connection is None:
            return
        parts = Parts(self._settings, self._database, self._publisher, self._inbox, self._connection)
        line = Line(connector, parts)
        try:
            await line.start()
        except BROKER_ERRORS as error:
            log.warning("connector_waits", connector=connector.id, error=type(error).__name__)
            await line.stop()
            return
        self._lines[connector] = line
        log.info("connector_started", connector=connector.id)

    async def _end(self, connector: Connector) -> None:
        await self._lines.pop(connector).stop()
        log.info("connector_stopped", connector=connector.id)
