"""The one source of time and of new identifiers.

>>> from shared import clock
>>> clock.now().tzinfo is clock.UTC
True

Tests put time in their own hands with ``clock.use``::

    with clock.use(lambda: datetime(2026, 3, 29, 1, 59, tzinfo=clock.UTC)):
        ...
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from uuid_utils.compat import uuid7

__all__ = ["NETHERLANDS", "REMINDER", "UTC", "end_of", "last_day", "new_id", "now", "reminder", "today", "use"]

NETHERLANDS = ZoneInfo("Europe/Amsterdam")
"""The zone in which a day, a term and a letter's date are counted."""
REMINDER = timedelta(days=7)
"""How long before it ends people hear of it."""


def _wall() -> datetime:
    return datetime.now(UTC)


_read: Callable[[], datetime] = _wall


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return _read()


def today() -> date:
    """Return the present calendar day in the Netherlands."""
    return now().astimezone(NETHERLANDS).date()


def end_of(day: date) -> datetime:
    """Return the first moment after a Dutch day: what holds until and with it, ends then.

    >>> end_of(date(2026, 12, 31))
    datetime.datetime(2027, 1, 1, 0, 0, tzinfo=zoneinfo.ZoneInfo(key='Europe/Amsterdam'))
    """
    return datetime.combine(day + timedelta(days=1), time(), NETHERLANDS)


def last_day(end: datetime) -> date:
    """Return the last Dutch day before an end: ``last_day(end_of(day)) == day``."""
    return (end.astimezone(NETHERLANDS) - timedelta(microseconds=1)).date()


def reminder(end: datetime, since: datetime) -> datetime | None:
    """Return when to tell that something ends: a week before; None where it began later than that."""
    at = end - REMINDER
    return at if at > since else None


def new_id() -> UUID:
    """Return a UUIDv7 (RFC 9562): unique, and sorted by the moment it was made."""
    return uuid7()


@contextmanager
def use(read: Callable[[], datetime]) -> Iterator[None]:
    """Read the time from ``read`` inside the block. For tests only: it is process-wide."""
    global _read  # noqa: PLW0603 - one clock per process is the point of this module
    before, _read = _read, read
    try:
        yield
    finally:
        _read = before
