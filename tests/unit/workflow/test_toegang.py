"""Extra access in days: it lasts through its last day in Dutch time, in summer and winter, and not a second longer."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import clock
from shared.errors import InvalidInput
from workflow.domain.toegang import LONGEST_DAYS, check_last_day, ends, last_day, reminder

DAYS = st.dates(date(2024, 1, 1), date(2100, 1, 1))
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


@given(DAYS, MOMENTS)
def test_access_lasts_through_its_last_day_and_no_longer(last: date, moment: datetime) -> None:
    assert (moment < ends(last)) == (moment.astimezone(clock.NETHERLANDS).date() <= last)


@given(DAYS)
def test_the_last_day_is_read_back_from_the_end(last: date) -> None:
    assert last_day(ends(last)) == last
    assert last_day(ends(last).astimezone(UTC)) == last


@given(DAYS, MOMENTS)
def test_a_reminder_comes_a_week_before_the_end_and_never_before_it_was_given(last: date, given_at: datetime) -> None:
    at = reminder(ends(last), given_at)
    assert at is None or given_at < at < ends(last)
    assert (at is None) == (ends(last) - given_at <= timedelta(days=7))


@given(DAYS, st.integers(-3, LONGEST_DAYS + 3))
def test_only_a_day_from_today_on_and_not_too_far_can_be_chosen(today: date, days: int) -> None:
    if 0 <= days <= LONGEST_DAYS:
        check_last_day(today + timedelta(days=days), today)
    else:
        with pytest.raises(InvalidInput, match="vanaf vandaag"):
            check_last_day(today + timedelta(days=days), today)
