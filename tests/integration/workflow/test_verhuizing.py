"""A school that goes elsewhere takes its running hulpvragen along; taken back, what nobody worked with returns."""

import asyncio
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from shared import clock
from shared.contracts.common import School
from shared.contracts.intake import OrganisatieGewijzigd
from shared.contracts.workflow import BesluitGenomen
from shared.envelope import Event
from support.hulpvragen import Office, board, decision, ib, ingediend, soon, staff
from support.sandbox import eventually
from workflow.usecases.events import start
from workflow.usecases.verhuizing import school_moved

_numbers = count(10)


def schools() -> tuple[School, School]:
    """Two schools of different boards that no other test uses."""
    number = next(_numbers)
    return (
        School(code=f"{number}QA00", naam="De Oude Eik", bestuur=f"A{number}"),
        School(code=f"{number}QB00", naam="De Nieuwe Eik", bestuur=f"B{number}"),
    )


def moved(van: School, naar: School, versie: int = 1, verhuizing: UUID | None = None) -> OrganisatieGewijzigd:
    given = {"swv": "PO2507", "verhuizing": verhuizing or clock.new_id(), "versie": versie, "van": van, "naar": naar}
    return OrganisatieGewijzigd.model_validate({**given, "accounts": False, "op": clock.now()})


async def told(office: Office, data: OrganisatieGewijzigd) -> None:
    event = Event.about(data, subject=data.verhuizing, sequence=data.versie)
    await office.sandbox.publish(event)
    await office.handled(event)


async def numbers(office: Office, school: School) -> set[int]:
    answer = await office.client(ib(school)).get("/hulpvragen")
    return {row["dossiernummer"] for row in answer.json()["hulpvragen"]}


async def end(office: Office, hulpvraag: UUID) -> None:
    await office.service.database.pool.execute("UPDATE hulpvraag SET einde = true WHERE id = $1", hulpvraag)


async def test_sight_search_and_decisions_follow_and_what_is_at_its_end_stays(office: Office) -> None:
    van, naar = schools()
    running, over = await office.opened("TLV", school=van), await office.opened("A&K", school=van)
    await end(office, over.hulpvraag)
    manager = office.client(staff("applicatiebeheerder"))
    counted = (await manager.get(f"/scholen/{van.code}/aantallen")).json()
    assert counted == {"school": van.code, "lopend": 1, "afgerond": 1}
    data = moved(van, naar)
    await told(office, data)
    assert await numbers(office, van) == {over.dossiernummer}
    assert await numbers(office, naar) == {running.dossiernummer}
    assert (await office.client(ib(van)).get(f"/hulpvragen/{running.dossiernummer}")).status_code == 404
    assert (await office.client(board(van.bestuur)).get(f"/hulpvragen/{running.dossiernummer}")).status_code == 404
    shown = await office.client(board(naar.bestuur)).detail(running.dossiernummer)
    assert shown["school"] == naar.model_dump()
    assert shown["versie"] == 1, "no status changed"
    work = office.client(staff("administratie", "CT"))
    await work.to(running.dossiernummer, "TLV aanvraag in behandeling", bespreekdatum=soon())
    found = (await work.get("/hulpvragen?zoek=nieuwe eik")).json()["hulpvragen"]
    assert running.dossiernummer in {row["dossiernummer"] for row in found}, "the words are still the new school's"
    body = decision(await work.detail(running.dossiernummer), toegekend=False)
    assert (await work.decide(running.dossiernummer, **body)).status_code == 201
    taken = await office.sandbox.published("workflow", BesluitGenomen.TYPE)
    (besluit,) = [event["data"] for event in taken if event["subject"] == str(running.hulpvraag)]
    assert besluit["school"] == naar.model_dump()
    query = "SELECT inhoud #>> '{school,code}' FROM inzending WHERE hulpvraag = $1"
    assert await office.service.database.pool.fetchval(query, running.hulpvraag) == van.code, (
        "what was submitted stays as it was"
    )
    await told(office, data.model_copy(update={"versie": 2}))
    assert await numbers(office, naar) == {running.dossiernummer}, "it went on at the new school"


async def test_what_was_submitted_before_and_arrives_later_goes_along_through_every_move(office: Office) -> None:
    van, naar = schools()
    third, _ = schools()
    late = ingediend("A&K", school=van)
    await told(office, moved(van, naar))
    await told(office, moved(naar, third))
    await office.submit(late)
    assert await numbers(office, third) == {late.dossiernummer}
    back = moved(van, naar)
    await told(office, back.model_copy(update={"op": clock.now() - timedelta(hours=1)}))
    again = ingediend("A&K", school=third)
    await office.submit(again)
    assert await numbers(office, third) == {late.dossiernummer, again.dossiernummer}


async def test_what_is_stored_at_the_very_moment_its_school_goes_elsewhere_goes_along(office: Office) -> None:
    van, naar = schools()
    data, database = ingediend("A&K", school=van), office.service.database

    async def move() -> None:
        async with database.transaction() as tx:
            await school_moved(tx, moved(van, naar))

    async with database.transaction() as tx:
        await start(tx, office.service.http.state.ports.rulesets, data)
        moving = asyncio.create_task(move())
        await eventually(lambda: waits_for_a_lock(office))
    await moving
    assert await numbers(office, naar) == {data.dossiernummer}


async def waits_for_a_lock(office: Office) -> bool:
    here = "(SELECT oid FROM pg_database WHERE datname = current_database())"
    query = f"SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = {here})"
    return bool(await office.service.database.pool.fetchval(query))


async def test_taken_back_before_it_is_known_it_is_never_done(office: Office) -> None:
    van, naar = schools()
    data = await office.opened("A&K", school=van)
    first = moved(van, naar)
    await told(office, first.model_copy(update={"versie": 2}))
    await told(office, first)
    assert await numbers(office, van) == {data.dossiernummer}


async def rows(office: Office, ids: list[UUID]) -> dict[UUID, tuple[Any, ...]]:
    query = "SELECT id, school, bestuur, schoolnaam, naam, zoek::text FROM hulpvraag WHERE id = ANY($1::uuid[])"
    return {row["id"]: tuple(row)[1:] for row in await office.service.database.pool.fetch(query, ids)}


kinds = st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=1, max_size=5)


@settings(max_examples=12, deadline=None)
@given(made=kinds, same_number=st.booleans(), twice=st.booleans())
async def test_done_and_taken_back_is_as_it_was_but_for_what_went_on(
    office: Office, made: list[tuple[bool, bool, bool]], *, same_number: bool, twice: bool
) -> None:
    van, naar = schools()
    if same_number:
        naar = naar.model_copy(update={"code": van.code, "naam": van.naam})
    database, rulesets = office.service.database, office.service.http.state.ports.rulesets
    all_data = [ingediend("A&K", school=naar if is_there else van) for is_there, _, _ in made]
    async with database.transaction() as tx:
        for data, (_, is_over, _) in zip(all_data, made, strict=True):
            await start(tx, rulesets, data)
            if is_over:
                await tx.execute("UPDATE hulpvraag SET einde = true WHERE id = $1", data.hulpvraag)
    ids = [data.hulpvraag for data in all_data]
    before = await rows(office, ids)
    there = moved(van, naar)
    for _ in range(1 + twice):
        async with database.transaction() as tx:
            await school_moved(tx, there)
    after = await rows(office, ids)
    for data, (is_there, is_over, goes_on) in zip(all_data, made, strict=True):
        stays = is_there or is_over
        assert after[data.hulpvraag][:3] == (before[data.hulpvraag][:3] if stays else (naar.code, naar.bestuur, naar.naam))
        if goes_on:
            await database.pool.execute("UPDATE hulpvraag SET versie = versie + 1 WHERE id = $1", data.hulpvraag)
    for _ in range(1 + twice):
        async with database.transaction() as tx:
            await school_moved(tx, there.model_copy(update={"versie": 2}))
    async with database.transaction() as tx:
        await school_moved(tx, there)
    end = await rows(office, ids)
    for data, (_, _, goes_on) in zip(all_data, made, strict=True):
        assert end[data.hulpvraag] == (after if goes_on else before)[data.hulpvraag]
