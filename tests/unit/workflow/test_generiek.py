"""The start for an SWV without rules, against the list of statuses in manual 001 (lines 169-181)."""

from pathlib import Path

import pytest

from shared.contracts.common import Niveau
from workflow.domain.ruleset import Gebeurtenis
from workflow.domain.stappen import automatic
from workflow.domain.verloop import Regels, Verloop
from workflow.registry import RuleSets, read_all

GENERIEK = Path(__file__).parents[3] / "services/workflow/src/workflow/rulesets/generiek.yaml"
SWV = {"administratie", "PCL/ZAT"}

TABLE: dict[str, tuple[str, set[str]]] = {
    "Nieuw": ("170", set()),
    "Dossier incompleet": ("171-173", {"administratie"}),
    "Dossier compleet": ("174", {"administratie"}),
    "In beraad": ("175", {"administratie"}),
    "Gearrangeerd": ("176", SWV),
    "In behandeling": ("177-179", SWV),
    "Afgerond": ("180", {"administratie"}),
    "Afgewezen": ("181", SWV),
}
"""Lines of the manual, and who may set it (our own choice)."""
TITLES: list[tuple[Niveau, str]] = [
    ("leerling", "Hulpvraag leerling"),
    ("groep", "Hulpvraag groep"),
    ("school", "Hulpvraag school"),
]


@pytest.fixture(scope="module")
def regels() -> Regels:
    return RuleSets(read_all(None)).current("PO0000")


def course(regels: Regels, niveau: Niveau, titel: str) -> Verloop:
    found = regels.find(niveau, titel)
    assert found is not None, titel
    return found


def test_there_is_one_aanvraagtype_per_niveau(regels: Regels) -> None:
    assert [(verloop.type.niveau, verloop.type.titel) for verloop in regels.verlopen] == TITLES


@pytest.mark.parametrize(("niveau", "titel"), TITLES)
def test_each_status_is_as_in_the_manual(regels: Regels, niveau: Niveau, titel: str) -> None:
    verloop = course(regels, niveau, titel)
    assert list(verloop.statussen) == list(TABLE)
    assert verloop.begin.naam == "Nieuw"
    assert {status.naam for status in verloop.statussen.values() if status.einde} == {"Afgerond", "Afgewezen"}
    for naam, (line, who) in TABLE.items():
        assert verloop.statussen[naam].bron == f"001:{line}"
        steps = [stap for steps in verloop.stappen.values() for stap in steps if stap.naar.naam == naam]
        assert {rol for stap in steps for rol in stap.rollen} == who, naam


@pytest.mark.parametrize(("niveau", "titel"), TITLES)
def test_an_incomplete_dossier_asks_the_contactpersoon_and_comes_back_when_filled_up(
    regels: Regels, niveau: Niveau, titel: str
) -> None:
    """001:163-165, 171-173."""
    verloop = course(regels, niveau, titel)
    mails = verloop.statussen["Dossier incompleet"].mails
    assert [(mail.doelgroep, mail.sjabloon) for mail in mails] == [("aanvrager", "aanvulling-gevraagd")]
    again = automatic(verloop, "Dossier incompleet", Gebeurtenis.BIJLAGEN_TOEGEVOEGD)
    assert again is not None
    assert again.naam == "Nieuw"
    assert automatic(verloop, "Dossier incompleet", Gebeurtenis.GEWIJZIGD) == again
    assert len(verloop.vanzelf) == 2


def test_a_copy_for_another_swv_needs_its_number_and_no_more(tmp_path: Path) -> None:
    text = GENERIEK.read_text(encoding="utf-8").replace("swv: PO0000", "swv: PO99ZZ")
    (tmp_path / "PO99ZZ.yaml").write_text(text, encoding="utf-8")
    copied = RuleSets(read_all(tmp_path))
    assert [verloop.type.titel for verloop in copied.current("PO99ZZ").verlopen] == [titel for _, titel in TITLES]
    assert copied.current("PO0000").versie == 1
