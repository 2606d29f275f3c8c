"""What a well-formed command may not ask, given what is known for its sender."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.aanduiding import about, is_listed, key_of
from intake.domain.facts import Facts, HulpvraagFact, SchoolFact
from intake.domain.opgave import HulpvraagOpgave, level_faults
from intake.domain.reading import Command
from intake.domain.rules import OLDEST, judge, pupil_faults
from shared.contracts.connector import (
    BijlagenToevoegen,
    HulpvraagIndienen,
    HulpvraagIntrekken,
    HulpvraagVerwijderen,
    LeerlingOpgave,
    StatusOpvragen,
    UploadslotsAanvragen,
)
from support.intake import hulpvraag, leerling

TODAY = date(2026, 11, 23)
SLOT = UUID("0190d0a0-0000-7000-8000-000000000001")
FACTS = Facts(
    swvs={"PO2507": True, "PO00YY": False},
    schools={
        "99XA00": SchoolFact("99XA00", "De Verzonnen Linde", "70001", "PO2507", allowed=True),
        "99XB00": SchoolFact("99XB00", "De Bedachte Beuk", "70002", "PO2507", allowed=False),
        "99XC00": SchoolFact("99XC00", "De Gefingeerde Es", "70002", "PO00YY", allowed=True),
        "99XD00": SchoolFact("99XD00", "De Gewezen Den", "70001", "PO2507", allowed=True, is_open=False),
    },
    hulpvragen={
        100001: HulpvraagFact(uuid4(), 100001, "PO2507", "99XA00"),
        100002: HulpvraagFact(uuid4(), 100002, "PO2507", "99XB00"),
        100003: HulpvraagFact(uuid4(), 100003, "PO2507", "99XA00", einde=True),
        100004: HulpvraagFact(uuid4(), 100004, "PO2507", "99XA00", einde=True, ingetrokken=True),
        100005: HulpvraagFact(uuid4(), 100005, "PO2507", "99XA00", einde=True, verwijderd=True),
    },
    referenties={("99XA00", "HV-1"): HulpvraagFact(UUID(int=1), 100001, "PO2507", "99XA00")},
    vernietigd=frozenset({100009}),
)


def indienen(**own: Any) -> HulpvraagIndienen:
    return HulpvraagIndienen.model_validate(hulpvraag(**{"datum": TODAY.isoformat(), **own}))


def found(command: Command) -> set[tuple[str, str]]:
    faults = judge(command, FACTS, today=TODAY)
    assert all(fault.message.endswith((".", "?")) for fault in faults)
    return {(fault.field, fault.rule) for fault in faults}


def test_a_good_command_has_no_faults() -> None:
    assert found(indienen(datum="2026-11-23", uploadslots=[str(SLOT)])) == set()


BAD: dict[str, tuple[dict[str, Any], set[tuple[str, str]]]] = {
    "unknown swv": ({"swv": "PO9999"}, {("swv", "swv-onbekend")}),
    "swv of another connector": (
        {"swv": "PO00YY", "school": {"brin": "99XC", "vestiging": "00"}},
        {("swv", "swv-niet-toegestaan")},
    ),
    "unknown school": ({"school": {"brin": "99ZZ", "vestiging": "00"}}, {("school", "school-onbekend")}),
    "unknown vestiging": ({"school": {"brin": "99XA", "vestiging": "07"}}, {("school", "school-onbekend")}),
    "school of another swv": ({"school": {"brin": "99XC", "vestiging": "00"}}, {("school", "school-ander-swv")}),
    "school without mandate": ({"school": {"brin": "99XB", "vestiging": "00"}}, {("school", "geen-mandaat")}),
    "school that has ended": ({"school": {"brin": "99XD", "vestiging": "00"}}, {("school", "school-gestopt")}),
    "a date before the pupil was born": (
        {"datum": "2016-03-01", "leerling": leerling(geboortedatum="2016-03-02")},
        {("datum", "voor-geboorte")},
    ),
    "date in the future": ({"datum": "2026-11-24"}, {("datum", "toekomst")}),
    "born tomorrow": ({"leerling": leerling(geboortedatum="2026-11-24")}, {("leerling.geboortedatum", "toekomst")}),
    "born long ago": ({"leerling": leerling(geboortedatum="1996-11-22")}, {("leerling.geboortedatum", "te-lang-geleden")}),
    "a slot twice": ({"uploadslots": [str(SLOT), str(uuid4()), str(SLOT)]}, {("uploadslots.2", "dubbel")}),
    "all at once": (
        {"swv": "PO9999", "datum": "2027-01-01", "school": {"brin": "99XB", "vestiging": "00"}},
        {("swv", "swv-onbekend"), ("datum", "toekomst"), ("school", "geen-mandaat")},
    ),
}


@pytest.mark.parametrize(("own", "faults"), BAD.values(), ids=BAD)
def test_a_hulpvraag_that_may_not_be_is_refused_by_field_and_rule(own: dict[str, Any], faults: set[tuple[str, str]]) -> None:
    assert found(indienen(**own)) == faults


def test_bijlagen_need_a_dossiernummer_of_this_connector() -> None:
    def toevoegen(dossiernummer: int, *slots: UUID) -> BijlagenToevoegen:
        return BijlagenToevoegen(dossiernummer=dossiernummer, uploadslots=slots or (SLOT,))

    assert found(toevoegen(100001)) == set()
    assert found(toevoegen(999999)) == {("dossiernummer", "dossiernummer-onbekend")}
    assert found(toevoegen(100002)) == {("dossiernummer", "geen-mandaat")}
    assert found(toevoegen(100001, SLOT, SLOT)) == {("uploadslots.1", "dubbel")}


def test_uploadslots_are_asked_of_an_swv_that_may_be_addressed() -> None:
    def aanvragen(swv: str) -> UploadslotsAanvragen:
        bestand = {"naam": "plan.pdf", "grootte": 1, "sha256": "a" * 64}
        return UploadslotsAanvragen.model_validate({"swv": swv, "bestanden": [bestand]})

    assert found(aanvragen("PO2507")) == set()
    assert found(aanvragen("PO00YY")) == {("swv", "swv-niet-toegestaan")}
    assert found(aanvragen("PO9999")) == {("swv", "swv-onbekend")}


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1)), st.dates(min_value=date(2020, 1, 1)))
def test_a_birth_date_passes_from_today_back_to_the_oldest_pupil(born: date, today: date) -> None:
    faults = list(pupil_faults(LeerlingOpgave.model_validate(leerling(geboortedatum=born.isoformat())), today))
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    assert bool(faults) == (
        born > today or age > OLDEST or (age == OLDEST and (born.month, born.day) != (today.month, today.day))
    )


def test_a_pupil_born_on_29_february_is_judged_in_every_year() -> None:
    for year in (2026, 2028):
        for day in (date(year, 2, 28), date(year, 3, 1)):
            pupil = LeerlingOpgave.model_validate(leerling(geboortedatum="2016-02-29"))
            assert list(pupil_faults(pupil, day + timedelta(days=0))) == []


@pytest.mark.parametrize(
    ("niveau", "own", "faults"),
    [
        ("leerling", {}, set()),
        ("leerling", {"leerling": None}, {("leerling", "verplicht")}),
        ("leerling", {"groep": "8D"}, {("groep", "past-niet")}),
        ("groep", {"leerling": None, "groep": "8D"}, set()),
        ("groep", {"groep": "8D"}, {("leerling", "past-niet")}),
        ("groep", {"leerling": None}, {("groep", "verplicht")}),
        ("school", {"leerling": None}, set()),
        ("school", {"leerling": None, "groep": "8D"}, {("groep", "past-niet")}),
    ],
)
def test_a_person_gives_what_belongs_to_the_niveau(niveau: str, own: dict[str, Any], faults: set[tuple[str, str]]) -> None:
    form = {"niveau": niveau, **hulpvraag(**own)}
    del form["eigenReferentie"]
    opgave = HulpvraagOpgave.model_validate(form)
    assert {(fault.field, fault.rule) for fault in level_faults(opgave)} == faults


LINDE = {"brin": "99XA", "vestiging": "00"}
EXISTING: dict[str, tuple[type[Any], dict[str, Any], set[tuple[str, str]]]] = {
    "withdraw what runs": (HulpvraagIntrekken, {"dossiernummer": 100001}, set()),
    "withdraw by reference": (HulpvraagIntrekken, {"eigenReferentie": "HV-1", "school": LINDE}, set()),
    "withdraw again": (HulpvraagIntrekken, {"dossiernummer": 100004}, set()),
    "withdraw what is closed": (HulpvraagIntrekken, {"dossiernummer": 100003}, {("dossiernummer", "afgesloten")}),
    "withdraw without a mandate": (HulpvraagIntrekken, {"dossiernummer": 100002}, {("dossiernummer", "geen-mandaat")}),
    "withdraw what is not there": (HulpvraagIntrekken, {"dossiernummer": 7}, {("dossiernummer", "dossiernummer-onbekend")}),
    "withdraw what was erased": (HulpvraagIntrekken, {"dossiernummer": 100009}, {("dossiernummer", "dossier-vernietigd")}),
    "withdraw nothing": (HulpvraagIntrekken, {}, {("dossiernummer", "verplicht")}),
    "a reference without its school": (HulpvraagIntrekken, {"eigenReferentie": "HV-1"}, {("school", "verplicht")}),
    "a school alone": (HulpvraagIntrekken, {"school": LINDE}, {("dossiernummer", "verplicht")}),
    "both ways": (
        HulpvraagIntrekken,
        {"dossiernummer": 100001, "eigenReferentie": "HV-1", "school": LINDE},
        {("dossiernummer", "een-van-beide")},
    ),
    "a reference that is not there": (
        HulpvraagVerwijderen,
        {"eigenReferentie": "HV-2", "school": LINDE},
        {("eigenReferentie", "referentie-onbekend")},
    ),
    "remove what is closed": (HulpvraagVerwijderen, {"dossiernummer": 100003}, set()),
    "remove again": (HulpvraagVerwijderen, {"dossiernummer": 100005}, set()),
    "remove what runs": (HulpvraagVerwijderen, {"dossiernummer": 100001}, {("dossiernummer", "niet-afgesloten")}),
    "ask numbers": (StatusOpvragen, {"dossiernummers": [100001, 7]}, set()),
    "ask by reference": (StatusOpvragen, {"eigenReferentie": "HV-1", "school": LINDE}, set()),
    "ask a school": (StatusOpvragen, {"school": LINDE}, set()),
    "ask nothing": (StatusOpvragen, {}, {("dossiernummers", "verplicht")}),
    "ask by reference only": (StatusOpvragen, {"eigenReferentie": "HV-1"}, {("school", "verplicht")}),
    "ask all at once": (StatusOpvragen, {"dossiernummers": [100001], "school": LINDE}, {("dossiernummers", "een-van-beide")}),
    "ask another's school": (StatusOpvragen, {"school": {"brin": "99XB"}}, {("school", "geen-mandaat")}),
    "ask a school that is not there": (StatusOpvragen, {"school": {"brin": "99ZZ"}}, {("school", "geen-mandaat")}),
}


@pytest.mark.parametrize(("kind", "body", "faults"), EXISTING.values(), ids=EXISTING)
def test_a_command_about_what_exists_is_judged_field_by_field(
    kind: type[Any], body: dict[str, Any], faults: set[tuple[str, str]]
) -> None:
    reason = {"reden": "De leerling verhuist."} if kind is HulpvraagIntrekken else {}
    assert found(kind.model_validate({**body, **reason})) == faults


POINTED = st.fixed_dictionaries(
    {},
    optional={
        "dossiernummer": st.sampled_from([1, *FACTS.hulpvragen, *FACTS.vernietigd, 10**30]),
        "eigenReferentie": st.sampled_from(["HV-1", "HV-2"]),
        "school": st.sampled_from([LINDE, {"brin": "99XB"}, {"brin": "99ZZ"}]),
    },
)


@given(POINTED, st.lists(st.sampled_from([1, *FACTS.hulpvragen, 10**30]), max_size=4))
def test_what_passes_is_about_a_hulpvraag_of_the_sender_within_its_mandate(body: dict[str, Any], numbers: list[int]) -> None:
    for command in (HulpvraagIntrekken.model_validate({**body, "reden": "Weg."}), HulpvraagVerwijderen.model_validate(body)):
        hulpvraag = about(command, FACTS)
        if not judge(command, FACTS, today=TODAY):
            assert hulpvraag is not None
            assert FACTS.schools[hulpvraag.school].allowed
            assert hulpvraag.einde or isinstance(command, HulpvraagIntrekken)
    asked = {name: value for name, value in body.items() if name != "dossiernummer"}
    question = StatusOpvragen.model_validate({**asked, "dossiernummers": numbers})
    if not judge(question, FACTS, today=TODAY):
        key = key_of(question)
        assert bool(numbers) != (question.school is not None)
        assert key is None or is_listed(FACTS.referenties[key], FACTS)
