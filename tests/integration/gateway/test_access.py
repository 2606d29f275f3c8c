"""The access matrix (tests/support/access/matrix.yaml), cell by cell, on the services as they run."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest

from shared.service import Service
from support.access.asking import BY_LEAVE, ask
from support.access.matrix import SERVICES, Cell, Row, draw, read
from support.access.world import OWN, PAST, World
from support.portal import routes
from support.whole import Whole

MATRIX = read()
DOCS = Path(__file__).parents[3] / "docs" / "access.md"


def _offered(system: Whole) -> Iterator[tuple[str, str, str]]:
    services: dict[str, Service] = {"gateway": system.gateway, **system.services}
    for name in SERVICES:
        for method, path in routes(services[name]):
            if method != "HEAD":
                yield name, method, path.replace("{rol:path}", "{rol}")


def test_every_route_has_a_row_and_every_row_a_route(system: Whole) -> None:
    offered, listed = list(_offered(system)), [route.key for route in MATRIX.routes]
    assert sorted(set(offered) - set(listed)) == [], "a route without a row"
    assert sorted(set(listed) - set(offered)) == [], "a row without a route"
    assert len(listed) == len(set(listed)), "a route with two rows"


def test_the_table_in_docs_is_that_of_the_matrix() -> None:
    assert DOCS.read_text(encoding="utf-8") == draw(MATRIX), "run make docs"


@pytest.mark.parametrize("row", MATRIX.rows, ids=lambda row: row.what)
async def test_people_get_what_the_matrix_says_and_nothing_of_what_is_not_theirs(world: World, row: Row) -> None:
    """Each outcome of each route, with one person."""
    await _try(world, row.sample)


@pytest.mark.long
@pytest.mark.parametrize("row", MATRIX.rows, ids=lambda row: row.what)
async def test_each_person_gets_what_the_matrix_says_and_nothing_of_what_is_not_theirs(world: World, row: Row) -> None:
    """Every cell."""
    await _try(world, row.cells)


async def _try(world: World, cells: Iterable[Cell]) -> None:
    wrong: list[str] = []
    for cell in cells:
        for target in world.targets(cell):
            answer = await ask(world, cell, target)
            wrong += [f"{_named(cell)}: {fault}" for fault in _faults(world, cell, answer)]
    assert not wrong, "\n".join(wrong)


def _named(cell: Cell) -> str:
    return f"{cell.route.service} {cell.route.method} {cell.route.path} {cell.person} {cell.relation} = {cell.expected}"


def _faults(world: World, cell: Cell, answer: httpx.Response) -> Iterator[str]:
    got, route = answer.status_code, cell.route
    match cell.expected:
        case "yes" | "empty":
            if got != route.status:
                yield f"{got} {answer.text[:200]!r}"
            elif cell.relation == "own" and route.service != "documents" and route.path not in BY_LEAVE:
                gone = world.hidden(cell.person) if cell.expected == "yes" else list(world.at.values())
                yield from (f"shows something of {target.word}" for target in gone if target.shows_in(answer.text))
            elif cell.relation == "limited" and "Het gaat om" in answer.text:
                yield "shows what it holds"
        case "log-in":
            is_page = route.service == "gateway" and not route.path.startswith("/api/")
            there = got == 303 and answer.headers["location"].startswith("/inloggen") if is_page else got == 401
            if not there:
                yield str(got)
        case code:
            if str(got) != code:
                yield f"{got} {answer.text[:200]!r}"


WAYS = (
    "/api/v1/hulpvragen?aantal=100",
    "/api/v1/hulpvragen?zoek={word}",
    "/api/v1/hulpvragen?zoek={number}",
    "/api/v1/hulpvragen?label=spoed",
    "/api/v1/hulpvragen?school={school}",
    "/api/v1/hulpvragen?afgerond=true",
    "/api/v1/registraties",
    "/api/v1/registraties?hulpvraag={hulpvraag}",
    "/api/v1/mails?hulpvraag={hulpvraag}",
    "/hulpvragen?zoek={word}",
    "/gedeeld",
)
"""Every list, search and filter."""


async def test_what_a_status_hides_is_in_no_list_of_mails_and_in_no_dossier_that_is_put_together_with_its_own(
    world: World,
) -> None:
    """In PO2507 no status hides anything from the administration; in others one does (002:158), so it is hidden here."""
    administratie, sent, linked = world.browsers["administratie"], world.at[OWN], world.at[PAST]
    mails, dossier = f"/api/v1/mails?hulpvraag={sent.hulpvraag}", f"/api/v1/dossiers/{linked.dossier}"
    pair = (UUID(sent.dossier), UUID(linked.dossier))
    query = """
        INSERT INTO intake.gelijkenis (id, swv, een, ander, verder, staat, voorgesteld_op)
        VALUES ($1, 'PO2507', least($2::uuid, $3), greatest($2::uuid, $3), $2, 'bevestigd', now()) RETURNING id
    """
    made = await world.execute(query, uuid4(), *pair)
    hide = "UPDATE workflow.hulpvraag SET zichtbaar_voor = $2 WHERE dossiernummer = $1 RETURNING 1"
    try:
        assert sent.shows_in((await administratie.get(mails)).text)
        assert [one["dossier"] for one in (await administratie.get(dossier)).json()["gekoppeld"]] == [sent.dossier]
        await world.execute(hide, sent.number, ["school"])
        assert (await administratie.get(f"/api/v1/hulpvragen/{sent.number}")).status_code == 404
        assert (await administratie.get(mails)).json()["mails"] == []
        assert (await administratie.get(dossier)).json()["gekoppeld"] == []
        assert (await administratie.get(f"/api/v1/dossiers/{sent.dossier}")).status_code == 404
    finally:
        await world.execute(hide, sent.number, [])
        await world.execute("DELETE FROM intake.gelijkenis WHERE id = $1 RETURNING 1", made)


async def test_whoever_finds_a_hulpvraag_by_any_way_may_read_it(world: World) -> None:
    for person, client in world.browsers.items():
        for target in world.at.values():
            may_read = (await client.get(f"/api/v1/hulpvragen/{target.number}")).status_code == 200
            for way in () if may_read else WAYS:
                given = {"word": target.word, "number": target.number, "school": target.school, "hulpvraag": target.hulpvraag}
                asked = way.format(**given)
                text = (await client.get(asked)).text
                for echo in (target.word, str(target.number), target.hulpvraag):  # what was typed stands in its own field again
                    text = text if f"={echo}" not in asked else text.replace(f'value="{echo}"', "").replace(asked, "")
                assert not target.shows_in(text), (person, asked)
