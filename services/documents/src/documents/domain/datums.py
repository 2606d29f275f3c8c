"""Dates as a Dutch letter writes them."""

from datetime import date

MAANDEN = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)


def voluit(dag: date) -> str:
    """Write a date in full: ``1 augustus 2026``."""
    return f"{dag.day} {MAANDEN[dag.month - 1]} {dag.year}"


def periode(begin: date | None, eind: date | None) -> str:
    """Write a period; both days are inclusive. Empty when neither is known.

    >>> periode(date(2026, 8, 1), date(2028, 7, 31))
    '1 augustus 2026 tot en met 31 juli 2028'
    """
    if begin and eind:
        return f"{voluit(begin)} tot en met {voluit(eind)}"
    if begin:
        return f"vanaf {voluit(begin)}"
    return f"tot en met {voluit(eind)}" if eind else ""
