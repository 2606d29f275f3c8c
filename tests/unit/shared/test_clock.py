"""Days in the Netherlands, in summer and winter, and not a second longer."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from shared import clock

DAYS = st.dates(date(2024, 1, 1), date(2100, 1, 1))
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


@given(DAYS, MOMENTS)
def test_what_lasts_until_and_with_a_day_ends_at_dutch_midnight(last: date, moment: datetime) -> None:
    assert (moment < clock.end_of(last)) == (moment.astimezone(clock.NETHERLANDS).date() <= last)


@given(DAYS)
def test_the_last_day_is_read_back_from_the_end(last: date) -> None:
    assert clock.last_day(clock.end_of(last)) == last
    assert clock.last_day(clock.end_of(last).astimezone(UTC)) == last
