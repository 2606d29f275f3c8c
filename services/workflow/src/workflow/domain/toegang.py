"""Extra access: until which moment, and when a reminder goes out. Days are Dutch ones.

>>> ends(date(2026, 12, 31))
datetime.datetime(2027, 1, 1, 0, 0, tzinfo=zoneinfo.ZoneInfo(key='Europe/Amsterdam'))
"""

from datetime import date, datetime, time, timedelta

from shared import clock
from shared.errors import Fault, InvalidInput

LONGEST_DAYS = 400
"""A year and a little: who needs longer gives it again, and has then looked at it."""
REMINDER = timedelta(days=7)


def ends(last_day: date) -> datetime:
    """The first moment without access: midnight after the last day."""
    return datetime.combine(last_day + timedelta(days=1), time(), clock.NETHERLANDS)


def last_day(end: datetime) -> date:
    """The last day with access."""
    return (end.astimezone(clock.NETHERLANDS) - timedelta(microseconds=1)).date()


def reminder(end: datetime, given: datetime) -> datetime | None:
    """When to tell that it ends: a week before; not at all when it was given for less."""
    at = end - REMINDER
    return at if at > given else None


def check_last_day(last: date, today: date) -> None:
    """Raise InvalidInput for a day that is over, or too far off."""
    if not today <= last <= today + timedelta(days=LONGEST_DAYS):
        message = f"Kies een dag vanaf vandaag, hoogstens {LONGEST_DAYS} dagen vooruit."
        raise InvalidInput([Fault(field="totEnMet", rule="periode", message=message)])
