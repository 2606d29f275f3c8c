"""Everything that runs for one connector, apart from the others, so that a busy one starves nobody."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractQueue
from aiormq.exceptions import AMQPError, ChannelInvalidStateError

from intake.adapters import lvs
from intake.processing import Processor
from intake.receiving import Collector
from intake.sending import Sender
from intake.settings import Settings
from intake.usecases.batch import Connector
from intake.window import Window
from shared.database import Database
from shared.errors import BrokerUnavailable
from shared.inbox import Inbox
from shared.publisher import Publisher
from shared.worker import Worker

BROKER_ERRORS = (AMQPError, ChannelInvalidStateError, OSError, RuntimeError)
"""What aio-pika raises when the connection goes while it is used."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What every line needs of the process."""

    settings: Settings
    database: Database
    publisher: Publisher
    inbox: Inbox
    connection: AbstractConnection


class Line:
    """One connector at work. ``start`` once, ``stop`` once."""

    def __init__(self, connector: Connector, parts: Parts) -> None:
        self.connector = connector
        self._parts = parts
        settings = parts.settings
        self.window = Window(settings.window, self._unread)
        self._sender = Sender(
            connector.id, parts.database, parts.publisher, self.window, lease=settings.lease, pace=settings.pace
        )
        self._sending = Worker("send", self._sender.step, every=settings.poll)
        limit = connector.max_bericht or settings.max_message
        self._processor = Processor(connector, parts.database, limit, self.wake)
        self._processing = Worker("process", self._processor.step, every=settings.poll)
        self._collector = Collector(
            connector,
            parts.database,
            limit=limit,
            pace=settings.pace,
            per_minute=connector.per_minuut or settings.messages_per_minute,
            hold=parts.inbox.through_outages,
            stored=self._arrived,
        )
        self._channel: AbstractChannel | None = None
        self._consuming: tuple[AbstractQueue, str] | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Declare what belongs to the connector and begin. Raises one of ``BROKER_ERRORS`` when the broker is away."""
        self._channel = await self._parts.connection.channel(publisher_confirms=False)
        await self._channel.set_qos(prefetch_count=self._parts.settings.connector_prefetch)
        await lvs.declare_uit(self._channel, self.connector.id)
        queue = await lvs.declare_inbox(self._channel, self.connector.id)
        runs: Sequence[Callable[[], Awaitable[None]]] = (self._collector.run, self._processing.run, self._sending.run)
        self._tasks = [asyncio.ensure_future(run()) for run in runs]
        self._consuming = (queue, await queue.consume(self._collector.receive))

    async def stop(self) -> None:
        """Take no more, finish what is in hand."""
        with suppress(*BROKER_ERRORS, TimeoutError):
            if self._consuming:
                queue, tag = self._consuming
                await queue.cancel(tag, timeout=2)
        for part in (self._collector, self._processing, self._sending):
            part.stop()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=self._parts.settings.graceful_timeout)
            for task in late:
                task.cancel()
        with suppress(*BROKER_ERRORS, TimeoutError):
            if self._channel:
                await self._channel.close()

    def wake(self) -> None:
        """Send what was just written for this connector."""
        self._sender.expect()
        self._sending.wake()

    def _arrived(self) -> None:
        self._processor.expect()
        self._processing.wake()

    @property
    def is_alive(self) -> bool:
        """Whether all three still run."""
        return bool(self._tasks) and not any(task.done() for task in self._tasks)

    async def _unread(self) -> int:
        try:
            async with asyncio.timeout(5), self._parts.connection.channel() as channel:
                return await lvs.unread(channel, self.connector.id)
        except (*BROKER_ERRORS, TimeoutError) as error:
            raise BrokerUnavailable(type(error).__name__) from error
