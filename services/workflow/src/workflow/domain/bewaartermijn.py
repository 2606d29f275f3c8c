"""How long a hulpvraag is kept: until three years after the assessment, the advice or the support ended (WPO 18a lid 13).

>>> kept_until(ended=date(2026, 7, 1), support_ends=date(2027, 7, 31), years=3)
datetime.date(2030, 7, 31)
"""

from datetime import date

YEARS = 3
"""The law's. Fewer would break it, more needs another ground."""


def kept_until(*, ended: date, support_ends: date | None, years: int = YEARS) -> date:
    """The last day on which it is kept: so many years after it ended, or after the support that was granted did."""
    begin = max(ended, support_ends or ended)
    try:
        return begin.replace(year=begin.year + years)
    except ValueError:  # 29 February, in a year without: never a day too early
        return date(begin.year + years, 3, 1)


def is_over(*, ended: date, support_ends: date | None, today: date, years: int = YEARS) -> bool:
    """Whether that day has passed."""
    return today > kept_until(ended=ended, support_ends=support_ends, years=years)
