"""Kept until three years after the end, never a day less, and gone past it (WPO 18a lid 13)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.domain.bewaartermijn import is_over, kept_until

DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("ended", "support_ends", "until"),
    [
        (date(2026, 7, 1), None, date(2029, 7, 1)),
        (date(2026, 7, 1), date(2027, 7, 31), date(2030, 7, 31)),
        (date(2026, 7, 1), date(2026, 1, 31), date(2029, 7, 1)),
        (date(2028, 2, 29), None, date(2031, 3, 1)),
    ],
)
def test_the_term_counts_from_the_last_thing_that_ended(ended: date, support_ends: date | None, until: date) -> None:
    assert kept_until(ended=ended, support_ends=support_ends) == until
    assert not is_over(ended=ended, support_ends=support_ends, today=until)
    assert is_over(ended=ended, support_ends=support_ends, today=until + timedelta(days=1))


@given(ended=DAYS, support_ends=st.none() | DAYS, years=st.integers(3, 9))
def test_no_day_is_too_early_and_a_later_end_never_shortens_it(ended: date, support_ends: date | None, years: int) -> None:
    until = kept_until(ended=ended, support_ends=support_ends, years=years)
    begin = max(ended, support_ends or ended)
    assert 365 * years <= (until - begin).days <= 366 * years
    assert until >= kept_until(ended=ended, support_ends=None, years=years)
    assert not is_over(ended=ended, support_ends=support_ends, today=begin, years=years)
