"""PO3008 against manual 003: each status and its line, who may set it, and what the manual asks for with each aanvraagtype."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from support.handleiding_003 import AANVRAGER, CPO, FORMS, MAILS, OWN_STEPS, SPELLED, TABLES, TERMS, TYPES
from workflow.domain.ruleset import Gebeurtenis, Uitkomst
from workflow.domain.stappen import Verzoek, Voorhanden, Weigering, Wijziging, automatic, begin, change
from workflow.domain.verloop import Regels, Verloop, filled
from workflow.registry import RuleSets, read_all
from workflow.rulefile import read

FILE = Path(__file__).parents[3] / "services/workflow/src/workflow/rulesets/PO3008.yaml"
TODAY = date(2026, 11, 26)


@pytest.fixture(scope="module")
def regels() -> Regels:
    return RuleSets(read_all(None)).current("PO3008")


def course(regels: Regels, titel: str) -> Verloop:
    return next(verloop for verloop in regels.verlopen if verloop.type.titel == titel)


def set_by(verloop: Verloop, naam: str) -> set[str]:
    return {rol for steps in verloop.stappen.values() for stap in steps if stap.naar.naam == naam for rol in stap.rollen}


def lines(bron: str) -> set[int]:
    """Every line that a source names, with those in between."""
    found = re.findall(r"003:(\d+)(?:-(\d+))?", bron)
    return {line for first, last in found for line in range(int(first), int(last or first) + 1)}


def test_the_file_is_right() -> None:
    assert read(FILE.name, FILE.read_text(encoding="utf-8"))[1] == []


def test_the_aanvraagtypes_are_those_of_the_manual(regels: Regels) -> None:
    assert [verloop.type.titel for verloop in regels.verlopen] == list(TABLES)
    assert len(TABLES) == 15


@pytest.mark.parametrize("titel", TABLES)
def test_each_status_and_who_may_set_it_is_as_in_the_manual(regels: Regels, titel: str) -> None:
    verloop, table = course(regels, titel), TABLES[titel]
    assert set(verloop.statussen) == set(table)
    for naam, (line, who) in table.items():
        bron = verloop.statussen[naam].bron
        assert bron.startswith("eigen keuze" if line is None else "003:"), naam
        assert line is None or line in lines(bron), naam
        assert set_by(verloop, naam) == who, naam


@pytest.mark.parametrize("titel", TABLES)
def test_a_new_hulpvraag_starts_with_the_first_status_of_its_table(regels: Regels, titel: str) -> None:
    found = begin(regels, course(regels, titel).type.niveau, titel)
    assert found is not None
    assert found[1].naam == next(iter(TABLES[titel]))


@pytest.mark.parametrize("titel", TYPES)
def test_niveau_kanaal_coordinator_and_bijlagen_are_as_in_the_manual(regels: Regels, titel: str) -> None:
    type_ = course(regels, titel).type
    required = {
        bijlage.naam for bijlage in type_.bijlagen if bijlage.verplicht and bijlage.wanneer in {"", "voor een schoolgaand kind"}
    }
    wie = type_.coordinator.wie if type_.coordinator else None
    assert (type_.niveau, type_.kanaal, wie, required) == TYPES[titel]
    assert type_.coordinator is None or {type_.coordinator.rol} == CPO


def test_the_renewal_of_an_arrangement_has_its_title_at_both_levels(regels: Regels) -> None:
    for_a_pupil, for_a_group = regels.find("leerling", "Verlenging arrangement"), regels.find("groep", "Verlenging arrangement")
    assert for_a_pupil is not None
    assert for_a_group is not None
    assert for_a_group.type.titel == "Ondersteuningsaanvraag groep"


@pytest.mark.parametrize("titel", ["Aanvraag tlv", "TLV", "ondersteuningsaanvraag groep", "Kans!overleg", ""])
def test_a_title_that_is_not_exactly_one_of_the_list_is_refused(regels: Regels, titel: str) -> None:
    assert all(begin(regels, niveau, titel) is None for niveau in ("leerling", "groep", "school"))
    assert regels.ruleset.onbekende_titel.doen == "weigeren"


@pytest.mark.parametrize(
    ("titel", "spelled", "naam"), [(titel, *pair) for titel, pairs in SPELLED.items() for pair in pairs.items()]
)
def test_every_spelling_of_the_manual_leads_to_one_status(regels: Regels, titel: str, spelled: str, naam: str) -> None:
    assert course(regels, titel).namen[spelled] == naam


def test_ondersteuningsvraag_is_the_same_as_ondersteuningsaanvraag(regels: Regels) -> None:
    verloop = course(regels, "Ondersteuningsaanvraag schoolgaand kind")
    for naam in verloop.statussen:
        assert verloop.namen[naam.replace("Ondersteuningsaanvraag", "Ondersteuningsvraag")] == naam


def test_own_choices_are_only_what_the_manual_leaves_open(regels: Regels) -> None:
    found = {
        stap.naar.naam
        for verloop in regels.verlopen
        for stappen in verloop.stappen.values()
        for stap in stappen
        if stap.bron.startswith("eigen keuze")
    }
    assert found == OWN_STEPS


def test_the_forms_are_those_of_the_manual(regels: Regels) -> None:
    assert [formulier.titel for formulier in regels.ruleset.formulieren] == FORMS
    asked = {titel for verloop in regels.verlopen for titel in verloop.type.formulieren}
    assert asked == set(FORMS)


def test_the_kringen_are_named_by_place(regels: Regels) -> None:
    assert [kring.naam for kring in regels.ruleset.kringen] == [
        "Geldrop-Mierlo, Heeze, Nuenen",
        "Laarbeek, Gemert-Bakel, Boekel",
        "Helmond",
        "Asten, Someren, Deurne",
    ]


def test_no_address_in_the_file_is_a_real_one() -> None:
    addresses = re.findall(r"\S+@\S+", FILE.read_text(encoding="utf-8"))
    assert addresses
    assert all(address.endswith(".example") for address in addresses)


def test_the_aanvrager_hears_every_change_and_the_swv_when_it_is_its_turn(regels: Regels) -> None:
    for verloop in regels.verlopen:
        for status in verloop.statussen.values():
            assert {mail.doelgroep for mail in status.mails} == {"aanvrager"} | MAILS.get(status.naam, set()), status.naam


def test_whoever_must_fill_up_reads_what_to_do_in_the_mail(regels: Regels) -> None:
    asking = [
        status
        for verloop in regels.verlopen
        for status in verloop.statussen.values()
        if status.naam.endswith("aanvulling nodig")
    ]
    assert len(asking) == 8
    for status in asking:
        assert status.wacht_op == "aanvrager"
        assert [mail.sjabloon for mail in status.mails] == ["aanvulling-gevraagd"]
        assert "documenten aangevuld" in (status.gevraagde_actie or "")


def test_the_aanvrager_is_asked_to_inform_the_parents(regels: Regels) -> None:
    telling = {
        status.naam.split(" > ")[1]
        for verloop in regels.verlopen
        for status in verloop.statussen.values()
        if re.search("nformeer de ouders", status.gevraagde_actie or "")
    }
    assert telling == {
        "toegewezen",
        "financieel verwerkt",
        "afgewezen",
        "afgegeven, school onbekend",
        "afgegeven, school bekend",
    }


def test_filling_up_is_said_by_the_aanvrager_and_follows_from_nothing(regels: Regels) -> None:
    for verloop in regels.verlopen:
        for status in verloop.statussen:
            assert automatic(verloop, status, Gebeurtenis.BIJLAGEN_TOEGEVOEGD) is None
            if status.endswith("aanvulling nodig"):
                applicants = {
                    stap.naar.naam.rpartition(" > ")[2] for stap in verloop.stappen[status] if stap.rollen <= AANVRAGER
                }
                assert applicants == {"documenten aangevuld"}


def test_only_the_evaluation_comes_by_itself_when_its_term_is_reached(regels: Regels) -> None:
    for verloop in regels.verlopen:
        follows = {van: rule.naar.naam for (van, _, _), rule in verloop.vanzelf.items()}
        granted = ("Arrangement > toegewezen", "Arrangement > financieel verwerkt")
        expected = dict.fromkeys(granted, "Arrangement > evalueren") if "Arrangement > evalueren" in verloop.statussen else {}
        assert follows == expected
        for van in expected:
            found = automatic(verloop, van, Gebeurtenis.TERMIJN_BEREIKT, "evaluatie")
            assert found is not None
            assert found.naam == "Arrangement > evalueren"


@pytest.mark.parametrize("titel", TERMS)
def test_the_terms_are_those_of_the_manual(regels: Regels, titel: str) -> None:
    termijnen = course(regels, titel).type.termijnen
    assert {one.naam: (one.vanaf, one.duur, one.eenheid, one.awb) for one in termijnen} == TERMS[titel]


def test_a_term_counts_at_the_statuses_of_its_own_family(regels: Regels) -> None:
    verloop = course(regels, "Verlenging TLV")
    beslistermijn = next(one for one in verloop.type.termijnen if one.naam == "beslistermijn")
    assert [filled(naam, {"familie": "TLV verlenging"}) for naam in beslistermijn.geschort_bij] == [
        "TLV verlenging > aanvraag aanvulling nodig"
    ]
    melding = next(one for one in course(regels, "Aanmelding residentiële leerling").type.termijnen if one.naam == "melding")
    assert melding.tot == ("Residentieel > aanmelding", "MKD > aanmelding")


@pytest.mark.parametrize("titel", TABLES)
def test_who_decides_and_what_follows_from_it(regels: Regels, titel: str) -> None:
    type_ = course(regels, titel).type
    if "TLV" in titel:
        expected: tuple[str, tuple[str], str, str | None] = ("TLV", ("financieel medewerker",), "TLV-brief", "TLV")
    elif "Arrangement > toegewezen" in TABLES[titel]:
        registered = None if type_.niveau == "groep" else "onderwijsarrangement"
        expected = ("arrangement", ("coördinator passend onderwijs",), "schoolbrief", registered)
    else:
        assert type_.besluit is None
        return
    assert type_.besluit is not None
    assert (type_.besluit.soort, type_.besluit.rollen, type_.besluit.brief, type_.besluit.registratie) == expected


def outcome(
    regels: Regels,
    step: tuple[str, str, str],
    rol: str,
    *,
    bijlagen: Sequence[str] = (),
    besluiten: Sequence[Uitkomst] = (),
    reden: str | None = None,
) -> Wijziging | Weigering:
    """One step (titel, van, naar) by someone who holds this role and what it implies."""
    titel, van, naar = step
    rollen = regels.rollen([rol], "swv") | regels.rollen([rol], "school")
    voorhanden = Voorhanden(regels.formulieren, bijlagen, besluiten)
    return change(course(regels, titel), van, Verzoek(naar, reden=reden), voorhanden, rollen=rollen, today=TODAY)


def missing(found: Wijziging | Weigering) -> set[str]:
    assert isinstance(found, Weigering)
    return {fout.field for fout in found.fouten}


def test_a_tlv_goes_to_the_swv_once_its_form_is_there(regels: Regels) -> None:
    for titel, familie, form in (
        ("Aanvraag TLV", "TLV", "Aanvraag TLV.pdf"),
        ("Herbeoordeling TLV", "TLV", "Formulier aanvraag TLV (getekend).pdf"),
        ("Verlenging TLV", "TLV verlenging", "Aanvraag verlenging TLV.pdf"),
    ):
        step = (titel, f"{familie} > voorlopige aanvraag", f"{familie} > aanvraag")
        assert missing(outcome(regels, step, "IB'er", bijlagen=["OPP.pdf"])) == {"formulier"}
        for rol in ("IB'er", "school", "SO-school", "directeur", "voorschoolse voorziening"):
            assert isinstance(outcome(regels, step, rol, bijlagen=["OPP.pdf", form]), Wijziging)
        refused = outcome(regels, step, "financieel medewerker", bijlagen=[form])
        assert isinstance(refused, Weigering)
        assert refused.slug == "geen-rechten"


def test_a_tlv_in_preparation_is_seen_by_the_aanvrager_and_the_applicatiebeheerder_only(regels: Regels) -> None:
    for titel in ("Aanvraag TLV", "Verlenging TLV", "Herbeoordeling TLV"):
        seen = [set(status.zichtbaar_voor) for status in course(regels, titel).statussen.values()]
        assert seen[0] == {rol.naam for rol in regels.ruleset.rollen if rol.basis == "school"} | {"applicatiebeheerder"}
        assert not any(seen[1:])


def test_a_tlv_is_given_only_after_a_decision(regels: Regels) -> None:
    for naar in ("TLV > afgegeven, school bekend", "TLV > afgegeven, school onbekend"):
        step = ("Aanvraag TLV", "TLV > aanvraag", naar)
        assert missing(outcome(regels, step, "financieel medewerker")) == {"besluit"}
        assert missing(outcome(regels, step, "financieel medewerker", besluiten=["afgewezen"])) == {"besluit"}
        assert isinstance(outcome(regels, step, "financieel medewerker", besluiten=["toegekend"]), Wijziging)


def test_a_tlv_without_contact_beforehand_is_refused_with_a_reason_and_no_decision(regels: Regels) -> None:
    step = ("Aanvraag TLV", "TLV > aanvraag", "TLV > afgewezen")
    assert missing(outcome(regels, step, "coördinator passend onderwijs")) == {"reden"}
    assert isinstance(outcome(regels, step, "coördinator passend onderwijs", reden="Er was nog geen contact."), Wijziging)


def test_a_tlv_refused_after_a_look_needs_a_reason_and_a_decision(regels: Regels) -> None:
    step = ("Aanvraag TLV", "TLV > documenten aangevuld", "TLV > afgewezen")
    assert missing(outcome(regels, step, "financieel medewerker")) == {"reden", "besluit"}
    assert isinstance(outcome(regels, step, "financieel medewerker", reden="De adviezen.", besluiten=["afgewezen"]), Wijziging)


def test_a_tlv_on_hold_comes_back_without_a_new_decision(regels: Regels) -> None:
    step = ("Aanvraag TLV", "TLV > beschikking on hold", "TLV > afgegeven, school bekend")
    assert isinstance(outcome(regels, step, "financieel medewerker"), Wijziging)


def test_an_evaluation_needs_the_form_of_its_level(regels: Regels) -> None:
    forms = {
        "Aanvraag Kans!overleg": "Evaluatie individueel Arrangement",
        "Ondersteuningsaanvraag groep": "Evaluatie groepsarrangement",
    }
    for titel, form in forms.items():
        step = (titel, "Arrangement > evalueren", "Arrangement > geëvalueerd door school")
        assert missing(outcome(regels, step, "IB'er")) == {"formulier"}
        others = set(forms.values()) - {form}
        assert missing(outcome(regels, step, "IB'er", bijlagen=[f"{other}.pdf" for other in others])) == {"formulier"}
        assert isinstance(outcome(regels, step, "IB'er", bijlagen=[f"{form}.pdf"]), Wijziging)
