"""What is measured: private servers and the six services, with one connector and no mail box but the applicant's."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg

from intake.organisations import load as load_organisations
from schakel_local import fleet
from schakel_local.demo import world
from schakel_local.fleet import Service
from schakel_local.stack import Stack, remove_data
from shared.database import EVERY_SWV, Database

ROOT = Path(__file__).parents[1]


WARM_UP = 4
"""Seconds until a load runs evenly."""
_UNSENT = "SELECT count(*) FROM outbox WHERE sent_at IS NULL"
_UNDERWAY = "SELECT count(*) FROM mail WHERE staat IN ('gepland', 'bezig')"


class Site:
    """A running stack with its fleet."""

    def __init__(self, stack: Stack, services: dict[str, Service]) -> None:
        self.stack = stack
        self.services = services

    @contextmanager
    def loaded(self, *, rate: float, prefix: str) -> Iterator[None]:
        """Keep hulpvragen coming for as long as the block takes, from some seconds before it on."""
        process = self.load(600, rate=rate, in_flight=5000, prefix=prefix)
        try:
            time.sleep(WARM_UP)
            yield
        finally:
            process.kill()
            process.communicate()

    @asynccontextmanager
    async def connected(self, service: str) -> AsyncIterator[Any]:
        """Open a connection to a service's schema: one for many questions, so that asking costs little."""
        connection = await asyncpg.connect(fleet.database_url(self.stack, service), server_settings=EVERY_SWV)
        try:
            yield connection
        finally:
            await connection.close()

    async def query(self, service: str, statement: str, *arguments: object) -> Any:
        """Ask one value of a service's schema."""
        async with self.connected(service) as connection:
            return await connection.fetchval(statement, *arguments)

    async def rows(self, service: str, statement: str, *arguments: object) -> list[Any]:
        """Ask rows of a service's schema."""
        async with self.connected(service) as connection:
            return list(await connection.fetch(statement, *arguments))

    def settle(self, within: float = 120) -> None:
        """Wait until no event and no mail is on its way. Raises RuntimeError."""
        asyncio.run(self._settle(time.monotonic() + within))

    async def _settle(self, deadline: float) -> None:
        async with (
            self.connected("intake") as intake,
            self.connected("workflow") as workflow,
            self.connected("notify") as notify,
        ):
            while time.monotonic() < deadline:
                events = await intake.fetchval(_UNSENT) + await workflow.fetchval(_UNSENT)
                if not events + await notify.fetchval(_UNDERWAY):
                    return
                await asyncio.sleep(0.3)
        raise RuntimeError("events or mails are still on their way")

    def load(self, seconds: float, *, rate: float, in_flight: int, prefix: str) -> "subprocess.Popen[str]":
        """Start the connector under load; its stdout is the result."""
        arguments = [fleet.connector_url(self.stack), fleet.CONNECTOR, seconds, rate, in_flight, prefix]
        command = [sys.executable, "-m", "bench.load", *map(str, arguments)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def result(process: "subprocess.Popen[str]") -> dict[str, Any]:
    """Wait for a load and read what it printed."""
    out, _ = process.communicate()
    found: dict[str, Any] = json.loads(out)
    return found


@contextmanager
def running(folder: Path, extra: Mapping[str, Mapping[str, str]] | None = None) -> Iterator[Site]:
    """Start everything on fresh data; end it and throw the data away."""
    folder.mkdir(parents=True, exist_ok=True)
    remove_data(folder)
    stack = Stack(folder)
    try:
        stack.start(partial(fleet.services, extra=extra))
        asyncio.run(_connector(stack))
        yield Site(stack, {server.name: server for server in stack.servers if isinstance(server, Service)})
    finally:
        stack.kill()
        stack.close()
        remove_data(folder)


async def _connector(stack: Stack) -> None:
    database = Database(fleet.database_url(stack, "intake"), size=2)
    await database.connect()
    async with database.transaction() as tx:
        await load_organisations(tx, world.organisaties(f"lvs-{fleet.CONNECTOR}"), actor="bench")
    await database.close()
    await asyncio.sleep(3)  # intake looks for new connectors twice a second
