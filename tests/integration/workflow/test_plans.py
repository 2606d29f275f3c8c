"""The hot questions come off an index: their plans are looked at, with rows enough that a scan would cost more."""

from dataclasses import replace
from typing import Any

import pytest

from shared.database import Transaction
from support.hulpvragen import Office, ingediend
from workflow.access import Bereik
from workflow.domain.zoek import question
from workflow.store import hulpvraag, lijst

ROWS = 20_000
FILL = """
INSERT INTO hulpvraag (id, dossiernummer, swv, school, bestuur, titel, naam, schoolnaam, aanvraagtype, regels_versie, status,
    einde, ingediend_op, gewijzigd_op, zoek)
SELECT gen_random_uuid(), n, swv, school || n % 100, 'B' || n % 200, titel, 'Kind ' || n, schoolnaam, aanvraagtype, 1,
    CASE WHEN n % 500 = 0 THEN status ELSE 'Iets anders' END, n < $2 - 100, ingediend_op, gewijzigd_op,
    array_to_tsvector(ARRAY['=po2507', '=99xa00' || n % 100, '=b' || n % 200, 'kind', 'naam' || n])
FROM hulpvraag, generate_series(1, $2) AS n WHERE id = $1
"""
SWV = Bereik("PO2507", None, None, frozenset({"SCP"}), intern=True)
SCHOOL = replace(SWV, school="99XA007", intern=False)
BOARD = replace(SWV, bestuur="B7", intern=False)


async def plan(tx: Transaction, statement: str, *given: Any) -> str:
    await tx.execute(lijst._PLAN_ANEW)
    return "\n".join(row[0] for row in await tx.fetch(f"EXPLAIN {statement}", *given))


async def filled(office: Office) -> None:
    data = ingediend("A&K")
    await office.submit(data)
    async with office.sandbox.connect() as connection:
        await connection.execute("SET search_path = workflow")
        await connection.execute(FILL, data.hulpvraag, ROWS)
        await connection.execute("VACUUM ANALYZE hulpvraag")


def given(
    bereik: Bereik, *, status: str | None = None, einde: bool | None = None, ongesorteerd: bool | None = None
) -> list[Any]:
    return [bereik.swv, bereik.school, bereik.bestuur, None, 26, status, None, einde, ongesorteerd, ["SCP"]]


async def test_the_hot_questions_come_off_an_index(own_office: Office) -> None:
    await filled(own_office)
    asked = [
        (given(SWV), "Index Scan Backward"),
        (given(SCHOOL), "using hulpvraag_school "),
        (given(BOARD), "using hulpvraag_bestuur "),
        (given(SWV, status="A&K aanmelding"), "using hulpvraag_status "),
        (given(SWV, einde=False), "using hulpvraag_open "),
        (given(SWV, ongesorteerd=True), "using hulpvraag_unsorted "),
    ]
    async with own_office.service.database.transaction() as tx:
        for question_, index in asked:
            found = await plan(tx, lijst._IN_ORDER, *question_)
            assert index in found, found
            assert "Sort" not in found, found
            assert "Seq Scan" not in found, found
        words = question("naam12345", ["PO2507"])
        by_word = await plan(tx, lijst._BY_WORD, *given(SWV), words)
        assert "Bitmap Index Scan on hulpvraag_zoek" in by_word, by_word
        recent = await plan(tx, lijst._RECENT, *given(SWV), words, lijst.RECENT)
        assert "Index Scan Backward" in recent, recent
        assert "hulpvraag_dossiernummer" in await plan(tx, hulpvraag._BY_NUMBER, 5)


async def test_the_two_ways_to_search_find_the_same(own_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await filled(own_office)
    for bereik in (SWV, SCHOOL, BOARD):
        found = []
        for recent in (1, ROWS + 1):
            monkeypatch.setattr(lijst, "RECENT", recent)
            async with own_office.service.database.transaction() as tx:
                pages = [
                    await lijst.page(tx, bereik, lijst.Vraag(zoek=zoek)) for zoek in ("kind", "naam12", "naam12207", "niets")
                ]
            found.append([[row["dossiernummer"] for row in page] for page in pages])
        assert found[0] == found[1]
        assert [len(page) for page in found[0]] == [26, 26 if bereik is SWV else 11 if bereik is SCHOOL else 6, 1, 0]
