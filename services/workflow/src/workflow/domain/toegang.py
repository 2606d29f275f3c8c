"""Extra access: until which day (``clock.end_of``)."""

from datetime import date, timedelta

from shared.errors import Fault, InvalidInput

LONGEST_DAYS = 400
"""A year and a little: who needs longer gives it again, and has then looked at it."""


def check_last_day(last: date, today: date, *, field: str = "totEnMet") -> None:
    """Raise InvalidInput for a day that is over, or too far off; ``field`` is where it was filled in."""
    if not today <= last <= today + timedelta(days=LONGEST_DAYS):
        message = f"Kies een dag vanaf vandaag, hoogstens {LONGEST_DAYS} dagen vooruit."
        raise InvalidInput([Fault(field=field, rule="periode", message=message)])
