"""Kill -9 at every named point of intake: each message is one hulpvraag, and is answered in order."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any
from uuid import uuid4

import httpx
import pytest

import intake
from intake.main import make_service
from schakel_local.loopback import NO_TLS
from schakel_local.postgres import Postgres
from schakel_local.rabbitmq import RabbitMQ
from shared import failpoints
from shared.contracts.connector import Aanvaard
from shared.tokens import Actor
from support.failpoints import hit_in
from support.intake import EVENTS, World, hulpvraag, intake_settings, world_of
from support.processes import intake_process as process
from support.sandbox import Sandbox, close_sandbox, eventually, open_sandbox, running, token_for

POINTS = sorted(point for point in failpoints.known() if point.startswith(("intake.", "answers.")))
HULPVRAGEN = "SELECT count(*) FROM intake.hulpvraag"
EVENTS_SENT = "SELECT count(*) FROM intake.outbox"
DIRECT = sorted(point for point in failpoints.known() if point.startswith("direct."))
OSO = sorted(point for point in failpoints.known() if point.startswith(("melding.", "ophalen.", "terugmelden.")))
"""Walked in test_oso_kill_points."""


def test_every_point_is_in_this_test() -> None:
    """Those of an OSO dossier are in documents/test_osodossiers and documents/test_oso_notificatie."""
    assert {point for point in hit_in(intake) if not point.startswith(("oso.", "doorgeven."))} == {*POINTS, *DIRECT, *OSO}


@pytest.fixture(scope="module")
async def world(postgres: Postgres, rabbitmq: RabbitMQ) -> AsyncIterator[World]:
    sandbox = await open_sandbox(postgres, rabbitmq)
    async with world_of(sandbox) as world:
        yield world
    await close_sandbox(sandbox)


@pytest.mark.in_turn(of=3)
@pytest.mark.parametrize("point", POINTS)
async def test_no_message_of_a_connector_is_lost_or_doubled_by_a_kill(world: World, point: str) -> None:
    ids: list[str | None] = []
    answers: list[dict[str, Any]] = []
    sent: list[dict[str, Any]] = []
    stored, told = await world.fetchval(HULPVRAGEN), await world.fetchval(EVENTS_SENT)
    numbered = await world.fetchval("SELECT genummerd FROM intake.lijn")
    with process(world.sandbox, SCHAKEL_FAILPOINT=f"{point}:2") as (victim, _):
        await world.served("parnassys")
        lvs = await world.lvs()
        await lvs.listen()
        while victim.poll() is None and len(ids) < 500:
            again = {**sent[-1], "omschrijving": f"Gewijzigd in bericht {len(ids)}."} if len(ids) % 3 == 2 else hulpvraag()
            ids.append(await lvs.send(again))
            sent.append(again)
            await asyncio.sleep(0.01)
        assert await asyncio.to_thread(victim.wait, 20) == -signal.SIGKILL
        ids += [await lvs.send(hulpvraag()) for _ in range(3)]
        changed = len(sent) - len({one["eigenReferentie"] for one in sent})
    async with running(make_service(intake_settings(world.sandbox)), declared_for=EVENTS):
        while not set(ids) <= {answer["betreft"] for answer in answers}:
            answers.append(await lvs.next(within=20))
    await lvs.close()
    assert {answer["_"].type for answer in answers} == {Aanvaard.TYPE}
    assert await world.fetchval(HULPVRAGEN) == stored + len(ids) - changed
    assert await world.fetchval(EVENTS_SENT) == told + len(ids)
    for last in {one["eigenReferentie"]: one for one in sent}.values():
        query = "SELECT omschrijving FROM intake.hulpvraag WHERE eigen_referentie = $1"
        assert await world.fetchval(query, last["eigenReferentie"]) == last["omschrijving"]
    first_seen: dict[int, str] = {}
    for answer in answers:
        number = answer["_"].headers["volgnummer"]
        if number <= numbered:
            continue  # of the kill before this one: sent a second time, and late
        assert first_seen.setdefault(number, answer["_"].message_id) == answer["_"].message_id
    assert list(first_seen) == list(range(numbered + 1, numbered + len(first_seen) + 1))


async def test_without_the_identity_of_a_message_the_same_kill_shows(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was stored and not acknowledged comes again, and is taken for another message."""
    async with world_of(sandbox) as world:
        with process(sandbox, SCHAKEL_FAILPOINT="intake.after-store") as (victim, _):
            await world.served("parnassys")
            lvs = await world.lvs()
            await lvs.send(hulpvraag())
            assert await asyncio.to_thread(victim.wait, 20) == -signal.SIGKILL
        monkeypatch.setattr("intake.receiving.identity_of", lambda *_: uuid4())
        async with running(make_service(intake_settings(sandbox)), declared_for=EVENTS):

            async def taken_twice() -> bool:
                return bool(await world.fetchval("SELECT count(*) = 2 FROM intake.ontvangst"))

            await eventually(taken_twice)
        await lvs.close()


@pytest.mark.parametrize("point", DIRECT)
async def test_a_person_who_tries_again_after_a_kill_has_one_hulpvraag(world: World, point: str) -> None:
    status, more = await submitted_twice(world, point)
    assert status == 202
    assert more == 1


async def test_without_the_remembered_answer_the_same_kill_shows(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def forgotten(*_: object, **__: object) -> None:
        return

    monkeypatch.setattr("shared.idempotency.seen", forgotten)
    monkeypatch.setattr("shared.idempotency.remember", forgotten)
    _, more = await submitted_twice(world, "direct.after-commit")
    assert more == 2


async def submitted_twice(world: World, point: str) -> tuple[int, int]:
    """Die in the middle of a submission, and send it again with the same key; return the answer and how many there are."""
    actor = Actor(sub=uuid4(), naam="Wie Dan Ook", organisatie="99XA00", soort="school", swv="PO2507", rollen=("IB'er",))
    headers = {**token_for(actor, "intake"), "Idempotency-Key": str(uuid4())}
    form = hulpvraag()
    del form["eigenReferentie"]
    stored, told = await world.fetchval(HULPVRAGEN), await world.fetchval(EVENTS_SENT)
    with process(world.sandbox, SCHAKEL_FAILPOINT=point) as (victim, url):
        async with httpx.AsyncClient(base_url=url, trust_env=False, verify=NO_TLS) as http:

            async def ready() -> bool:
                with suppress(httpx.TransportError):
                    return (await http.get("/health/ready")).status_code == 200
                return False

            await eventually(ready, within=20)
            with pytest.raises(httpx.TransportError):
                await http.post("/hulpvragen", json=form, headers=headers)
        assert await asyncio.to_thread(victim.wait, 20) == -signal.SIGKILL
    async with running(make_service(intake_settings(world.sandbox)), declared_for=EVENTS) as http:
        answer = await http.post("/hulpvragen", json=form, headers=headers)
    assert await world.fetchval(EVENTS_SENT) - told == await world.fetchval(HULPVRAGEN) - stored
    return answer.status_code, await world.fetchval(HULPVRAGEN) - stored
