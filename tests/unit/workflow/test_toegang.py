"""Extra access in days: how far ahead, and when to tell that it ends."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import clock
from shared.errors import InvalidInput
from workflow.domain.toegang import LONGEST_DAYS, check_last_day

DAYS = st.dates(date(2024, 1, 1), date(2100, 1, 1))
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


@given(DAYS, MOMENTS)
def test_a_reminder_comes_a_week_before_the_end_and_never_before_it_was_given(last: date, given_at: datetime) -> None:
    at = clock.reminder(clock.end_of(last), given_at)
    assert at is None or given_at < at < clock.end_of(last)
    assert (at is None) == (clock.end_of(last) - given_at <= timedelta(days=7))


@given(DAYS, st.integers(-3, LONGEST_DAYS + 3))
def test_only_a_day_from_today_on_and_not_too_far_can_be_chosen(today: date, days: int) -> None:
    if 0 <= days <= LONGEST_DAYS:
        check_last_day(today + timedelta(days=days), today)
    else:
        with pytest.raises(InvalidInput, match="vanaf vandaag"):
            check_last_day(today + timedelta(days=days), today)
