"""Which days count: working days, the holidays of the Algemene termijnenwet, and the school holidays of a region.

>>> dagen = Dagen(Kalender(regio="zuid"))
>>> dagen.is_werkdag(date(2027, 4, 27))          # Koningsdag
False
>>> dagen.na_de_zomer(date(2027, 5, 3))          # the day after the summer holidays of region Zuid
datetime.date(2027, 9, 6)

Public holidays are those of the Algemene termijnenwet, article 3, with Goede Vrijdag and every 5 May. School holidays are known
until 2030 (Regeling vaststelling schoolvakanties 2025-2030); beyond that the summer is taken to end with August.
"""

from datetime import date, timedelta
from functools import cache

import holidays
from dateutil.relativedelta import relativedelta

from workflow.domain.ruleset import Kalender

DAY = timedelta(days=1)
_SUMMER = "Zomervakantie"


@cache
def _feestdagen(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("NL", years=year, categories=("public", "optional")))


@cache
def _vakantie(regio: str, year: int) -> dict[date, str]:
    return dict(holidays.country_holidays("NL", subdiv=regio.capitalize(), years=year, categories=("school",), language="nl"))


def is_feestdag(day: date) -> bool:
    """Whether this is a Saturday, a Sunday or a public holiday (Algemene termijnenwet 1 and 3)."""
    return day.weekday() >= 5 or day in _feestdagen(day.year)


class Dagen:
    """The days of one SWV. Without a calendar in its rules, school holidays are ordinary days."""

    def __init__(self, kalender: Kalender | None) -> None:
        self._regio = kalender.regio if kalender else "midden"
        self._leave_out_holidays = kalender is not None and not kalender.vakantie_telt

    def is_werkdag(self, day: date) -> bool:
        """Whether this day counts as a working day."""
        return not is_feestdag(day) and not (self._leave_out_holidays and self.is_vakantie(day))

    def is_vakantie(self, day: date) -> bool:
        """Whether schools are on holiday, weekends at both ends included."""
        return day in _vakantie(self._regio, day.year)

    def na_de_zomer(self, day: date) -> date:
        """The first day after the summer holidays of the year of ``day``."""
        summer = [one for one, name in _vakantie(self._regio, day.year).items() if name == _SUMMER]
        return max(summer, default=date(day.year, 8, 31)) + DAY


def verschoven(day: date) -> date:
    """The last day of a term: in a weekend or on a holiday it moves to the next working day (Algemene termijnenwet 1)."""
    while is_feestdag(day):
        day += DAY
    return day


def later(day: date, duur: int, eenheid: str, dagen: Dagen) -> date:
    """The day so much after another. A month later than 31 January is the last day of February."""
    match eenheid:
        case "werkdagen":
            return _werkdagen(day, duur, DAY, dagen)
        case "weken":
            return day + timedelta(weeks=duur)
        case "maanden":
            return day + relativedelta(months=duur)
        case _:
            return day + duur * DAY


def eerder(day: date, duur: int, eenheid: str, dagen: Dagen) -> date:
    """The day so much before another."""
    match eenheid:
        case "werkdagen":
            return _werkdagen(day, duur, -DAY, dagen)
        case "weken":
            return day - timedelta(weeks=duur)
        case "maanden":
            return day - relativedelta(months=duur)
        case _:
            return day - duur * DAY


def _werkdagen(day: date, duur: int, step: timedelta, dagen: Dagen) -> date:
    while duur > 0:
        day += step
        duur -= dagen.is_werkdag(day)
    return day
