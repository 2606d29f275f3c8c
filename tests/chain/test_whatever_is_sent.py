"""Whatever a connector makes of a command, one answer comes of it, and nothing of it stays behind anywhere."""

import asyncio
import json
from collections import Counter
from random import Random
from uuid import uuid4

import pytest

from schakel.config import SERVICES
from schakel_local.demo import world
from schakel_lvs import Connector, Sent, Store
from schakel_lvs import berichten as contract
from support.commandmutant import mutant
from support.fleet import System
from support.sandbox import eventually

AT_ONCE = 20
_DEAD = "SELECT count(*) FROM dead_letter"
_LEFT = (
    "SELECT (SELECT count(*) FROM ontvangst WHERE staat = 'te verwerken') + (SELECT count(*) FROM outbox WHERE sent_at IS NULL)"
)


async def answered(system: System, count: int) -> Counter[str]:
    """Send so many changed commands, the same each time; count the answers by kind."""
    chance, turns, kinds = Random(count), asyncio.Semaphore(AT_ONCE), Counter[str]()
    async with Connector.open(system.site.environment["SCHAKEL_LVS_AMQP_URL"], world.CONNECTOR, Store(":memory:")) as lvs:

        async def ask(kind: type, body: dict[str, object]) -> None:
            async with turns:
                answer = await lvs.ask(Sent(uuid4(), kind.TYPE, json.dumps(body).encode()), timeout=60)  # type: ignore[attr-defined]
            kinds[type(answer).__name__] += 1

        await asyncio.gather(*(ask(*mutant(chance)) for _ in range(count)))
    return kinds


async def check(system: System, count: int) -> None:
    before = {name: await system.value(name, _DEAD) for name in SERVICES}
    kinds = await answered(system, count)
    assert kinds.total() == count
    assert {contract.Aanvaard.__name__, contract.Geweigerd.__name__} <= set(kinds), kinds

    async def nothing_is_left() -> bool:
        return bool(await system.value("intake", _LEFT) == 0)

    await eventually(nothing_is_left, within=60)
    assert {name: await system.value(name, _DEAD) for name in SERVICES} == before


async def test_a_hundred_changed_commands_each_get_one_answer(system: System) -> None:
    await check(system, 100)


@pytest.mark.long
async def test_two_thousand_changed_commands_each_get_one_answer(system: System) -> None:
    await check(system, 2000)
