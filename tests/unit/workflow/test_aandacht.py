"""Warnings about bijlagen: what the manual asks for and is not there yet."""

from datetime import date

import pytest

from workflow.domain.aandacht import aandachtspunten
from workflow.domain.verloop import Regels, Verloop
from workflow.registry import RuleSets, read_all

TODAY = date(2026, 11, 26)
BESCHRIJVING = "Nog niet gevonden bij de bijlagen: Beschrijving van factoren, ondersteuningsbehoefte en ontwikkelingsniveau"


def course(titel: str) -> Verloop:
    regels: Regels = RuleSets(read_all(None)).current("PO3008")
    return next(verloop for verloop in regels.verlopen if verloop.type.titel == titel)


@pytest.mark.parametrize(
    "titel", ["Ondersteuningsaanvraag schoolgaand kind", "Aanvraag Kans!overleg", "Verlenging arrangement"]
)
def test_an_opp_is_found_by_its_abbreviation(titel: str) -> None:
    type_ = course(titel).type
    for naam in ("OPP getekend.pdf", "OPPondertekening.pdf"):
        assert aandachtspunten(type_, ["verslag.pdf", naam], today=TODAY) == []
    assert len(aandachtspunten(type_, ["verslag.pdf"], today=TODAY)) == 1


def test_a_name_that_says_nothing_is_pointed_out() -> None:
    found = aandachtspunten(course("Aanvraag Kans!overleg").type, ["OPP.pdf", "scan20230106.pdf"], today=TODAY)
    assert found == ["De naam scan20230106.pdf zegt niet wat er in het bestand staat."]


def test_a_bijlage_for_some_cases_is_asked_for_with_the_case() -> None:
    found = aandachtspunten(course("Aanvraag TLV").type, ["OPP.pdf"], today=TODAY)
    assert found == [
        f"{BESCHRIJVING} (voor een voorschools of niet schoolgaand kind).",
        "Nog niet gevonden bij de bijlagen: Landelijk aanvraagformulier TLV EMB (voor een EMB-leerling).",
    ]
