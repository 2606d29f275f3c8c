"""How dates, moments and sizes are written for people.

>>> day(date(2026, 3, 1)), size(1_258_291)
('1 maart 2026', '1,2 MB')
"""

from datetime import date, datetime

from shared import clock

_MONTHS = "januari februari maart april mei juni juli augustus september oktober november december".split()  # noqa: SIM905 - one line
"""Of our own: a machine need not have the Dutch locale."""


def day(value: date) -> str:
    """Write a day in full."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime) -> str:
    """Write a moment in Dutch time: ``1 maart 2026 om 14.05 uur``."""
    local = value.astimezone(clock.NETHERLANDS)
    return f"{day(local.date())} om {local:%H.%M} uur"


def size(count: int) -> str:
    """Write a number of bytes as people know it from their own computer."""
    if count < 1024:
        return f"{count} bytes"
    if count < 1024 * 1024:
        return f"{count / 1024:.0f} kB"
    return f"{count / 1024 / 1024:.1f} MB".replace(".", ",")
