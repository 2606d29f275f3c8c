"""Nothing is lost, doubled or swapped: restarts, replicas, outages, rows that fail."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx
import pytest

from intake import processing
from intake.main import make_service
from intake.usecases.process import process as process_batch
from schakel_local.network import Proxy
from shared.contracts.connector import Aanvaard
from shared.contracts.intake import HulpvraagIngediend
from shared.service import Service
from support.intake import EVENTS, World, hulpvraag, intake_settings, leerling
from support.sandbox import Sandbox, eventually, running

pytestmark = pytest.mark.in_turn(of=2)


async def fetchval(sandbox: Sandbox, query: str, *arguments: Any) -> Any:
    async with sandbox.connect() as connection:
        return await connection.fetchval(query, *arguments)


@asynccontextmanager
async def two(sandbox: Sandbox, **own: Any) -> AsyncIterator[tuple[Service, Service]]:
    first, second = make_service(intake_settings(sandbox, **own)), make_service(intake_settings(sandbox, **own))
    async with running(first, declared_for=EVENTS), running(second, declared_for=EVENTS):
        yield first, second


async def test_what_was_stored_before_a_stop_is_processed_after_the_start(
    sandbox: Sandbox, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_: object) -> bool:
        return False

    with monkeypatch.context() as patch:
        patch.setattr(processing.Processor, "step", never)
        async with running(make_service(intake_settings(sandbox)), declared_for=EVENTS):
            lvs = await world.lvs()
            ids = [await lvs.send(hulpvraag()) for _ in range(5)]
            await eventually(lambda: fetchval(sandbox, "SELECT count(*) = 5 FROM intake.ontvangst"))
    assert await fetchval(sandbox, "SELECT count(*) FROM intake.hulpvraag") == 0
    await lvs.send(hulpvraag(), message_id=ids[0])
    async with running(make_service(intake_settings(sandbox)), declared_for=EVENTS):
        answers = await lvs.many(6)
    assert [answer["betreft"] for answer in answers[:5]] == ids
    assert answers[5]["fouten"][0]["rule"] == "al-gebruikt"


async def test_an_answer_that_may_have_been_sent_is_sent_again_with_the_same_id_and_number(
    sandbox: Sandbox, world: World
) -> None:
    async with running(make_service(intake_settings(sandbox)), declared_for=EVENTS):
        lvs = await world.lvs()
        await lvs.send(hulpvraag())
        first = await lvs.next()
    async with sandbox.connect() as connection:  # as if it had died after the confirm, before the mark
        await connection.execute("UPDATE intake.lijn SET verzonden = 0, houder = $1, verloopt_op = now()", uuid4())
    async with running(make_service(intake_settings(sandbox)), declared_for=EVENTS):
        again = await lvs.next()
        await lvs.send(hulpvraag())
        other = await lvs.next()
    assert (again["_"].message_id, again["_"].headers["volgnummer"]) == (first["_"].message_id, 1)
    assert again["_"].body == first["_"].body
    assert other["_"].headers["volgnummer"] == 2


async def test_two_replicas_keep_the_order_and_leave_no_gap(sandbox: Sandbox, world: World) -> None:
    async with two(sandbox, pace=0):
        lvs = await world.lvs()
        ids = [await lvs.send(hulpvraag()) for _ in range(150)]
        answers = await lvs.many(150)
    assert [answer["betreft"] for answer in answers] == ids
    assert [answer["_"].headers["volgnummer"] for answer in answers] == list(range(1, 151))
    numbers = [answer["dossiernummer"] for answer in answers]
    assert numbers == sorted(numbers)
    assert await fetchval(sandbox, "SELECT count(*) FROM intake.hulpvraag") == 150


async def test_the_other_replica_goes_on_when_one_stops_in_the_middle(sandbox: Sandbox, world: World) -> None:
    lvs = await world.lvs()
    second = make_service(intake_settings(sandbox))
    async with running(second, declared_for=EVENTS):
        async with running(make_service(intake_settings(sandbox)), declared_for=EVENTS):
            before = [await lvs.send(hulpvraag()) for _ in range(30)]
            sending = asyncio.create_task(_send(lvs, 60))
            await eventually(lambda: fetchval(sandbox, "SELECT count(*) > 35 FROM intake.hulpvraag"))
        after = await sending
        answers = await lvs.many(90)
    assert {answer["betreft"] for answer in answers} == {*before, *after}
    assert await fetchval(sandbox, "SELECT count(*) FROM intake.hulpvraag") == 90


async def _send(lvs: Any, count: int) -> list[str]:
    return [await lvs.send(hulpvraag()) for _ in range(count)]


async def test_two_connectors_do_not_starve_each_other(sandbox: Sandbox, world: World) -> None:
    await world.add("esis")
    async with running(make_service(intake_settings(sandbox)), declared_for=EVENTS):
        busy, quiet = await world.lvs(), await world.lvs("esis")
        flood = [hulpvraag() for _ in range(400)]
        for place in range(0, 400, 100):
            await asyncio.gather(*(busy.send(body) for body in flood[place : place + 100]))
        answer = await quiet.answer_to(await quiet.send(hulpvraag()), within=20)
        left = await fetchval(
            sandbox, "SELECT count(*) FROM intake.ontvangst WHERE connector = 'parnassys' AND staat = 'nieuw'"
        )
        assert answer["_"].type == Aanvaard.TYPE
        print(f"busy: {left} rows and {await busy.queued()} answers wait")
        assert len(await busy.many(400, within=30)) == 400


async def test_messages_wait_while_the_database_is_away_and_none_is_lost(sandbox: Sandbox, world: World) -> None:
    url = httpx.URL(sandbox.database_url("intake"))
    with Proxy(url.host, url.port or 0) as network:
        through = str(url.copy_with(port=network.port))
        async with running(make_service(intake_settings(sandbox, database_url=through)), declared_for=EVENTS) as http:
            lvs = await world.lvs()
            ids = [await lvs.send(hulpvraag()) for _ in range(10)]
            early = {answer["betreft"] for answer in await lvs.many(5)}
            network.refuse()
            ids += [await lvs.send(hulpvraag()) for _ in range(30)]

            async def not_ready() -> bool:
                return (await http.get("/health/ready")).status_code == 503

            await eventually(not_ready)
            network.heal()
            seen = set(early)
            while seen != set(ids):  # an answer of which the fate was unknown comes twice
                seen.add((await lvs.next(within=40))["betreft"])
    assert await fetchval(sandbox, "SELECT count(*) FROM intake.hulpvraag") == 40
    came_again = "SELECT count(*) FROM intake.ontvangst WHERE eigenschappen->'headers' ? 'x-delivery-count'"
    assert await fetchval(sandbox, came_again) == 0


async def test_a_commit_whose_outcome_is_unknown_is_one_hulpvraag(sandbox: Sandbox, world: World) -> None:
    url = httpx.URL(sandbox.database_url("intake"))
    with Proxy(url.host, url.port or 0) as network:
        through = str(url.copy_with(port=network.port))
        async with running(make_service(intake_settings(sandbox, database_url=through)), declared_for=EVENTS):
            lvs = await world.lvs()
            for pattern in (b"INSERT INTO ontvangst", b"COMMIT;"):
                network.cut_on(pattern)
                message_id = await lvs.send(hulpvraag())
                assert (await lvs.answer_to(message_id, within=20))["betreft"] == message_id
    assert await fetchval(sandbox, "SELECT count(*) FROM intake.hulpvraag") == 2
    assert len(await sandbox.published("intake", HulpvraagIngediend.TYPE)) == 2


class UnforeseenError(Exception):
    """Something nobody thought of."""


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Aanvraagtypes of which processing fails for now."""
    names: set[str] = set()
    real = process_batch

    async def process(tx: Any, connector: Any, rows: Any, *, limit: int) -> int:
        if any(name.encode() in (row["body"] or b"") for row in rows for name in names):
            raise UnforeseenError
        return await real(tx, connector, rows, limit=limit)

    monkeypatch.setattr(processing, "process", process)
    return names


async def test_a_row_that_fails_is_put_aside_and_the_others_go_on(sandbox: Sandbox, world: World, failing: set[str]) -> None:
    failing.add("kapot")
    async with running(make_service(intake_settings(sandbox)), declared_for=EVENTS):
        lvs = await world.lvs()
        ids = [await lvs.send(hulpvraag(aanvraagtype="kapot" if place == 3 else "A&K")) for place in range(10)]
        answers = await lvs.many(9)
        assert [answer["betreft"] for answer in answers] == [*ids[:3], *ids[4:]]
        async with sandbox.connect() as connection:
            row = await connection.fetchrow("SELECT * FROM intake.ontvangst WHERE staat = 'mislukt'")
        assert row is not None
        assert (str(row["bericht"]), row["reden"], row["pogingen"]) == (ids[3], "UnforeseenError", 1)
        assert row["volgende_poging_op"] > row["ontvangen_op"]
        failing.clear()
        async with sandbox.connect() as connection:
            await connection.execute("UPDATE intake.ontvangst SET volgende_poging_op = now() WHERE staat = 'mislukt'")
        assert (await lvs.answer_to(ids[3]))["_"].type == Aanvaard.TYPE


async def test_a_later_message_about_the_same_pupil_waits_for_one_that_failed(
    sandbox: Sandbox, world: World, failing: set[str]
) -> None:
    failing.add("kapot")
    noor = leerling()
    async with running(make_service(intake_settings(sandbox)), declared_for=EVENTS):
        lvs = await world.lvs()
        first = await lvs.send(hulpvraag(aanvraagtype="kapot", leerling=noor))
        await eventually(lambda: fetchval(sandbox, "SELECT count(*) FROM intake.ontvangst WHERE staat = 'mislukt'"))
        second = await lvs.send(hulpvraag(leerling={**noor, "achternaam": "Verzonnen"}))
        third = await lvs.send(hulpvraag())
        assert (await lvs.answer_to(third))["betreft"] == third
        reden = await fetchval(sandbox, "SELECT reden FROM intake.ontvangst WHERE bericht::text = $1", second)
        assert reden == "wacht-op-eerder-bericht"
        failing.clear()
        async with sandbox.connect() as connection:
            await connection.execute("UPDATE intake.ontvangst SET volgende_poging_op = now() WHERE staat = 'mislukt'")
        answers = await lvs.many(2)
        assert [answer["betreft"] for answer in answers] == [first, second]
    assert await fetchval(sandbox, "SELECT gegevens->>'achternaam' FROM intake.dossier WHERE versie = 2") == "Verzonnen"
