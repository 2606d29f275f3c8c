"""Outages under load: the broker, the database, the network, the relay's holder, an operator's SIGTERM.

Each scenario runs once as it is, and must leave a clean report; and once without the protection it is about, and must not.
"""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest

from chaos.probe import Opdracht, Stand
from schakel_local.network import Proxy
from schakel_local.postgres import Postgres
from schakel_local.rabbitmq import RabbitMQ
from shared.envelope import Event
from support.ahead import Ahead, ahead
from support.chaos import Fleet, Report, probe, send_directly, shown
from support.sandbox import Sandbox, eventually, sandbox_on, servers_of_its_own

LOAD = 120

Scenario = Callable[[Sandbox, str], Awaitable[Report]]


async def network_to_the_broker_cut(box: Sandbox, without: str) -> Report:
    """The network breaks off every connection and refuses new ones for three seconds, under load."""
    with Proxy("127.0.0.1", box.rabbitmq.port) as network:
        url = box.amqp_url.replace(f":{box.rabbitmq.port}/", f":{network.port}/")
        async with probe(box, SCHAKEL_AMQP_URL=url, PROBE_WITHOUT=without) as fleet:
            fleet.start()
            await fleet.ready()
            await fleet.submit(LOAD // 2)
            network.refuse()
            await fleet.submit(LOAD // 2)
            await asyncio.sleep(3)
            network.heal()
            return await fleet.settled(within=patience(without))


async def broker_frozen(box: Sandbox, without: str) -> Report:
    """The broker answers nothing for twelve seconds, longer than the heartbeat allows; connections stay open."""
    with Proxy("127.0.0.1", box.rabbitmq.port) as network:
        url = box.amqp_url.replace(f":{box.rabbitmq.port}/", f":{network.port}/")
        async with probe(box, SCHAKEL_AMQP_URL=url, PROBE_WITHOUT=without) as fleet:
            fleet.start()
            await fleet.ready()
            submitting = asyncio.create_task(fleet.submit(LOAD))
            await asyncio.sleep(0.2)
            network.freeze()
            await submitting
            await asyncio.sleep(12)
            network.heal()
            return await fleet.settled(within=patience(without))


async def database_away(box: Sandbox, without: str) -> Report:
    """The database refuses connections for six seconds while messages are being handled."""
    with Proxy("127.0.0.1", box.postgres.port) as network:
        url = box.database_url("probe").replace(f":{box.postgres.port}/", f":{network.port}/")
        async with probe(box, SCHAKEL_DATABASE_URL=url, PROBE_WITHOUT=without) as fleet:
            fleet.start()
            await fleet.ready()
            await fleet.submit(LOAD // 2)
            network.refuse()
            await send_directly(fleet, LOAD // 2)
            await asyncio.sleep(6)
            network.heal()
            return await fleet.settled(within=patience(without))


async def connection_lost_during_commit(box: Sandbox, without: str) -> Report:
    """Ten times the server commits and the client never hears of it."""
    with Proxy("127.0.0.1", box.postgres.port) as network:
        url = box.database_url("probe").replace(f":{box.postgres.port}/", f":{network.port}/")
        async with probe(box, SCHAKEL_DATABASE_URL=url, PROBE_WITHOUT=without) as fleet:
            fleet.start()
            await fleet.ready()
            network.cut_on(b"COMMIT", times=10)
            await fleet.submit(LOAD)
            return await fleet.settled(within=patience(without))


async def holder_of_the_relay_frozen(box: Sandbox, without: str) -> Report:
    """The replica that relays is stopped with SIGSTOP; the other takes over. Then it thaws, and may not do harm."""
    async with probe(box, PROBE_WITHOUT=without) as fleet:
        fleet.start()
        await fleet.ready()
        fleet.start()
        await fleet.ready()
        fleet.signal(signal.SIGSTOP)
        await fleet.submit(LOAD)
        report = await all_relayed(fleet, within=12 if not without else 6)
        fleet.signal(signal.SIGCONT)
        if report.unsent:
            return report
        return await fleet.settled(within=patience(without))


async def duplicates_in_any_order(box: Sandbox, without: str) -> Report:
    """Every message five times, the read model's events in reverse order."""
    async with probe(box, PROBE_WITHOUT=without) as fleet:
        fleet.start(replicas=2)
        await fleet.ready()
        await send_directly(fleet, LOAD, times=5)
        report = await fleet.settled(within=patience(without))
        stale = [Event.about(Stand(versie=versie), subject="zaak-0", sequence=versie) for versie in (7, 6, 5)]
        async with box.connect() as connection:
            await connection.execute("DELETE FROM probe.stand WHERE subject = 'zaak-0'")
            await connection.execute("DELETE FROM probe.gevolg WHERE subject = 'zaak-0' AND versie IN (5, 6, 7)")
            await connection.execute("UPDATE probe.zaak SET versie = 7 WHERE subject = 'zaak-0'")
        for event in stale:
            await box.publish(event)
            await eventually(lambda event=event: handled(box, event))
        return await fleet.count(report.recovered)


async def poison_beside_good(box: Sandbox, without: str) -> Report:
    """Forty messages that always fail, before and between good ones: more than the prefetch of 20."""
    async with probe(box, PROBE_WITHOUT=without) as fleet:
        fleet.start()
        await fleet.ready()
        await fleet.submit(25, data=Opdracht(gif=True))
        await fleet.submit(LOAD // 2)
        await fleet.submit(15, data=Opdracht(gif=True))
        await fleet.submit(LOAD // 2)
        return await fleet.settled(within=patience(without), poison=40)


async def stopped_under_load(box: Sandbox, without: str) -> Report:
    """SIGTERM to both replicas in the middle of the work: a tidy end in time, nothing dead or lost; the next two go on.

    They get no time to finish what they are handling, so that only the late ack keeps it.
    """
    async with probe(box, PROBE_WITHOUT=without, SCHAKEL_GRACEFUL_TIMEOUT="0.2") as fleet:
        fleet.start(replicas=2)
        await fleet.ready()
        await fleet.submit(LOAD, data=Opdracht(traag=True))
        begin = time.monotonic()
        for replica in range(2):
            fleet.signal(signal.SIGTERM, replica)
        assert [await fleet.ended(replica, within=20) for replica in range(2)] == [0, 0]
        assert time.monotonic() - begin < 15
        left = await fleet.count()
        assert left.lost or left.unfinished, "all was done before they were stopped"
        fleet.stop()
        fleet.start(replicas=2)
        await fleet.ready()
        return await fleet.settled(within=patience(without))


async def broker_killed(box: Sandbox, without: str) -> Report:
    """RabbitMQ itself is killed with -9 under load and started again."""
    async with probe(box, PROBE_WITHOUT=without) as fleet:
        fleet.start()
        await fleet.ready()
        # RabbitMQ 3.10 writes down which quorum queues it has up to a second late: one that is younger is lost in a crash.
        await asyncio.sleep(1.5)
        await fleet.submit(LOAD // 2)
        await send_directly(fleet, LOAD // 2)
        killing = asyncio.create_task(asyncio.to_thread(box.rabbitmq.kill))
        await fleet.submit(LOAD // 2)
        await killing
        await asyncio.to_thread(box.rabbitmq.start)
        return await fleet.settled(within=patience(without))


async def database_killed(box: Sandbox, without: str) -> Report:
    """PostgreSQL itself is killed with -9 under load and started again."""
    async with probe(box, PROBE_WITHOUT=without) as fleet:
        fleet.start()
        await fleet.ready()
        await fleet.submit(LOAD // 2)
        await send_directly(fleet, LOAD // 2)
        await asyncio.to_thread(box.postgres.kill)
        await asyncio.sleep(2)
        await asyncio.to_thread(box.postgres.start)
        return await fleet.settled(within=patience(without))


SCENARIOS: dict[str, tuple[Scenario, str]] = {
    "broker killed and restarted": (broker_killed, "mark after confirm"),
    "database killed and restarted": (database_killed, "holding"),
    "network to the broker cut": (network_to_the_broker_cut, "mark after confirm"),
    "broker frozen": (broker_frozen, "mark after confirm"),
    "database away": (database_away, "holding"),
    "connection lost during commit": (connection_lost_during_commit, "inbox"),
    "holder of the relay frozen": (holder_of_the_relay_frozen, "lease"),
    "duplicates": (duplicates_in_any_order, "inbox"),
    "reordered": (duplicates_in_any_order, "version check"),
    "poison beside good": (poison_beside_good, "dead letters"),
    "stopped under load": (stopped_under_load, "ack after commit"),
}
OWN: dict[Scenario, type[Postgres | RabbitMQ]] = {broker_killed: RabbitMQ, database_killed: Postgres}
"""Which server a scenario ends, and therefore has to itself."""


@pytest.fixture(scope="module")
async def reports(
    request: pytest.FixtureRequest, postgres: Postgres, rabbitmq: RabbitMQ, server_folder: Path
) -> AsyncIterator[Ahead[Report]]:
    async def run(name: str, without: str = "") -> Report:
        return await shown(lambda: once(name, without), without)

    async def once(name: str, without: str) -> Report:
        scenario, _ = SCENARIOS[name]
        own = OWN.get(scenario)
        async with (
            servers_of_its_own(
                server_folder,
                postgres=None if own is Postgres else postgres,
                rabbitmq=None if own is RabbitMQ else rabbitmq,
            ) as servers,
            sandbox_on(*servers) as box,
        ):
            return await scenario(box, without)

    async with ahead(request, "reports", run) as reports:
        yield reports


@pytest.mark.in_turn(of=5)
@pytest.mark.parametrize("name", SCENARIOS)
async def test_nothing_is_lost_and_nothing_happens_twice(reports: Ahead[Report], name: str) -> None:
    report = await reports[name]
    print(name, report)
    assert report.clean, report


@pytest.mark.in_turn(of=5)
@pytest.mark.parametrize(("name", "protection"), [(name, protection) for name, (_, protection) in SCENARIOS.items()])
async def test_without_its_protection_the_same_outage_shows(reports: Ahead[Report], name: str, protection: str) -> None:
    report = await reports[name, protection]
    print(name, protection, report)
    assert not report.clean, report


def patience(without: str) -> float:
    """How long to wait for the end: a report that stays unclean has to be waited for in full."""
    return 6 if without else 40


async def all_relayed(fleet: Fleet, within: float) -> Report:
    async def relayed() -> Report | None:
        report = await fleet.count()
        return None if report.unsent else report

    with suppress(AssertionError):
        await eventually(relayed, within=within, every=0.1)
    return await fleet.count()


async def handled(box: Sandbox, event: Event[Stand]) -> bool:
    async with box.connect() as connection:
        return bool(
            await connection.fetchval(
                "SELECT true FROM probe.gevolg WHERE subject = $1 AND versie = $2", event.subject, event.data.versie
            )
        )
