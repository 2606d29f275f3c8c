"""Messages that misbehave among good ones: nobody reads them, they always fail, they kill who touches them."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import UUID

import aio_pika
import asyncpg
import httpx
import pytest

from chaos.probe import Opdracht, Stand
from schakel_local.loopback import NO_TLS
from shared import deadletter
from shared.database import Database
from shared.envelope import Event
from shared.outbox import EVENTS
from support.chaos import Fleet, Report, probe
from support.sandbox import Sandbox, eventually

LIMIT = 3
PREFETCH = 20
_FATES = """
SELECT count(*) FILTER (WHERE done) AS done, count(*) FILTER (WHERE dead) AS dead,
    count(*) FILTER (WHERE NOT done AND NOT dead) AS lost
FROM (
    SELECT EXISTS (SELECT FROM probe.historie WHERE opdracht = message) AS done,
        EXISTS (SELECT FROM probe.dead_letter WHERE message_id = message::text) AS dead
    FROM unnest($1::uuid[]) AS message
) AS fates
"""


async def read_by_nobody(box: Sandbox, without: str) -> Report:
    """For two seconds nothing is bound to what the probe publishes."""
    async with probe(box, PROBE_WITHOUT=without) as fleet:
        fleet.start()
        await fleet.ready()
        connection = await aio_pika.connect(box.amqp_url)
        async with connection:
            channel = await connection.channel()
            queue = await channel.get_queue("probe.stand", ensure=False)
            await queue.unbind(EVENTS, Stand.TYPE)
            await fleet.submit(40)
            await fleet.settled(within=2)
            await queue.bind(EVENTS, Stand.TYPE)
        return await fleet.settled(within=6 if without else 30)


async def always_failing(box: Sandbox, without: str) -> Report:
    """Four times the prefetch of messages that always fail, and the good ones behind them."""
    async with probe(box, PROBE_WITHOUT=without) as fleet:
        fleet.start()
        await fleet.ready()
        await fleet.submit(80, data=Opdracht(gif=True))
        await fleet.submit(40)
        return await fleet.settled(within=6 if without else 30, poison=80)


SCENARIOS: dict[str, tuple[Callable[[Sandbox, str], Awaitable[Report]], str]] = {
    "read by nobody": (read_by_nobody, "returns raise"),
    "always failing": (always_failing, "ladder"),
}


@pytest.mark.in_turn(of=4)
@pytest.mark.parametrize("name", sorted(SCENARIOS))
async def test_the_others_go_on_and_nothing_is_lost(sandbox: Sandbox, name: str) -> None:
    scenario, _ = SCENARIOS[name]
    report = await scenario(sandbox, "")
    print(name, report)
    assert report.clean, report


@pytest.mark.in_turn(of=4)
@pytest.mark.parametrize("name", sorted(SCENARIOS))
async def test_without_its_protection_the_same_shows(sandbox: Sandbox, name: str) -> None:
    scenario, protection = SCENARIOS[name]
    report = await scenario(sandbox, protection)
    print(name, protection, report)
    assert not report.clean, report


async def crash_loop(fleet: Fleet) -> tuple[int, UUID]:
    """A message that kills its process, with neighbours around it in the same prefetch; started again until the process lives.

    Return how often it died, and which message did it.
    """
    fleet.start()
    await fleet.ready()
    fleet.stop()
    events = [Event.about(Opdracht(dood=n == 9), subject=f"zaak-{n}", sequence=n) for n in range(PREFETCH)]
    await fleet.box.publish(*events)
    fleet.ids.extend(event.id for event in events)
    crashes = 0
    while True:
        fleet.start()
        if await lives(fleet):
            return crashes, events[9].id
        fleet.stop()
        crashes += 1
        assert crashes <= LIMIT + 1, "the broker does not give up on it"


@pytest.mark.parametrize("without", ["", "dead-letter exchange"])
async def test_killing_its_process_a_message_ends_as_a_dead_letter_and_its_neighbours_are_done_or_dead_letters_too(
    sandbox: Sandbox, without: str
) -> None:
    async with probe(sandbox, PROBE_DELIVERY_LIMIT=str(LIMIT), PROBE_WITHOUT=without) as fleet:
        crashes, killer = await crash_loop(fleet)
        with suppress(AssertionError):
            await eventually(lambda: is_settled(fleet, killer), within=2 if without else 10)
        after = await fates(fleet)
        print(without or "whole", crashes, after)
        if without:
            assert after["lost"] > 0
            return
        assert crashes == LIMIT + 1
        assert after["lost"] == 0

        await replay_all_but(fleet, killer)
        report = await fleet.settled(within=20, poison=1)
        assert report.clean, report


async def lives(fleet: Fleet) -> bool:
    """Whether the process that was just started stays alive for a second once it is ready."""
    [process], [port] = fleet.processes, fleet.ports
    loop = asyncio.get_running_loop()
    begin, ready = loop.time(), 0.0
    async with httpx.AsyncClient(verify=NO_TLS) as http:
        while process.poll() is None and (not ready or loop.time() < ready + 1):
            assert loop.time() < begin + 20, "neither dead nor ready"
            with suppress(httpx.TransportError):
                if not ready and (await http.get(f"http://127.0.0.1:{port}/health/ready")).status_code == 200:
                    ready = loop.time()
            await asyncio.sleep(0.05)
    return process.poll() is None


async def fates(fleet: Fleet) -> asyncpg.Record:
    async with fleet.box.connect() as connection:
        row = await connection.fetchrow(_FATES, fleet.ids)
    assert row is not None
    return row


async def is_settled(fleet: Fleet, killer: UUID) -> bool:
    """Whether the killer is a dead letter, and each of its neighbours is done or one too."""
    async with fleet.box.connect() as connection:
        buried = await connection.fetchval("SELECT count(*) FROM probe.dead_letter WHERE message_id = $1", str(killer))
    return bool(buried == 1 and (await fates(fleet))["lost"] == 0)


async def replay_all_but(fleet: Fleet, killer: UUID) -> None:
    database = Database(fleet.box.database_url("probe"))
    await database.connect()
    try:
        rows = await database.pool.fetch("SELECT id FROM dead_letter WHERE message_id <> $1", str(killer))
        async with database.transaction() as tx:
            await deadletter.replay(tx, [row["id"] for row in rows], actor="operator:test")
    finally:
        await database.close()
