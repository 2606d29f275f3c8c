"""PO2806 against manual 002: its nineteen titles (line 78), and the statuses of lines 152-184 with who may set them."""

import pytest

from workflow.domain.ruleset import Gebeurtenis
from workflow.domain.stappen import automatic, begin, stands
from workflow.domain.verloop import Regels, Verloop
from workflow.registry import RuleSets, read_all

TITLES = [
    "Preventie SCP/PAB",
    "Ambulante begeleiding",
    "Psychodiagnostisch onderzoek",
    "Leesbehandeling",
    "Inzet ouderfunctionaris",
    "Advisering jonge kind",
    "Herstart junior",
    "KANS",
    "Thuiszitter",
    "Vergoede dyslexiezorg",
    "Aanvraag schoolbudget leerling",
    "Aanvraag schoolbudget school",
    "Aanvraag schoolbudget wijk",
    "Aanvraag budget inclusief onderwijs",
    "TLV SBO",
    "TLV SO",
    "TLV Leerrecht",
    "Terugplaatsing",
    "STAP-coach",
]
"""Copied from 002:78, without the asterisks of its two footnotes."""
SCHOOL_LEVEL = {"Aanvraag schoolbudget school", "Aanvraag schoolbudget wijk", "Aanvraag budget inclusief onderwijs"}
BUDGET = SCHOOL_LEVEL | {"Aanvraag schoolbudget leerling"}
TLV = {"TLV SBO", "TLV SO", "TLV Leerrecht"}
PLACED = {"Herstart junior", "KANS"}

PLACES: dict[str, tuple[int, set[str]]] = {
    "Voorlopige aanmelding": (158, set(TITLES)),
    "Aanmelding": (160, set(TITLES)),
    "Doorzetten SCP": (162, set(TITLES)),
    "Doorzetten leescoördinator": (162, {"Leesbehandeling", "Vergoede dyslexiezorg"}),
    "Doorzetten TLV-administratie": (162, TLV),
    "Dossier compleet SCP": (164, set(TITLES)),
    "Dossier incompleet SCP": (164, set(TITLES)),
    "Toegekend": (166, set(TITLES) - TLV - BUDGET),
    "Akkoord coördinator Herstart/KANS": (168, PLACED),
    "Gearrangeerd budget": (170, BUDGET),
    "Gearrangeerd Herstart": (170, {"Herstart junior"}),
    "Gearrangeerd KANS": (170, {"KANS"}),
    "Wacht op behandelaar": (
        172,
        {
            "Ambulante begeleiding",
            "Psychodiagnostisch onderzoek",
            "Leesbehandeling",
            "Inzet ouderfunctionaris",
            "Vergoede dyslexiezorg",
            "STAP-coach",
        },
    ),
    "In behandeling": (174, set(TITLES) - TLV - BUDGET),
    "TLV afgegeven": (176, TLV),
    "Afgerond na aanpak": (178, set(TITLES) - TLV - BUDGET - {"Thuiszitter"}),
    "Afgerond na beschikking": (178, BUDGET),
    "Afgerond oplossing gevonden": (178, {"Thuiszitter"}),
    "Afgewezen SCP": (180, set(TITLES) - TLV),
    "Afgewezen TLV": (180, TLV),
    "Niet ontvankelijk": (182, set(TITLES)),
    "Niet ontvankelijk financieën": (182, BUDGET | PLACED),
    "Thuiszitter": (184, {"Thuiszitter"}),
}
"""Each status of 002:158-184, its line, and where it may stand. "Toegekend": not for TLV and budget (166)."""

TABLES: dict[str, dict[str, set[str]]] = {
    "Leesbehandeling": {
        "Aanmelding": {"school"},
        "Voorlopige aanmelding": {"school"},
        "Doorzetten SCP": {"SCP", "leescoördinator"},
        "Doorzetten leescoördinator": {"SCP", "leescoördinator"},
        "Dossier compleet SCP": {"SCP"},
        "Dossier compleet leescoördinator": {"leescoördinator"},
        "Dossier incompleet SCP": {"SCP"},
        "Dossier incompleet leescoördinator": {"leescoördinator"},
        "Niet ontvankelijk": {"SCP", "leescoördinator"},
        "Afgerond ingetrokken": {"SCP"},
        "Afgewezen SCP": {"SCP"},
        "Afgewezen leescoördinator": {"leescoördinator"},
        "Afgerond na aanpak": {"SCP", "leescoördinator", "behandelaar"},
        "Toegekend": {"SCP", "leescoördinator"},
        "In behandeling": {"SCP"},
        "In behandeling leescoördinator": {"SCP", "leescoördinator"},
        "In behandeling behandelaar": {"SCP", "behandelaar"},
        "Wacht op behandelaar": {"SCP"},
    },
    "KANS": {
        "Aanmelding": {"school"},
        "Voorlopige aanmelding": {"school"},
        "Doorzetten SCP": {"SCP", "coördinator Herstart/KANS", "financieel medewerker"},
        "Doorzetten coördinator Herstart/KANS": {"SCP", "coördinator Herstart/KANS", "financieel medewerker"},
        "Dossier compleet SCP": {"SCP"},
        "Dossier compleet coördinator Herstart/KANS": {"coördinator Herstart/KANS"},
        "Dossier incompleet SCP": {"SCP"},
        "Dossier incompleet coördinator Herstart/KANS": {"coördinator Herstart/KANS"},
        "Niet ontvankelijk": {"SCP", "coördinator Herstart/KANS"},
        "Afgerond ingetrokken": {"SCP", "coördinator Herstart/KANS"},
        "Afgewezen SCP": {"SCP"},
        "Afgewezen coördinator Herstart/KANS": {"coördinator Herstart/KANS"},
        "Afgerond na aanpak": {"SCP", "coördinator Herstart/KANS"},
        "Toegekend": {"SCP", "coördinator Herstart/KANS"},
        "In behandeling": {"SCP", "coördinator Herstart/KANS"},
        "In behandeling coördinator Herstart/KANS": {"SCP", "coördinator Herstart/KANS"},
        "Akkoord coördinator Herstart/KANS": {"coördinator Herstart/KANS"},
        "Gearrangeerd KANS": {"coördinator Herstart/KANS"},
        "Niet ontvankelijk financieën": {"financieel medewerker"},
    },
    "Thuiszitter": {
        "Aanmelding": {"school"},
        "Voorlopige aanmelding": {"school"},
        "Doorzetten SCP": {"SCP", "regiomanager"},
        "Doorzetten regiomanager": {"SCP", "regiomanager"},
        "Dossier compleet SCP": {"SCP"},
        "Dossier compleet regiomanager": {"regiomanager"},
        "Dossier incompleet SCP": {"SCP"},
        "Dossier incompleet regiomanager": {"regiomanager"},
        "Niet ontvankelijk": {"SCP", "regiomanager"},
        "Afgerond ingetrokken": {"SCP"},
        "Afgewezen SCP": {"SCP"},
        "Afgewezen regiomanager": {"regiomanager"},
        "Afgerond oplossing gevonden": {"SCP", "regiomanager", "behandelaar"},
        "Toegekend": {"SCP", "regiomanager"},
        "In behandeling": {"SCP"},
        "In behandeling SCP": {"SCP"},
        "In behandeling behandelaar": {"SCP", "behandelaar"},
        "Thuiszitter": {"SCP", "regiomanager"},
    },
    "Aanvraag schoolbudget wijk": {
        "Aanmelding": {"school"},
        "Voorlopige aanmelding": {"school"},
        "Doorzetten SCP": {"SCP", "wijkcontactpersoon", "regiomanager", "financieel medewerker"},
        "Doorzetten wijkcontactpersoon": {"SCP", "wijkcontactpersoon", "regiomanager", "financieel medewerker"},
        "Doorzetten regiomanager": {"SCP", "wijkcontactpersoon", "regiomanager", "financieel medewerker"},
        "Dossier compleet SCP": {"SCP"},
        "Dossier compleet wijkcontactpersoon": {"wijkcontactpersoon"},
        "Dossier compleet regiomanager": {"regiomanager"},
        "Dossier incompleet SCP": {"SCP"},
        "Dossier incompleet wijkcontactpersoon": {"wijkcontactpersoon"},
        "Dossier incompleet regiomanager": {"regiomanager"},
        "Niet ontvankelijk": {"SCP", "wijkcontactpersoon", "regiomanager"},
        "Afgerond ingetrokken": {"SCP"},
        "Afgewezen SCP": {"SCP"},
        "Afgewezen wijkcontactpersoon": {"wijkcontactpersoon"},
        "Afgewezen regiomanager": {"regiomanager"},
        "Afgerond na beschikking": {"financieel medewerker"},
        "Gearrangeerd budget": {"SCP", "wijkcontactpersoon", "regiomanager"},
        "Niet ontvankelijk financieën": {"financieel medewerker"},
    },
    "TLV SO": {
        "Aanmelding": {"school", "externe school/instelling"},
        "Voorlopige aanmelding": {"school", "externe school/instelling"},
        "Doorzetten SCP": {"SCP", "TLV-administratie"},
        "Doorzetten TLV-administratie": {"SCP", "TLV-administratie"},
        "Dossier compleet SCP": {"SCP"},
        "Dossier compleet TLV-administratie": {"TLV-administratie"},
        "Dossier incompleet SCP": {"SCP"},
        "Dossier incompleet TLV-administratie": {"TLV-administratie"},
        "Niet ontvankelijk": {"SCP", "TLV-administratie"},
        "Afgerond ingetrokken": {"SCP", "TLV-administratie"},
        "TLV afgegeven": {"TLV-administratie"},
        "Afgewezen TLV": {"TLV-administratie"},
    },
}
"""One of each family, whole: its statuses and who may set them."""


@pytest.fixture(scope="module")
def regels() -> Regels:
    return RuleSets(read_all(None)).current("PO2806")


def course(regels: Regels, titel: str) -> Verloop:
    found = regels.find("school" if titel in SCHOOL_LEVEL else "leerling", titel)
    assert found is not None, titel
    return found


def may_set(verloop: Verloop, naam: str) -> set[str]:
    return {rol for steps in verloop.stappen.values() for stap in steps if stap.naar.naam == naam for rol in stap.rollen}


def required(verloop: Verloop, naar: str) -> set[tuple[str, ...]]:
    steps = [stap for steps in verloop.stappen.values() for stap in steps if stap.naar.naam == naar]
    return {tuple(str(eis) for eis in stap.vereist) for stap in steps}


def test_the_titles_are_the_nineteen_of_the_manual_in_its_order(regels: Regels) -> None:
    assert [verloop.type.titel for verloop in regels.verlopen] == TITLES


@pytest.mark.parametrize("titel", TITLES)
def test_only_what_is_for_a_school_or_wijk_has_niveau_school_and_is_direct(regels: Regels, titel: str) -> None:
    """002:217-227, 252."""
    type_ = course(regels, titel).type
    assert (type_.niveau, type_.kanaal) == (("school", "direct") if titel in SCHOOL_LEVEL else ("leerling", "beide"))


@pytest.mark.parametrize("naam", PLACES)
def test_each_status_of_the_manual_stands_where_it_may_and_nowhere_else(regels: Regels, naam: str) -> None:
    line, titles = PLACES[naam]
    there = {titel: status for titel in TITLES if (status := course(regels, titel).statussen.get(naam))}
    assert set(there) == titles
    assert {status.bron.split(";")[0] for status in there.values()} == {f"002:{line}"}


@pytest.mark.parametrize("titel", TABLES)
def test_each_status_and_who_may_set_it_is_as_in_the_table(regels: Regels, titel: str) -> None:
    verloop = course(regels, titel)
    assert {naam: may_set(verloop, naam) for naam in verloop.statussen} == TABLES[titel]


@pytest.mark.parametrize("titel", TITLES)
def test_a_new_hulpvraag_is_an_aanmelding_and_only_the_school_changes_that_by_its_lvs(regels: Regels, titel: str) -> None:
    """002:144; after a dossier incompleet the school sets Aanmelding again (002:164), or sends it again from Esis (002:111)."""
    verloop = course(regels, titel)
    found = begin(regels, verloop.type.niveau, titel)
    assert found is not None
    assert found[1].naam == "Aanmelding"
    assert {op for _, op, _ in verloop.vanzelf} == {Gebeurtenis.GEWIJZIGD, Gebeurtenis.INGETROKKEN}
    incomplete = [naam for naam in verloop.statussen if naam.startswith("Dossier incompleet ")]
    assert incomplete
    for naam in incomplete:
        assert any(stap.naar.naam == "Aanmelding" and "school" in stap.rollen for stap in verloop.stappen[naam])
        resent = automatic(verloop, naam, Gebeurtenis.GEWIJZIGD)
        assert resent is not None
        assert resent.naam == "Aanmelding"
        assert required(verloop, naam) == {("reden",)}
        assert verloop.statussen[naam].wacht_op == "aanvrager"


@pytest.mark.parametrize("titel", TITLES)
def test_the_swv_does_not_see_a_voorlopige_aanmelding_but_for_its_applicatiebeheerder(regels: Regels, titel: str) -> None:
    """002:158, 264."""
    verloop = course(regels, titel)
    status = verloop.statussen["Voorlopige aanmelding"]
    bases = {rol.naam: rol.basis for rol in regels.ruleset.rollen}
    assert {naam for naam in status.zichtbaar_voor if bases[naam] != "school"} == {"applicatiebeheerder"}
    assert {mail.doelgroep for mail in status.mails} == {"aanvrager"}
    assert {stap.naar.naam for stap in verloop.stappen[status.naam]} == {"Aanmelding"}
    assert [van for van, steps in verloop.stappen.items() if any(stap.naar == status for stap in steps)] == ["Aanmelding"]


@pytest.mark.parametrize("titel", TITLES)
def test_every_change_mails_the_applicant(regels: Regels, titel: str) -> None:
    """002:154."""
    for status in course(regels, titel).statussen.values():
        assert "aanvrager" in {mail.doelgroep for mail in status.mails}, status.naam


@pytest.mark.parametrize("titel", TITLES)
def test_a_rejection_says_why(regels: Regels, titel: str) -> None:
    """002:180-182."""
    verloop = course(regels, titel)
    for naam in verloop.statussen:
        if naam.startswith(("Afgewezen", "Niet ontvankelijk")):
            assert all("reden" in eisen for eisen in required(verloop, naam)), naam


@pytest.mark.parametrize("titel", TITLES)
def test_a_tlv_and_nothing_else_has_a_decision_a_letter_and_a_registration(regels: Regels, titel: str) -> None:
    verloop = course(regels, titel)
    if titel not in TLV:
        assert verloop.type.besluit is None
        return
    besluit = verloop.type.besluit
    assert besluit is not None
    assert (besluit.soort, besluit.rollen, besluit.brief, besluit.registratie) == (
        "TLV",
        ("TLV-administratie",),
        "TLV-brief",
        "TLV",
    )
    assert required(verloop, "TLV afgegeven") == {("besluit: toegekend",)}
    assert required(verloop, "Afgewezen TLV") == {("reden", "besluit: afgewezen")}
    [term] = verloop.type.termijnen
    assert (term.bij, term.duur, term.eenheid, term.awb) == (("Aanmelding",), 8, "weken", True)
    incomplete = {naam for naam in verloop.statussen if naam.startswith("Dossier incompleet ")}
    assert set(term.geschort_bij) == incomplete | {"Voorlopige aanmelding"}
    assert set(term.tot) == {status.naam for status in verloop.statussen.values() if status.einde}


@pytest.mark.parametrize("titel", TITLES)
def test_an_external_tlv_request_reaches_the_tlv_administratie(regels: Regels, titel: str) -> None:
    """002:160."""
    mails = {mail.doelgroep for mail in course(regels, titel).statussen["Aanmelding"].mails}
    assert mails == {"aanvrager", "SCP"} | ({"TLV-administratie"} if titel in TLV else set())


@pytest.mark.parametrize("titel", TITLES)
def test_the_opp_is_required_and_for_a_school_or_wijk_the_onderbouwing_instead(regels: Regels, titel: str) -> None:
    """002:61, 192, 228."""
    asked = [bijlage.naam for bijlage in course(regels, titel).type.bijlagen if bijlage.verplicht]
    assert asked == ["Onderbouwing Aanvraag Schoolbudget" if titel in SCHOOL_LEVEL else "OPP (Ontwikkelingsperspectiefplan)"]


@pytest.mark.parametrize(
    ("titel", "form"),
    [
        ("Aanvraag schoolbudget leerling", "Aanvraag schoolbudget leerling"),
        ("Aanvraag schoolbudget school", "Aanvraag schoolbudget school"),
        ("Aanvraag schoolbudget wijk", "Aanvraag schoolbudget wijk"),
        ("Aanvraag budget inclusief onderwijs", "Aanvraag schoolbudget school"),
    ],
)
def test_a_budget_is_arranged_with_its_form(regels: Regels, titel: str, form: str) -> None:
    """002:196, 232, 252."""
    verloop = course(regels, titel)
    assert required(verloop, "Gearrangeerd budget") == {(f"formulier: {form}",)}
    assert verloop.type.formulieren == (form,)


def test_the_form_under_its_title_in_the_manual_counts_for_a_wijk(regels: Regels) -> None:
    """002:230."""
    form = regels.formulieren["Aanvraag schoolbudget wijk"]
    assert stands(form, ["Aanvraag schoolbudget school - wijk.pdf"])
    assert not stands(form, ["Aanvraag schoolbudget leerling.pdf"])


@pytest.mark.parametrize(
    ("spelling", "naam", "titel"),
    [
        ("Voorlopige Aanmelding", "Voorlopige aanmelding", "KANS"),
        ("Behandeling loopt", "In behandeling", "STAP-coach"),
        ("Niet ontvankelijk financiën", "Niet ontvankelijk financieën", "KANS"),
    ],
)
def test_another_spelling_of_a_status_is_an_alias(regels: Regels, spelling: str, naam: str, titel: str) -> None:
    assert course(regels, titel).namen[spelling] == naam


@pytest.mark.parametrize("titel", ["tlv sbo", "TLV", "TLV SO**", "Advisering jonge kind*", "uitwisseling toetsgegevens"])
def test_another_title_is_taken_without_a_status_if_it_does_not_hold_the_name(regels: Regels, titel: str) -> None:
    """002:78."""
    assert begin(regels, "leerling", titel) is None
    assert (regels.ruleset.onbekende_titel.doen, regels.ruleset.onbekende_titel.zonder_leerlingnaam) == ("aanvaarden", True)


@pytest.mark.parametrize("titel", TITLES)
def test_the_applicant_chooses_the_coordinator(regels: Regels, titel: str) -> None:
    """002:130."""
    rule = course(regels, titel).type.coordinator
    assert rule is not None
    assert (rule.wie, rule.bron.split(";")[0]) == ("aanvrager", "002:130")


def test_a_hulpvraag_is_passed_on_step_by_step(regels: Regels) -> None:
    """002:162: first ``doorzetten SCP``, then ``doorzetten leescoördinator``."""
    verloop = course(regels, "Leesbehandeling")
    [stap] = [stap for stap in verloop.stappen["Doorzetten SCP"] if stap.naar.naam == "Doorzetten leescoördinator"]
    assert stap.rollen == {"SCP"}
    assert {mail.doelgroep for mail in stap.naar.mails} == {"aanvrager", "leescoördinator"}
