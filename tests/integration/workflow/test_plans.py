"""The hot questions come off an index: their plans are looked at, with rows enough that a scan would cost more.

What a plan looked at is counted, too: an index that has to pass over most of its rows is hardly one.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from shared import clock, context
from shared.database import Transaction
from support.hulpvragen import Office, ingediend
from workflow.access import Bereik
from workflow.store import hulpvraag, lijst, rondom, termijn

ROWS = 20_000
FILL = """
INSERT INTO hulpvraag (id, dossiernummer, swv, school, bestuur, titel, naam, schoolnaam, aanvraagtype, regels_versie, status,
    einde, ingediend_op, gewijzigd_op, zoek, coordinator, labels, deadline)
SELECT gen_random_uuid(), n, swv, '99XA' || to_char(n % 100, 'FM00'), 'B' || n % 200, titel, 'Kind ' || n, schoolnaam,
    aanvraagtype, 1, CASE WHEN n % 500 = 0 THEN status ELSE 'Iets anders' END, n < $2 - 100,
    ingediend_op - ($2 - n) * interval '1 hour', gewijzigd_op,
    array_to_tsvector(ARRAY['=po2507', '=99xa' || to_char(n % 100, 'FM00'), '=b' || n % 200, 'kind', 'naam' || n]
        || CASE WHEN n % 4000 = 0 THEN '{=zeldzaam}'::text[] ELSE '{}' END),
    CASE WHEN n % 2 = 0 THEN 'Coördinator ' || n % 50 END, CASE WHEN n % 4000 = 0 THEN '{zeldzaam}'::text[] ELSE '{}' END,
    CASE WHEN n % 20 = 0 THEN '2020-01-01'::date + n END
FROM hulpvraag, generate_series(1, $2) AS n WHERE id = $1
"""
TERMS = """
INSERT INTO termijn (hulpvraag, naam, grond, deadline, staat)
SELECT id, 'beslistermijn', '2026-01-01', '2026-03-01', 'loopt' FROM hulpvraag
"""
MOMENTS = """
INSERT INTO termijnmoment (id, hulpvraag, naam, grond, soort, op, gedaan_op)
SELECT gen_random_uuid(), hulpvraag, naam, grond, 'bereikt', $1::timestamptz + row_number() OVER () * interval '1 minute',
    CASE WHEN random() < 0.9 THEN now() END
FROM termijn
"""
SWV = Bereik("PO2507", None, None, frozenset({"SCP"}), intern=True)
SCHOOL = replace(SWV, school="99XA07", intern=False)
BOARD = replace(SWV, bestuur="B7", intern=False)
PAGE = 26
Vraag = lijst.Vraag


class Asked:
    """A transaction that keeps the plan of every statement it ran."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self.plans: list[dict[str, Any]] = []

    async def execute(self, statement: str, *given: Any) -> None:
        await self._tx.execute(statement, *given)

    async def fetch(self, statement: str, *given: Any) -> list[Any]:
        found = await self._tx.fetchval(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}", *given)
        self.plans.append((json.loads(found) if isinstance(found, str) else found)[0]["Plan"])
        return await self._tx.fetch(statement, *given)


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The parts of a plan that ran: a policy brings along some that need not."""
    if plan["Actual Loops"]:
        yield plan
        for part in plan.get("Plans", ()):
            yield from nodes(part)


def indexes(plan: dict[str, Any]) -> set[str]:
    return {node["Index Name"] for node in nodes(plan) if "Index Name" in node}


def kinds(plan: dict[str, Any]) -> set[str]:
    return {node["Node Type"] for node in nodes(plan)}


def looked_at(plan: dict[str, Any]) -> int:
    """Rows of tables that a plan took up: those it gave on, and those it threw away."""
    return int(
        sum(
            (node["Actual Rows"] + sum(count for name, count in node.items() if name.startswith("Rows Removed")))
            * node["Actual Loops"]
            for node in nodes(plan)
            if "Scan" in node["Node Type"] and "Relation Name" in node
        )
    )


async def run(tx: Transaction, statement: str, *given: Any) -> dict[str, Any]:
    asked = Asked(tx)
    await asked.fetch(statement, *given)
    return asked.plans[0]


async def filled(office: Office) -> None:
    data = ingediend("A&K")
    await office.submit(data)
    async with office.sandbox.connect() as connection:
        await connection.execute("SET search_path = workflow")
        await connection.execute(FILL, data.hulpvraag, ROWS)
        await connection.execute("VACUUM ANALYZE hulpvraag")


QUESTIONS = [
    (SWV, Vraag(), "hulpvraag_swv"),
    (SCHOOL, Vraag(), "hulpvraag_school"),
    (BOARD, Vraag(), "hulpvraag_bestuur"),
    (SWV, Vraag(status="A&K aanmelding"), "hulpvraag_status"),
    (SWV, Vraag(einde=False), "hulpvraag_open"),
    (SWV, Vraag(ongesorteerd=True), "hulpvraag_unsorted"),
    (SWV, Vraag(coordinator="Coördinator 8"), "hulpvraag_coordinator"),
    (SWV, Vraag(coordinator="Nobody at all"), "hulpvraag_coordinator"),
    (SWV, Vraag(school="99XA07"), "hulpvraag_school"),
    (SWV, Vraag(deadline_tot=date(2021, 1, 1)), "hulpvraag_deadline"),
    (SWV, Vraag(deadline_tot=date(2019, 1, 1)), "hulpvraag_deadline"),
    (SWV, Vraag(vanaf=clock.today() - timedelta(days=20)), "hulpvraag_swv"),
    (SWV, Vraag(vanaf=clock.today() - timedelta(days=700), tot=clock.today() - timedelta(days=690)), "hulpvraag_swv"),
    (SWV, Vraag(tot=clock.today() - timedelta(days=5000)), "hulpvraag_swv"),
]


async def test_a_list_comes_off_an_index_in_order_and_looks_at_little_more_than_a_page(own_office: Office) -> None:
    await filled(own_office)
    with context.narrowed("PO2507"):
        for bereik, vraag, index in QUESTIONS:
            async with own_office.service.database.transaction() as tx:
                asked = Asked(tx)
                await lijst.page(asked, bereik, vraag)  # type: ignore[arg-type]  # a transaction, as far as a list needs one
            plan = asked.plans[0]
            assert len(asked.plans) == 1
            assert indexes(plan) <= {index, "hulpvraag_dossiernummer" if vraag == Vraag() else index}, (vraag, plan)
            assert not kinds(plan) & {"Seq Scan", "Sort"}, (vraag, plan)
            assert looked_at(plan) <= 2 * PAGE, (vraag, plan)


async def test_what_is_rare_comes_off_the_word_index_after_a_look_at_the_newest(own_office: Office) -> None:
    await filled(own_office)
    with context.narrowed("PO2507"):
        for vraag, found in ((Vraag(zoek="naam12345"), 1), (Vraag(label="zeldzaam"), 5), (Vraag(label="niemand"), 0)):
            async with own_office.service.database.transaction() as tx:
                asked = Asked(tx)
                rows = await lijst.page(asked, SWV, vraag)  # type: ignore[arg-type]  # a transaction, as far as a list needs one
            recent, by_word = asked.plans
            assert len(rows) == found
            assert indexes(recent) & {"hulpvraag_swv", "hulpvraag_dossiernummer"}, recent
            assert looked_at(recent) <= lijst.RECENT, recent
            assert indexes(by_word) == {"hulpvraag_zoek"}, by_word
            assert looked_at(by_word) <= 2 * found, by_word
            assert not (kinds(recent) | kinds(by_word)) & {"Seq Scan"}


async def test_terms_that_are_due_are_found_without_looking_at_those_that_are_not(own_office: Office) -> None:
    await filled(own_office)
    begin = clock.now()
    async with own_office.sandbox.connect() as connection:
        await connection.execute("SET search_path = workflow")
        await connection.execute(TERMS)
        await connection.execute(MOMENTS, begin)
        await connection.execute("VACUUM ANALYZE termijn, termijnmoment")
        one = await connection.fetchval("SELECT hulpvraag FROM termijnmoment WHERE gedaan_op IS NULL ORDER BY op DESC LIMIT 1")
    async with own_office.service.database.transaction() as tx:
        for now, most in ((begin, 0), (begin + timedelta(days=3), 2)):
            for statement in (termijn._ANY_DUE, termijn._DUE):
                plan = await run(tx, statement, now)
                assert "termijnmoment_due" in indexes(plan), plan
                assert not kinds(plan) & {"Seq Scan", "Sort"}, plan
                assert looked_at(plan) <= most, plan
        first = await run(tx, termijn._FIRST_DUE, one, begin + timedelta(days=100))
        assert "Seq Scan" not in kinds(first)
        assert looked_at(first) <= 2, first


async def test_a_change_finds_its_row_and_its_history_by_key(own_office: Office) -> None:
    await filled(own_office)
    async with own_office.service.database.transaction() as tx:
        id_ = await tx.fetchval("SELECT id FROM hulpvraag JOIN inzending ON hulpvraag = id LIMIT 1")
        number = await tx.fetchval("SELECT dossiernummer FROM hulpvraag WHERE id = $1", id_)
        by_key = [
            (hulpvraag._LOCK_BY_NUMBER, (number,), "hulpvraag_dossiernummer"),
            (hulpvraag._BY_NUMBER, (number,), "hulpvraag_dossiernummer"),
            (hulpvraag._LOCK_BY_ID, (id_,), "hulpvraag_pkey"),
            (rondom._LABELS, (id_, ["spoed"], ["spoed"]), "hulpvraag_pkey"),
        ]
        for statement, given, index in by_key:
            plan = await run(tx, statement, *given)
            assert index in indexes(plan), plan
            assert looked_at(plan) <= 2 + 1, plan


async def test_the_two_ways_to_search_find_the_same(own_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await filled(own_office)
    for bereik in (SWV, SCHOOL, BOARD):
        found = []
        for recent in (1, ROWS + 1):
            monkeypatch.setattr(lijst, "RECENT", recent)
            async with own_office.service.database.transaction() as tx:
                pages = [await lijst.page(tx, bereik, Vraag(zoek=zoek)) for zoek in ("kind", "naam12", "naam12207", "niets")]
            found.append([[row["dossiernummer"] for row in page] for page in pages])
        assert found[0] == found[1]
        assert [len(page) for page in found[0]] == [26, 26 if bereik is SWV else 11 if bereik is SCHOOL else 6, 1, 0]
