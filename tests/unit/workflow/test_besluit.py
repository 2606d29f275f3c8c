"""What a decision must hold before it leaves the house, and how its number is written."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from workflow.domain.besluit import MOST, Reeks, Voorstel, faults, first_end_year, number, series

TODAY = date(2026, 11, 23)
BORN = date(2016, 3, 9)
TLV = Voorstel(
    soort="TLV",
    toegekend=True,
    motivering="Het advies van beide deskundigen.",
    genomen_op=TODAY,
    categorie="M",
    begin=date(2026, 12, 1),
    eind=date(2028, 7, 31),
)
ARR = replace(TLV, soort="arrangement", categorie=None, omschrijving="Taalontwikkeling", eind=date(2027, 3, 1))
NO = replace(TLV, toegekend=False, categorie=None, begin=None, eind=None)


def found(voorstel: Voorstel, niveau: Any = "leerling") -> set[tuple[str, str]]:
    faulty = faults(voorstel, niveau=niveau, born=BORN, ingediend=date(2026, 10, 1), today=TODAY)
    return {(fault.field, fault.rule) for fault in faulty}


@pytest.mark.parametrize("voorstel", [TLV, ARR, NO, replace(NO, soort="arrangement")])
def test_a_decision_that_is_right_has_no_faults(voorstel: Voorstel) -> None:
    assert found(voorstel) == set()


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"motivering": " "}, ("motivering", "verplicht")),
        ({"genomen_op": TODAY + timedelta(days=1)}, ("genomenOp", "toekomst")),
        ({"genomen_op": date(2026, 9, 30)}, ("genomenOp", "voor-aanvraag")),
        ({"categorie": None}, ("categorie", "verplicht")),
        ({"begin": None}, ("begin", "verplicht")),
        ({"eind": None}, ("eind", "verplicht")),
        ({"begin": date(2014, 7, 31)}, ("begin", "vanaf-2014")),
        ({"begin": BORN}, ("begin", "na-geboorte")),
        ({"eind": date(2028, 7, 30)}, ("eind", "31-juli")),
        ({"eind": date(2027, 7, 31)}, ("eind", "heel-schooljaar")),
        ({"eind": date(2026, 7, 31)}, ("eind", "volgorde")),
    ],
)
def test_a_tlv_is_held_to_the_rules_of_the_register(changes: dict[str, Any], fault: tuple[str, str]) -> None:
    assert fault in found(replace(TLV, **changes))


def test_a_tlv_is_for_a_pupil() -> None:
    assert found(TLV, niveau="groep") == {("soort", "alleen-leerling")}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"omschrijving": ""}, ("omschrijving", "verplicht")),
        ({"categorie": "H"}, ("categorie", "alleen-tlv")),
        ({"eind": date(2026, 11, 30)}, ("eind", "volgorde")),
    ],
)
def test_an_arrangement_has_a_description_a_period_and_no_category(changes: dict[str, Any], fault: tuple[str, str]) -> None:
    assert found(replace(ARR, **changes)) == {fault}


def test_a_refusal_has_no_period_and_no_category() -> None:
    assert found(replace(TLV, toegekend=False)) == {(field, "niet-bij-afwijzing") for field in ("categorie", "begin", "eind")}


@given(st.dates(date(2014, 8, 1), date(2090, 1, 1)), st.integers(0, 12))
def test_a_tlv_that_passes_ends_on_31_july_after_a_whole_school_year(begin: date, years: int) -> None:
    """Signal 424: between begin and end lies a whole 1 August - 31 July."""
    eind = date(begin.year + years, 7, 31)
    assume(eind >= begin)
    faulty = faults(replace(TLV, begin=begin, eind=eind), niveau="leerling", born=None, ingediend=TODAY, today=TODAY)
    holds = any(begin <= date(year, 8, 1) and date(year + 1, 7, 31) <= eind for year in range(begin.year, eind.year + 1))
    assert (faulty == []) == holds
    assert (eind.year >= first_end_year(begin)) == holds


@given(st.sampled_from(["TLV", "TLV-AFW", "ARR", "ARR-AFW"]), st.integers(2014, 2099), st.integers(1, MOST))
def test_no_two_decisions_share_a_number_and_a_tlv_has_the_seventeen_positions(reeks: Reeks, year: int, position: int) -> None:
    written = number("PO2507", reeks, year, position)
    assert written not in {
        number("PO2507", other, year, position) for other in ("TLV", "TLV-AFW", "ARR", "ARR-AFW") if other != reeks
    }
    assert (len(written) == 17 and bool(re.fullmatch(r"(PO|VO)\d{4}-20(1[4-9]|[2-9]\d)-\d{5}", written))) == (reeks == "TLV")


def test_a_number_as_the_register_writes_it() -> None:
    assert number("PO2507", "TLV", 2026, 123) == "PO2507-2026-00123"


@pytest.mark.parametrize("position", [0, MOST + 1])
def test_a_year_has_room_for_five_positions(position: int) -> None:
    with pytest.raises(ValueError, match="room"):
        number("PO2507", "TLV", 2026, position)


def test_what_is_refused_takes_no_number_of_what_is_granted() -> None:
    assert series("TLV", toegekend=True) != series("TLV", toegekend=False)
    assert series("arrangement", toegekend=True) != series("arrangement", toegekend=False)
