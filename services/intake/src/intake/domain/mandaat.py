"""For which school a connector may speak, and on which days.

>>> Mandaat("99XA00", tot=date(2027, 7, 31), voor_nevenvestigingen=True).counts("99XA01", date(2027, 7, 31))
True

The first and the last day count; null is open. A mandate for the main location may hold for every location of its BRIN, as a
mandate in the OSR does (domain.md, 1.8).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Mandaat:
    """A mandate of a school, or of all locations of its BRIN."""

    school: str
    van: date | None = None
    tot: date | None = None
    voor_nevenvestigingen: bool = False

    def counts(self, school: str, day: date) -> bool:
        """Tell whether one may speak for this school on this day."""
        covered = school == self.school or (self.voor_nevenvestigingen and main_location(school) == self.school)
        return covered and (self.van is None or self.van <= day) and (self.tot is None or day <= self.tot)


def may_speak(mandaten: Iterable[Mandaat], school: str, day: date) -> bool:
    """Tell whether one of these mandates lets someone speak for this school on this day."""
    return any(mandaat.counts(school, day) for mandaat in mandaten)


def main_location(school: str) -> str:
    """Return the hoofdvestiging of a school: ``99XA00`` for ``99XA01``."""
    return f"{school[:4]}00"
