"""Kill -9 in and after the transaction of a command, and the number of statements on the path of every hulpvraag."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

import workflow
from shared import clock, context, failpoints
from shared.contracts.intake import HulpvraagIngediend
from shared.envelope import Event
from shared.together import claim
from support.failpoints import hit_in
from support.hulpvragen import Client, Office, batch, ingediend, staff
from support.processes import workflow_process
from workflow.registry import RuleSets, read_all
from workflow.usecases import events

POINTS = sorted(point for point in failpoints.known() if point.startswith("workflow."))


async def killed_and_tried_again(own_office: Office, point: str) -> tuple[HulpvraagIngediend, httpx.Response]:
    """Die in the middle of a command, and send it again with the same key."""
    data = await own_office.opened("A&K")
    actor, key = staff("SCP"), f"na-{point}"

    async def change(http: httpx.AsyncClient) -> httpx.Response:
        return await Client(http, actor).change(data.dossiernummer, "A&K in behandeling", 1, Idempotency_Key=key)

    async with workflow_process(own_office.sandbox, SCHAKEL_FAILPOINT=point) as (victim, http):
        with pytest.raises(httpx.TransportError):
            await change(http)
        assert await asyncio.to_thread(victim.wait, 20) == -signal.SIGKILL
    before = len(await own_office.told(data.hulpvraag))
    assert before == (2 if point == "workflow.after-commit" else 1)
    return data, await change(own_office.http)


@pytest.mark.in_turn(of=3)
@pytest.mark.parametrize("point", POINTS)
async def test_a_command_survives_a_kill(own_office: Office, point: str) -> None:
    """Sent again with the same key after the kill, it has one effect, and an answer."""
    data, answer = await killed_and_tried_again(own_office, point)
    assert (answer.status_code, answer.json()["versie"]) == (201, 2)
    assert [event["sequence"] for event in await own_office.told(data.hulpvraag)] == [1, 2]


async def test_without_the_remembered_answer_the_same_kill_shows(own_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who tries again hears that the version is wrong, of a change that was their own."""

    async def forgotten(*_: object) -> None:
        return

    monkeypatch.setattr("workflow.api.ports.seen", forgotten)
    monkeypatch.setattr("workflow.api.ports.remember", forgotten)
    _, answer = await killed_and_tried_again(own_office, "workflow.after-commit")
    assert answer.status_code != 201


def test_every_point_is_in_this_test() -> None:
    """Those of what workflow does by itself are in test_kill_points."""
    assert {point for point in hit_in(workflow) if point.startswith("workflow.")} == set(POINTS)


@asynccontextmanager
async def counted(office: Office, queue: str) -> AsyncIterator[tuple[Any, list[str]]]:
    """A message's transaction as the inbox runs it, with every statement on record but those by which asyncpg learns a type."""
    seen: list[str] = []

    def note(record: Any) -> None:
        if not ("typeinfo_tree" in record.query or "set_config('jit'" in record.query):
            seen.append(record.query)

    async with office.service.database.transaction() as tx:
        tx.connection.add_query_logger(note)
        with context.bound(context.Work(clock.new_id())):
            await claim(tx, queue, {clock.new_id(): clock.new_id()})
            yield tx, seen
            await tx.flush()
        tx.connection.remove_query_logger(note)
        tx._outgoing.clear()
        tx._audited.clear()


async def test_a_new_hulpvraag_costs_five_statements(office: Office) -> None:
    """The inbox row, the hulpvraag with its history, where its school went, the log, the event."""
    rulesets, data = RuleSets(read_all(None)), ingediend("A&K")
    async with counted(office, "workflow.hulpvraag-ingediend") as (tx, seen):
        await events.start(tx, rulesets, data)
    assert len(seen) == 5, seen
    assert await office.told(data.hulpvraag)


async def test_a_batch_that_changes_a_status_costs_six_statements(office: Office) -> None:
    data = await office.opened("A&K")
    await office.client(staff("SCP")).to(data.dossiernummer, "A&K aanvraag incompleet", reden="Er mist iets.")
    async with counted(office, "workflow.bijlagen-toegevoegd") as (tx, seen):
        await events.add_bijlagen(tx, RuleSets(read_all(None)), batch(data))
    assert len(seen) == 6, seen
    assert len(await office.told(data.hulpvraag)) == 3


async def test_the_same_event_counts_once_whoever_sends_it_again(office: Office) -> None:
    """Two messages of the same hulpvraag at once, as two replicas would take them."""
    data = ingediend("TLV")
    twice = [Event.about(data, subject=data.hulpvraag, sequence=0) for _ in range(2)]
    await asyncio.gather(*(office.sandbox.publish(event) for event in twice))
    await office.handled(*twice)
    assert [event["sequence"] for event in await office.told(data.hulpvraag)] == [1]
