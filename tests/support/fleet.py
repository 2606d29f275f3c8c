"""The whole system as processes, for chain and chaos tests: private servers, six services, the demo's world.

>>> with whole(folder) as system:
...     answers = await system.submit(20)
...     system.services["workflow"].kill()
"""

import asyncio
import io
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from minio import Minio

from schakel_local import fleet
from schakel_local.account import account
from schakel_local.child import Child
from schakel_local.demo.load import load
from schakel_local.demo.site import Site
from schakel_local.fleet import Register, Service
from schakel_local.process import Server
from schakel_local.stack import Stack
from shared.database import EVERY_SWV
from support import warm


@dataclass
class System:
    """A running system."""

    stack: Stack
    services: dict[str, Service]
    register: Register
    site: Site

    async def value(self, service: str, statement: str, *arguments: object) -> Any:
        """Ask one value of a service's schema."""
        rows = await self.rows(service, statement, *arguments)
        return rows[0][0] if rows else None

    async def rows(self, service: str, statement: str, *arguments: object) -> list[Any]:
        """Ask rows of a service's schema."""
        connection = await asyncpg.connect(fleet.database_url(self.stack, service), server_settings=EVERY_SWV)
        try:
            return list(await connection.fetch(statement, *arguments))
        finally:
            await connection.close()

    def objects(self) -> dict[tuple[str, str], bytes]:
        """Every object in the three buckets."""
        keys = self.stack.s3.keys("admin")
        client = Minio(self.stack.s3.endpoint, keys.access_key, keys.secret_key, secure=False, region="us-east-1")
        found = {}
        for bucket in fleet.BUCKETS:
            for item in client.list_objects(bucket, recursive=True):
                assert item.object_name is not None
                with client.get_object(bucket, item.object_name) as answer:
                    found[bucket, item.object_name] = io.BytesIO(answer.read()).getvalue()
        return found

    def logs(self) -> str:
        """Everything every service logged."""
        return "\n".join(service.log.read_text(errors="replace") for service in self.services.values())


@contextmanager
def whole(
    folder: Path, *, replicas: int = 1, extra: Mapping[str, Mapping[str, str]] | None = None, is_warm: bool = False
) -> Iterator[System]:
    """Start everything and load the demo's world; end it at the end. ``is_warm``: services start by fork (see warm)."""
    stack = Stack(folder)

    def services_of(stack: Stack) -> list[Server]:
        servers = fleet.services(stack, replicas=replicas, extra=extra)
        for server in servers if is_warm else ():
            warm_up(server)
        return servers

    try:
        stack.start(services_of)
        stack.describe("running")
        site = Site(folder)
        asyncio.run(load(site))
        services = {server.name: server for server in stack.servers if isinstance(server, Service)}
        register = next(server for server in stack.servers if isinstance(server, Register))
        yield System(stack, services, register, site)
    finally:
        stack.kill()
        stack.close()


def warm_up(server: Server) -> None:
    """Let each start of it be a fork, as the same user; not where that user needs a capability to read this clone."""
    if "--ambient-caps=-all,+dac_read_search" in server.wrap([sys.executable]):
        return
    user = (account().uid, account().gid) if os.geteuid() == 0 else None

    def launch(argv: Sequence[str]) -> Child:
        with server.log.open("ab") as log:
            file = log.fileno()
            return Child(warm.popen(argv, env=server.environment(), cwd=server.data, stdout=file, stderr=file, user=user))

    setattr(server, "launch", launch)  # noqa: B010 - the only way of starting it here
