"""The rules of the register that need no register: programma van eisen BRON-PO, as domain.md §2.4–2.5 has them."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bron_export.domain.regels import controleer, een_jaar_na, eerste_einde
from bron_export.domain.signalen import SIGNALEN, TIJDELIJK, is_storing, signaal
from shared.contracts.common import Signaal
from support.bron_export import gegevens

VANDAAG = date(2026, 9, 1)
DAYS = st.dates(date(2014, 8, 1), date(2060, 12, 31))

TLV: list[tuple[dict[str, Any], list[tuple[str, int]]]] = [
    ({}, []),
    ({"categorie": None}, [("categorie", 740)]),
    ({"begin": None}, [("begin", 740)]),
    ({"eind": None}, [("eind", 740)]),
    ({"leerlingid": ""}, [("leerlingid", 740)]),
    ({"nummer": ""}, [("nummer", 740)]),
    ({"nummer": "PO2507/2026/00123"}, [("nummer", 743)]),
    ({"nummer": "PO2507-2013-00123"}, [("nummer", 743)]),
    ({"nummer": "PO2507-2026-123"}, [("nummer", 743)]),
    ({"nummer": "PO2508-2026-00123"}, [("nummer", 421)]),
    ({"swv": "XX2507", "nummer": "XX2507-2026-00123"}, [("swv", 741)]),
    ({"eind": date(2028, 7, 30)}, [("eind", 423)]),
    ({"begin": date(2026, 8, 2), "eind": date(2027, 7, 31)}, [("eind", 424)]),
    ({"begin": date(2026, 8, 1), "eind": date(2027, 7, 31)}, []),
    ({"begin": date(2026, 2, 1), "eind": date(2026, 7, 31)}, [("eind", 424)]),
    ({"begin": date(2014, 7, 31)}, [("begin", 414)]),
    ({"begin": date(2014, 8, 1)}, []),
    ({"begin": date(2027, 9, 1), "eind": date(2030, 7, 31)}, []),
    ({"begin": date(2027, 9, 2), "eind": date(2030, 7, 31)}, [("begin", 331)]),
    ({"eind": date(2200, 7, 31)}, [("eind", 742)]),
]
ARRANGEMENT: list[tuple[dict[str, Any], list[tuple[str, int]]]] = [
    ({}, []),
    ({"begeleider": ""}, []),
    ({"omschrijving": ""}, [("omschrijving", 740)]),
    ({"begin": None, "eind": None}, [("begin", 740), ("eind", 740)]),
    ({"begin": date(2014, 7, 31)}, [("begin", 416)]),
    ({"begin": date(2027, 9, 2), "eind": date(2027, 9, 2)}, [("begin", 332)]),
    ({"eind": date(2026, 9, 14)}, [("eind", 453)]),
    ({"eind": date(2026, 9, 15)}, []),
]


@pytest.mark.parametrize(("own", "expected"), TLV)
def test_a_tlv_is_judged_by_the_rules_of_its_fields(own: dict[str, Any], expected: list[tuple[str, int]]) -> None:
    found = controleer(gegevens(**own), vandaag=VANDAAG)
    assert [(each.veld, each.signaal.code) for each in found] == expected


@pytest.mark.parametrize(("own", "expected"), ARRANGEMENT)
def test_an_arrangement_is_judged_by_the_general_rules(own: dict[str, Any], expected: list[tuple[str, int]]) -> None:
    found = controleer(gegevens(soort="arrangement", **own), vandaag=VANDAAG)
    assert [(each.veld, each.signaal.code) for each in found] == expected


@given(DAYS)
def test_until_its_first_end_a_tlv_holds_a_whole_school_year_and_a_year_less_does_not(begin: date) -> None:
    def holds_a_school_year(eind: date) -> bool:
        return any(begin <= date(year, 8, 1) and date(year + 1, 7, 31) <= eind for year in range(begin.year, eind.year + 1))

    first = eerste_einde(begin)
    assert holds_a_school_year(first)
    assert not holds_a_school_year(first.replace(year=first.year - 1))


@given(DAYS)
def test_a_year_later_is_at_most_366_days_away(dag: date) -> None:
    assert timedelta(365) <= een_jaar_na(dag) - dag <= timedelta(366)


def test_a_leap_day_has_a_year_later_too() -> None:
    assert een_jaar_na(date(2028, 2, 29)) == date(2029, 2, 28)


def test_every_signal_stands_under_its_own_code_with_a_sentence() -> None:
    assert all(code == each.code and each.omschrijving.endswith((".", ").")) for code, each in SIGNALEN.items())


@pytest.mark.parametrize(
    ("codes", "expected"), [((358,), True), ((358, 331), True), ((358, 423), False), ((331,), False), ((), False)]
)
def test_only_a_fault_of_the_register_alone_is_tried_again_by_itself(codes: tuple[int, ...], *, expected: bool) -> None:
    assert is_storing(signaal(code) for code in codes) is expected


def test_every_passing_signal_is_one_that_refuses() -> None:
    assert {SIGNALEN[code].ernst for code in TIJDELIJK} == {"A"}


def test_a_signal_we_do_not_know_is_shown_as_the_register_says_it() -> None:
    assert not is_storing([Signaal(code=999, ernst="A", omschrijving="Nieuw.")])
