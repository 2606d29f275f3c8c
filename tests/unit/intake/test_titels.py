"""Titles: exact, by the right way in, and what becomes of another."""

from datetime import date

import pytest

from intake.domain.titels import Kanaal, Titelregels, title_faults
from shared.contracts.common import Niveau
from shared.contracts.connector import LeerlingOpgave

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
