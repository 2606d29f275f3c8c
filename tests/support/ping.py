"""A message and a service for tests of the chassis."""

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar
from uuid import uuid4

from shared.envelope import Data, Event
from shared.service import Service, Tx
from shared.settings import BaseServiceSettings
from support.sandbox import Sandbox


class Ping(Data):
    """A question."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.probe.ping.v1"

    n: int


class Pong(Data):
    """An answer nobody reads."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.probe.pong.v1"

    n: int


def ping(n: int, subject: str = "") -> Event[Ping]:
    return Event.about(Ping(n=n), subject=subject or str(uuid4()), sequence=n)


def service_with(
    sandbox: Sandbox,
    handle: Callable[[Event[Ping], Tx], Awaitable[None]],
    *,
    name: str = "notify",
    together: bool = False,
    **settings: Any,
) -> Service:
    """A service of the chassis alone, in the schema of one of ours, with one handler for Ping."""
    service = Service(name, sandbox.settings(BaseServiceSettings, name, **settings), title="Probe")

    @service.on(Ping, "ping", together=together)
    async def on_ping(event: Event[Ping], tx: Tx) -> None:
        await handle(event, tx)

    return service


async def inboxed(sandbox: Sandbox, name: str = "notify") -> int:
    async with sandbox.connect() as connection:
        return int(await connection.fetchval(f"SELECT count(*) FROM {name}.inbox"))
