"""Organisations come from a document that may be loaded again."""

from typing import Any

import pytest

from intake.organisations import load, parse
from shared.errors import InvalidInput
from support.intake import ORGANISATIONS, World
from support.sandbox import Sandbox

YAML = """
swv: [{code: PO2507, naam: SWV De Nieuwe Naam}]
besturen: [{code: "70003", naam: Stichting Erbij}]
scholen: [{code: 99XA00, naam: De Verzonnen Linde, bestuur: "70003", swv: PO2507}]
connectors: [{id: esis, naam: Esis, gebruiker: lvs-esis, swv: [PO2507], scholen: [99XA00]}]
"""


async def test_a_document_adds_and_changes_and_leaves_the_rest(sandbox: Sandbox, world: World) -> None:
    async with world.database() as database:
        for document in (ORGANISATIONS, parse(YAML), parse(YAML)):
            async with database.transaction() as tx:
                await load(tx, document, actor="operator:test")
    async with sandbox.connect() as connection:
        swv = [tuple(row) for row in await connection.fetch("SELECT code, naam FROM intake.swv ORDER BY code")]
        schools = [tuple(row) for row in await connection.fetch("SELECT code, bestuur FROM intake.school ORDER BY code")]
        mandates = await connection.fetch("SELECT connector, school FROM intake.mandaat WHERE connector = 'esis'")
    assert swv == [("PO00YY", "SWV Elders"), ("PO2507", "SWV De Nieuwe Naam")]
    assert schools == [("99XA00", "70003"), ("99XA01", "70001"), ("99XB00", "70002"), ("99XC00", "70002")]
    assert [tuple(row) for row in mandates] == [("esis", "99XA00")]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("swv: [{code: PO1, naam: x}]", ("swv.0.code", "vorm")),
        ("scholen: [{code: 99XA00, naam: x, bestuur: '1'}]", ("scholen.0.swv", "verplicht")),
        ("scholen: {}", ("scholen", "lijst")),
        ("besturen: [{code: '1', naam: x, adres: y}]", ("besturen.0.adres", "onbekend-veld")),
        ("connectors: [{id: 'Esis!', naam: x, gebruiker: u, swv: [PO2507]}]", ("connectors.0.id", "vorm")),
        ("swv: [", ("(bericht)", "yaml")),
        ("- 1", ("(bericht)", "object")),
    ],
)
def test_a_wrong_document_is_refused_by_field_and_rule(text: str, fault: tuple[str, str]) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse(text)
    assert fault in [(found.field, found.rule) for found in caught.value.faults]


async def test_a_wrong_document_changes_nothing(sandbox: Sandbox, world: World) -> None:
    wrong: dict[str, Any] = {**ORGANISATIONS, "swv": [{"code": "PO2507", "naam": "Anders"}, {"code": "?", "naam": "x"}]}
    async with world.database() as database, database.transaction() as tx:
        with pytest.raises(InvalidInput):
            await load(tx, wrong, actor="operator:test")
    async with sandbox.connect() as connection:
        assert await connection.fetchval("SELECT naam FROM intake.swv WHERE code = 'PO2507'") == "SWV De Proef"
