"""Routeringskenmerken: twenty positions, the 500 series, one number per location (manual 003:2144-2190)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.routering import Kenmerk, is_brin, kenmerk_van, lees, school_oin

BRINS = st.from_regex(r"[0-9]{2}[A-Z]{2}", fullmatch=True)
VESTIGINGEN = st.integers(0, 99)


@pytest.mark.parametrize(
    ("school", "kenmerk"),
    [
        ("14SS00", "0000000700014SS00500"),
        ("14SS01", "0000000700014SS00501"),
        ("14SS02", "0000000700014SS00502"),
        ("99XA99", "0000000700099XA00599"),
    ],
)
def test_the_numbers_of_the_manual(school: str, kenmerk: str) -> None:
    assert kenmerk_van(school) == kenmerk
    found = lees(kenmerk)
    assert found is not None
    assert found.school == school


def test_the_example_of_kennisnet_is_read_and_is_none_of_the_500_series() -> None:
    assert lees("0000000700000YY00931") == Kenmerk("00YY", 931)
    assert Kenmerk("00YY", 931).school is None


@given(BRINS, VESTIGINGEN)
def test_every_location_has_one_kenmerk_of_twenty_positions_and_back(brin: str, vestiging: int) -> None:
    school = f"{brin}{vestiging:02d}"
    kenmerk = kenmerk_van(school)
    found = lees(kenmerk)
    assert len(kenmerk) == 20
    assert found is not None
    assert found.school == school
    assert str(found) == kenmerk


@given(BRINS, st.integers(0, 99_999))
def test_nothing_outside_the_500_series_is_a_location(brin: str, nummer: int) -> None:
    found = lees(str(Kenmerk(brin, nummer)))
    assert found is not None
    assert (found.school is not None) == (500 <= nummer <= 599)


@given(BRINS, VESTIGINGEN, VESTIGINGEN)
def test_all_locations_of_a_brin_share_the_oin_of_their_mandates(brin: str, one: int, other: int) -> None:
    kenmerken = [lees(kenmerk_van(f"{brin}{vestiging:02d}")) for vestiging in (one, other)]
    assert {school_oin(found.brin) for found in kenmerken if found} == {f"00000007000{brin}00000"}


@given(st.text(max_size=24) | st.from_regex(r"0000000700[0-9]{1,2}[A-Z]{1,3}[0-9]{4,6}", fullmatch=True))
def test_what_is_read_is_written_the_same(text: str) -> None:
    found = lees(text)
    assert found is None or (str(found) == text and is_brin(found.brin))


@pytest.mark.parametrize(
    "text", ["", "14SS00", "0000000700014ss00500", "0000000700014SS0500", "0000000700014SS00500\n", "٠" * 20]
)
def test_another_form_is_no_kenmerk(text: str) -> None:
    assert lees(text) is None
