"""What is measured: private servers and the six services, with one connector and no mail box but the applicant's."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg

from intake.organisations import load as load_organisations
from schakel_local import fleet
from schakel_local.demo import world
from schakel_local.fleet import Service
from schakel_local.stack import Stack, remove_data
from shared.database import Database


class Site:
    """A running stack with its fleet."""

    def __init__(self, stack: Stack, services: dict[str, Service]) -> None:
        self.stack = stack
        self.services = services

    async def query(self, service: str, statement: str, *arguments: object) -> Any:
        """Ask one value of a service's schema."""
        connection = await asyncpg.connect(fleet.database_url(self.stack, service))
        try:
            return await connection.fetchval(statement, *arguments)
        finally:
            await connection.close()

    async def rows(self, service: str, statement: str, *arguments: object) -> list[Any]:
        """Ask rows of a service's schema."""
        connection = await asyncpg.connect(fleet.database_url(self.stack, service))
        try:
            return list(await connection.fetch(statement, *arguments))
        finally:
            await connection.close()

    def load(self, seconds: float, *, rate: float, in_flight: int, prefix: str) -> "subprocess.Popen[str]":
        """Start the connector under load; its stdout is the result."""
        arguments = [fleet.connector_url(self.stack), fleet.CONNECTOR, seconds, rate, in_flight, prefix]
        command = [sys.executable, "-m", "bench.load", *map(str, arguments)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1])

    def memory(self) -> dict[str, float]:
        """Proportional set size of each service in MB: shared pages count once over all who share them."""
        return {name: _pss(service.pid or 0) for name, service in self.services.items()}


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
        stack.start()
        servers = fleet.services(stack, extra=extra)
        stack.add(servers)
        asyncio.run(_connector(stack))
        yield Site(stack, {server.name: server for server in servers if isinstance(server, Service)})
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


def _pss(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) / 1024


def machine() -> str:
    """Name interpreter and versions."""
    versions = [f"Python {sys.version.split()[0]} ({sys.executable})", f"{os.cpu_count()} cores"]
    return ", ".join(versions)
