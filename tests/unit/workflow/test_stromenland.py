"""PO2507 against the tables of manual 000: each status, who may set it, and what changes by itself."""

import re

import pytest

from shared.contracts.common import Niveau
from workflow.domain.ruleset import Gebeurtenis
from workflow.domain.stappen import automatic, begin
from workflow.domain.verloop import Regels
from workflow.registry import RuleSets, read_all
from workflow.rules import show

SWV = {"SCP", "administratie"}
AUTOMATIC = "automatisch"

ARRANGEMENT: dict[str, tuple[int | str, set[str] | str]] = {
    "ARR Aanmelding": (441, AUTOMATIC),
    "Arrangementsaanvraag in behandeling": (442, {"AC"}),
    "Arrangementsaanvraag incompleet": (443, {"AC"}),
    "Arrangementsaanvraag aangevuld": (444, AUTOMATIC),
    "Arrangement toegekend": (445, {"AC"}),
    "Arrangement afgewezen": (445, {"AC"}),
    "Arrangement afgerond": (446, {"school"}),
}
TLV: dict[str, tuple[int | str, set[str] | str]] = {
    "TLV Aanmelding": (886, AUTOMATIC),
    "TLV aanvraag in behandeling": (887, {"administratie"}),
    "TLV aanvraag incompleet": (888, {"administratie"}),
    "TLV aanvraag aangevuld": (889, AUTOMATIC),
    "Aanhouden": (890, {"administratie"}),
    "TLV afgegeven": (891, {"administratie"}),
    "TLV aanvraag afgewezen": (892, {"administratie"}),
    "TLV aanvraag ingetrokken": (893, {"school"}),
}
TABLES: dict[str, dict[str, tuple[int | str, set[str] | str]]] = {
    "A&K": {
        "A&K aanmelding": (252, AUTOMATIC),
        "A&K aanvraag incompleet": (253, SWV),
        "A&K aanvraag aangevuld": (254, AUTOMATIC),
        "A&K in behandeling": (255, SWV),
        "A&K aanvraag afgewezen": (256, SWV),
        "A&K afgerond": (257, {"SCP", "IB'er"}),
    },
    "Arrangement": ARRANGEMENT,
    "Voorziening": {
        "Voorziening aanmelding": (441, {"AC"}),
        "Arrangementsaanvraag incompleet": (443, {"AC"}),
        "Arrangementsaanvraag aangevuld": (444, AUTOMATIC),
        "Voorziening toegekend": (445, {"AC"}),
        "Voorziening afgewezen": (445, {"AC"}),
        "Voorziening afgerond": (446, {"school"}),
    },
    "Groepsarrangement": ARRANGEMENT,
    "TLV": TLV,
    "Verlenging TLV": TLV,
    "Thuiszitter": {
        "Thuiszitter aanmelding": (915, AUTOMATIC),
        "Thuiszitter in behandeling": (916, {"coördinator", "administratie"}),
        "Thuiszitter deels naar school": (917, {"coördinator", "administratie"}),
        "Thuiszitter volledig naar school": (918, {"coördinator", "administratie"}),
    },
    "JK onderwijsadvies": {
        "JK onderwijsadvies aanvraag": ("004:20", {"JK-specialist"}),
        "JK bijlagen toegevoegd": ("004:32", {"voorschoolse voorziening"}),
        "JK Onderwijsadvies": ("004:42", {"JK-specialist"}),
        "JK aanmelden school": ("004:50", {"JK-specialist"}),
        "JK advies afgerond": ("004:56", {"JK-specialist"}),
        "JK afgewezen": ("004:66", {"JK-specialist"}),
        "advies afgerond": ("004:60", {"JK-specialist"}),
    },
}
"""Line of the manual and who may set it, copied from its tables (000:250-257, 439-446, 884-893, 913-918), and manual 004."""
NIVEAU: dict[str, Niveau] = {"Groepsarrangement": "groep"}


@pytest.fixture(scope="module")
def regels() -> Regels:
    return RuleSets(read_all(None)).current("PO2507")


def test_the_aanvraagtypes_are_those_of_the_manual(regels: Regels) -> None:
    assert [verloop.type.titel for verloop in regels.verlopen] == list(TABLES)


@pytest.mark.parametrize("titel", TABLES)
def test_each_status_and_who_may_set_it_is_as_in_the_table(regels: Regels, titel: str) -> None:
    verloop = regels.find(NIVEAU.get(titel, "leerling"), titel)
    assert verloop is not None
    table = TABLES[titel]
    assert set(verloop.statussen) == set(table)
    for naam, (line, who) in table.items():
        status = verloop.statussen[naam]
        assert status.bron.startswith(line if isinstance(line, str) else f"000:{line}"), naam
        rollen = {rol for steps in verloop.stappen.values() for stap in steps if stap.naar.naam == naam for rol in stap.rollen}
        by_itself = status.begin or naam in {
            rule.naar.naam for (_, op, _), rule in verloop.vanzelf.items() if op is Gebeurtenis.BIJLAGEN_TOEGEVOEGD
        }
        assert rollen == (who if isinstance(who, set) else set()), naam
        assert by_itself == (who == AUTOMATIC or status.begin), naam


@pytest.mark.parametrize("titel", TABLES)
def test_a_new_hulpvraag_starts_with_the_first_status_of_its_table(regels: Regels, titel: str) -> None:
    found = begin(regels, NIVEAU.get(titel, "leerling"), titel)
    assert found is not None
    assert found[1].naam == next(iter(TABLES[titel]))


@pytest.mark.parametrize("titel", ["a&k", "A&K ", "TLV SBO", "", "Arrangementen", "thuiszitter"])
def test_a_title_that_is_not_exactly_one_of_the_list_has_no_begin_status(regels: Regels, titel: str) -> None:
    assert begin(regels, "leerling", titel) is None


def test_a_title_counts_for_its_own_niveau_only(regels: Regels) -> None:
    assert begin(regels, "groep", "TLV") is None


@pytest.mark.parametrize("titel", ["ARR Taalontwikkeling", "ARR Langdurig ziek", "ARR Sociaal-emotionele ontwikkeling"])
def test_the_titles_of_the_list_lead_to_an_arrangement(regels: Regels, titel: str) -> None:
    found = begin(regels, "leerling", titel)
    assert found is not None
    assert found[0].type.titel == "Arrangement"


def test_aangevuld_follows_by_itself_from_incompleet_and_from_nothing_else(regels: Regels) -> None:
    for verloop in regels.verlopen:
        for status in verloop.statussen:
            follows = automatic(verloop, status, Gebeurtenis.BIJLAGEN_TOEGEVOEGD)
            if status.endswith("incompleet"):
                assert follows is not None
                assert follows.naam.endswith("aangevuld")
            else:
                assert follows is None


def test_every_change_mails_the_applicant(regels: Regels) -> None:
    for verloop in regels.verlopen:
        for status in verloop.statussen.values():
            assert "aanvrager" in {mail.doelgroep for mail in status.mails}, status.naam


def test_the_second_spelling_of_a_status_is_an_alias(regels: Regels) -> None:
    verloop = regels.find("leerling", "Arrangement")
    assert verloop is not None
    assert verloop.namen["Arrangement ontbrekende info aangevuld"] == "Arrangementsaanvraag aangevuld"


def test_the_json_has_the_agreed_form(regels: Regels) -> None:
    shown = show(regels)
    assert set(shown) == {"swv", "versie", "aanvraagtypes", "formulieren"}
    assert [form["titel"] for form in shown["formulieren"]] == [
        "Formulier aanvraag toelaatbaarheidsverklaring",
        "A&K voortgang",
        "Arrangement voortgang",
    ]
    for type_ in shown["aanvraagtypes"]:
        assert set(type_) == {"titel", "aliassen", "niveau", "kanaal", "statussen", "overgangen", "formulieren", "bijlagen"}
        names = [status["naam"] for status in type_["statussen"]]
        assert [status["begin"] for status in type_["statussen"]].count(True) == 1
        for overgang in type_["overgangen"]:
            assert set(overgang) == {"van", "naar", "rollen", "automatisch", "vereist", "bron"}
            assert overgang["van"] in names
            assert overgang["naar"] in names
            assert bool(overgang["rollen"]) != overgang["automatisch"]
            assert re.match(r"00[04]:\d+|eigen keuze", overgang["bron"])
    tlv = next(type_ for type_ in shown["aanvraagtypes"] if type_["titel"] == "TLV")
    assert {
        "van": "TLV aanvraag incompleet",
        "naar": "TLV aanvraag aangevuld",
        "rollen": [],
        "automatisch": True,
        "vereist": [],
        "bron": "000:889",
    } in tlv["overgangen"]
