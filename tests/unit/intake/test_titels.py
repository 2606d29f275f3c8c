"""Titles: exact, by the right way in, and what becomes of another."""

from datetime import date

import pytest

from intake.domain.titels import Kanaal, Titelregels, title_faults
from shared.contracts.common import Niveau
from shared.contracts.connector import LeerlingOpgave
from workflow.registry import read_all
from workflow.usecases.publish import told

PUPIL = LeerlingOpgave(leerlingid="L-1", roepnaam="Noor", achternaam="Çelik", geboortedatum=date(2016, 3, 9))
TITLES = {
    ("leerling", "TLV SBO"): "beide",
    ("leerling", "TLV SO"): "beide",
    ("leerling", "Uit het LVS"): "LVS",
    ("groep", "Groepsarrangement"): "direct",
}
STRICT = Titelregels("PO3008", weigeren=True, zonder_leerlingnaam=False, titels=TITLES)
LOOSE = Titelregels("PO2806", weigeren=False, zonder_leerlingnaam=True, titels=TITLES)


def rules(regels: Titelregels | None, titel: str, niveau: Niveau = "leerling", kanaal: Kanaal = "LVS") -> list[str]:
    return [fault.rule for fault in title_faults(regels, titel, niveau, kanaal, PUPIL)]


@pytest.mark.parametrize(
    ("regels", "titel", "niveau", "kanaal", "faults"),
    [
        (STRICT, "TLV SBO", "leerling", "LVS", []),
        (STRICT, "tlv sbo", "leerling", "LVS", ["onbekend-aanvraagtype"]),
        (STRICT, "TLV SBO ", "leerling", "LVS", ["onbekend-aanvraagtype"]),
        (STRICT, "Groepsarrangement", "leerling", "LVS", ["alleen-rechtstreeks"]),
        (STRICT, "Groepsarrangement", "groep", "direct", []),
        (STRICT, "Groepsarrangement", "leerling", "direct", ["ander-niveau"]),
        (STRICT, "Uit het LVS", "leerling", "direct", ["alleen-lvs"]),
        (LOOSE, "Uitwisseling toetsgegevens", "leerling", "LVS", []),
        (LOOSE, "Hulp voor Noor", "leerling", "LVS", ["leerlingnaam-in-titel"]),
        (LOOSE, "Dossier Celik", "leerling", "direct", ["leerlingnaam-in-titel"]),
        (LOOSE, "Noord-Hollandse uitwisseling", "leerling", "LVS", []),
        (None, "wat dan ook", "leerling", "LVS", []),
    ],
)
def test_a_title_is_judged_by_the_rules_of_the_swv(
    regels: Titelregels | None, titel: str, niveau: Niveau, kanaal: Kanaal, faults: list[str]
) -> None:
    assert rules(regels, titel, niveau, kanaal) == faults


def test_a_refusal_names_the_nearest_titles_of_this_way_in() -> None:
    (fault,) = title_faults(STRICT, "TLV SBOO", "leerling", "LVS", PUPIL)
    assert fault.field == "aanvraagtype"
    assert "‘TLV SBO’ of ‘TLV SO’" in fault.message
    (fault,) = title_faults(STRICT, "Uit het LSV", "leerling", "direct", PUPIL)
    assert "Uit het LVS" not in fault.message


ESIS = (
    "Ondersteuningsaanvraag schoolgaand kind",
    "Aanvraag Kans!overleg",
    "Aanvraag TLV",
    "Verlenging TLV",
    "Herbeoordeling TLV",
    "(Gedeeltelijke) thuiszitter of geen schoolinschrijving",
    "Kans!overleg + (thuiszitters)",
    "Aanmelding residentiële leerling",
    "Ondersteuning op bestuursniveau: algemeen",
    "Aanvraag arrangement categorie midden en hoog",
)
"""What an IB'er copies into “Korte omschrijving” (003:301-316, 003:494): the titles about a pupil that come from an LVS."""


def helmond() -> Titelregels:
    """The titles of the rule set that ships, as intake is told of them."""
    (found,) = [told(one.ruleset) for one in read_all(None) if one.ruleset.swv == "PO3008"]
    titels: dict[tuple[str, str], str] = {(one.niveau, one.titel): one.kanaal for one in found.titels}
    return Titelregels(found.swv, found.onbekende_titel == "weigeren", found.zonder_leerlingnaam, titels)


@pytest.mark.parametrize("titel", ESIS)
def test_each_title_that_the_manual_gives_esis_is_known_and_a_slip_of_the_pen_gets_it_back(titel: str) -> None:
    regels = helmond()
    assert rules(regels, titel) == []
    for slip in (titel.swapcase(), titel[:-1], titel.replace(" ", "  ", 1) if " " in titel else f"{titel}.", f"{titel} Noor"):
        (fault,) = title_faults(regels, slip, "leerling", "LVS", PUPIL)
        assert fault.rule == "onbekend-aanvraagtype"
        assert f"‘{titel}’".casefold() in fault.message.casefold(), slip
