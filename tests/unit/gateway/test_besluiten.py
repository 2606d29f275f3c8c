"""What the page of a hulpvraag says about the letter of a decision."""

from datetime import date
from types import SimpleNamespace
from uuid import UUID

import pytest
from fastapi import Request

from gateway.models.hulpvragen import Besluit, Brief
from gateway.portal.pages import Pages
from gateway.static_files import Assets
from shared import clock

ID = UUID("01890a5d-ac96-774b-bcce-b302099a8057")


def brief(versie: int, naam: str = "TLV-brief") -> Brief:
    return Brief(
        besluit=ID, brief=naam, bij="hulpvraag", bijlage=ID, naam=f"brief-{versie}.pdf", grootte=9, sha256="", versie=versie
    )


def besluit(*brieven: Brief, hoort: str | None, toegekend: bool, versie: int = 1) -> Besluit:
    return Besluit(
        besluit=ID,
        nummer="PO2507-TLV-2026-1",
        soort="TLV",
        toegekend=toegekend,
        categorie=None,
        begin=None,
        eind=None,
        omschrijving="",
        begeleider="",
        motivering="Daarom.",
        genomen_op=date(2026, 3, 1),
        versie=versie,
        naam="Anne",
        rol="CT",
        vastgelegd_op=clock.now(),
        brief=hoort,
        brieven=list(brieven),
        registraties=[],
    )


MADE, NONE = "De TLV-brief wordt gemaakt.", "Bij dit besluit hoort geen brief"
CASES = [
    (besluit(hoort="TLV-brief", toegekend=True), {MADE}),
    (besluit(hoort="TLV-brief", toegekend=False), {MADE}),
    (besluit(brief(1), hoort="TLV-brief", toegekend=False), {"brief-1.pdf"}),
    (besluit(hoort=None, toegekend=True), {NONE}),
    (besluit(hoort=None, toegekend=False), {NONE}),
    (besluit(brief(1), hoort="TLV-brief", toegekend=True, versie=2), {MADE, "brief-1.pdf", "van vóór de correctie"}),
    (besluit(brief(2), hoort="TLV-brief", toegekend=True, versie=2), {"brief-2.pdf"}),
]


@pytest.mark.parametrize(("decided", "says"), CASES)
def test_a_letter_is_announced_when_it_is_coming_and_only_then(decided: Besluit, says: set[str]) -> None:
    request = Request({"type": "http", "method": "GET", "path": "/", "headers": []})
    shown = Pages(Assets()).show(
        request, "besluiten.html", None, besluiten=[decided], hulpvraag=SimpleNamespace(dossiernummer=1)
    )
    text = bytes(shown.body).decode()
    assert {said for said in (MADE, NONE, "brief-1.pdf", "brief-2.pdf", "van vóór de correctie") if said in text} == says
