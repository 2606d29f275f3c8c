"""Mandates of a school in the OSR: both parties, begin and end, and not knowing is never a yes."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from intake.domain.osomandaat import Antwoord, Oordeel, oordeel

DAY = date(2026, 11, 27)
DAYS = st.none() | st.dates(DAY - timedelta(days=3), DAY + timedelta(days=3))
ANSWERS = st.builds(Antwoord, st.just("las"), gegeven=st.sampled_from([True, False, None]), van=DAYS, tot=DAYS)


@given(ANSWERS, ANSWERS)
def test_only_two_mandates_that_hold_are_a_yes(las: Antwoord, other: Antwoord) -> None:
    swv = Antwoord("swv", gegeven=other.gegeven, van=other.van, tot=other.tot)
    found = oordeel([las, swv], DAY)
    holds = [
        bool(one.gegeven) and (one.van is None or one.van <= DAY) and (one.tot is None or one.tot >= DAY) for one in (las, swv)
    ]
    assert (found == Oordeel("ja")) == all(holds)
    if found.soort == "onbekend":
        assert None in {las.gegeven, swv.gegeven}
    if found.soort == "geen":
        assert any(one.gegeven is not None and not held for one, held in zip((las, swv), holds, strict=True))


def test_both_days_of_a_mandate_count() -> None:
    for van, tot, holds in (
        (DAY, DAY, True),
        (DAY + timedelta(days=1), None, False),
        (None, DAY - timedelta(days=1), False),
        (None, None, True),
    ):
        assert Antwoord("las", gegeven=True, van=van, tot=tot).geldt(DAY) is holds


def test_a_mandate_that_is_not_there_weighs_more_than_one_that_is_not_known() -> None:
    assert oordeel([Antwoord("las", gegeven=None), Antwoord("swv", gegeven=False)], DAY) == Oordeel("geen", "swv")
    assert oordeel([Antwoord("las", gegeven=True), Antwoord("swv", gegeven=None)], DAY) == Oordeel("onbekend", "swv")
