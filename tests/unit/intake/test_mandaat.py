"""For which school one may speak, and on which days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from intake.connectors import MandaatOpgave
from intake.domain.mandaat import Mandaat, main_location, may_speak
from shared.faults import faults_of

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
ENDS = st.none() | DAYS
SCHOOLS = st.from_regex(r"9[89]X[AB]0[0-3]", fullmatch=True)
MANDATES = st.builds(Mandaat, SCHOOLS, ENDS, ENDS, st.booleans())
DAY = timedelta(days=1)


@given(SCHOOLS, DAYS, st.integers(0, 2000))
def test_a_mandate_counts_on_its_first_and_last_day_and_on_no_day_outside(school: str, first: date, length: int) -> None:
    last = first + length * DAY
    mandaat = Mandaat(school, first, last)
    assert mandaat.counts(school, first)
    assert mandaat.counts(school, last)
    assert not mandaat.counts(school, first - DAY)
    assert not mandaat.counts(school, last + DAY)


@given(MANDATES, SCHOOLS, DAYS)
def test_only_a_main_location_speaks_for_another_and_only_of_its_own_brin(mandaat: Mandaat, school: str, day: date) -> None:
    if mandaat.counts(school, day) and school != mandaat.school:
        assert mandaat.voor_nevenvestigingen
        assert mandaat.school == main_location(school)
        assert school[:4] == mandaat.school[:4]


@given(st.lists(MANDATES, max_size=4), SCHOOLS, DAYS)
def test_one_more_mandate_never_takes_leave_away_and_none_gives_none(mandaten: list[Mandaat], school: str, day: date) -> None:
    assert not may_speak([], school, day)
    for place in range(len(mandaten)):
        if may_speak(mandaten[:place], school, day):
            assert may_speak(mandaten, school, day)


@given(SCHOOLS, DAYS, DAYS)
def test_once_ended_a_mandate_never_counts_again(school: str, last: date, day: date) -> None:
    assert Mandaat(school, tot=last).counts(school, day) == (day <= last)


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"school": "99XA00", "van": "2027-01-01", "tot": "2026-12-31"}, "periode"),
        ({"school": "99XA01", "voorNevenvestigingen": True}, "hoofdvestiging"),
        ({"school": "99XA"}, "vorm"),
    ],
)
def test_a_mandate_that_cannot_be_is_refused_by_rule(given: dict[str, object], rule: str) -> None:
    with pytest.raises(ValidationError) as caught:
        MandaatOpgave.model_validate(given)
    assert [fault.rule for fault in faults_of(list(caught.value.errors()))] == [rule]
