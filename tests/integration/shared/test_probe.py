"""A service of the chassis alone, in this process."""

from typing import ClassVar
from uuid import uuid4

from shared.envelope import Data, Event
from shared.service import Service, Tx
from shared.settings import BaseServiceSettings
from support.sandbox import Sandbox, eventually, running


class Ping(Data):
    """A question."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.probe.ping.v1"
    n: int


async def test_a_message_delivered_twice_has_one_effect(sandbox: Sandbox) -> None:
    service = Service("notify", sandbox.settings(BaseServiceSettings, "notify"), title="Probe")
    seen: list[int] = []

    @service.on(Ping, "ping")
    async def ping(event: Event[Ping], tx: Tx) -> None:
        seen.append(event.data.n)

    async with running(service):
        event = Event.about(Ping(n=1), subject=uuid4(), sequence=1)
        await sandbox.publish(event, event)

        async def inboxed() -> int:
            async with sandbox.connect() as connection:
                return int(await connection.fetchval("SELECT count(*) FROM notify.inbox"))

        await eventually(inboxed)
    assert seen == [1]
