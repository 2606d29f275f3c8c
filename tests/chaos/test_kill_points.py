"""Kill -9 at every named point of the chassis: nothing lost, nothing twice. And each point once without its protection: red.

The probe gets work, dies at the point under load, is started again without the failpoint, and everything is counted.
"""

from collections.abc import AsyncIterator

import pytest

from chaos.probe import Opdracht
from schakel_local.postgres import Postgres
from schakel_local.rabbitmq import RabbitMQ
from shared import failpoints
from support.ahead import Ahead, ahead
from support.chaos import Report, probe, shown
from support.sandbox import Sandbox, sandbox_on

WORK = 120

PROTECTED_BY = {
    "inbox.before-transaction": "ack after commit",
    "inbox.in-transaction": "ack after commit",
    "inbox.before-commit": "ack after commit",
    "inbox.after-commit": "inbox",
    "inbox.after-ack": "outbox",
    "inbox.before-retry-publish": "ack after commit",
    "inbox.after-retry-publish": "inbox",
    "inbox.before-dead-publish": "ack after commit",
    "inbox.after-dead-publish": "one row per dead letter",
    "relay.after-claim": "mark after confirm",
    "relay.before-publish": "mark after confirm",
    "relay.after-publish": "inbox",
    "relay.after-confirm": "inbox",
    "relay.after-mark": "outbox",
    "publisher.unconfirmed": "mark after confirm",
    "dead.before-store": "record before ack",
    "dead.after-store": "one row per dead letter",
}
"""Which protection each point leans on: without it, killing there must show as a fault in the report."""


TIMES = {
    "relay.after-claim": 2,
    "relay.after-confirm": 2,
    "relay.after-mark": 3,
    "inbox.before-retry-publish": 3,
    "inbox.after-retry-publish": 3,
}
"""At which passage to die: late enough that earlier rows are marked, so that only the protection can bring a message back."""


async def killed_at(box: Sandbox, point: str, *, without: str = "", within: float = 20) -> Report:
    poison = 3 if "dead" in point else 0
    times = 1 if poison else TIMES.get(point, 40)
    async with probe(box) as fleet:
        victim = 0
        if point.startswith("inbox.") and not poison:
            # A second replica relays, so that rows are marked whatever happens to the first.
            fleet.start(PROBE_WITHOUT=without)
            await fleet.ready()
            victim = 1
        fleet.start(SCHAKEL_FAILPOINT=f"{point}:{times}", PROBE_WITHOUT=without)
        await fleet.ready()
        await fleet.submit(WORK // 2)
        if "retry" in point:
            await fleet.submit(10, data=Opdracht(hapert=True))
        if poison:
            await fleet.submit(poison, data=Opdracht(gif=True))
        await fleet.submit(WORK // 2)
        assert await fleet.ended(victim) == -9
        fleet.stop()
        fleet.start(PROBE_WITHOUT=without)
        await fleet.ready()
        return await fleet.settled(within=within, poison=poison)


def test_every_point_of_the_chassis_is_killed() -> None:
    assert set(PROTECTED_BY) == failpoints.POINTS


@pytest.fixture(scope="module")
async def reports(request: pytest.FixtureRequest, postgres: Postgres, rabbitmq: RabbitMQ) -> AsyncIterator[Ahead[Report]]:
    async def once(point: str, without: str) -> Report:
        async with sandbox_on(postgres, rabbitmq) as box:
            return await killed_at(box, point, without=without, within=5 if without else 40)

    async def run(point: str, without: str = "") -> Report:
        return await shown(lambda: once(point, without), without)

    async with ahead(request, "reports", run) as reports:
        yield reports


@pytest.mark.in_turn(of=6)
@pytest.mark.parametrize("point", sorted(PROTECTED_BY))
async def test_killed_at_this_point_nothing_is_lost_and_nothing_happens_twice(reports: Ahead[Report], point: str) -> None:
    report = await reports[point]
    print(point, report)
    assert report.clean, report


@pytest.mark.in_turn(of=6)
@pytest.mark.parametrize(("point", "protection"), sorted(PROTECTED_BY.items()))
async def test_without_its_protection_the_same_kill_shows(reports: Ahead[Report], point: str, protection: str) -> None:
    report = await reports[point, protection]
    print(point, protection, report)
    assert not report.clean, report
