"""What the mandates of a school in the OSR (Onderwijs Service Register) say: may its OSO dossiers be exchanged.

>>> oordeel([Antwoord("las", gegeven=True), Antwoord("swv", gegeven=False)], date(2026, 11, 27))
Oordeel(soort='geen', wie='swv')

A school gives two mandates for the service OSO-SWV: one to its pupil administration, one to the system of the SWV (manual
003:2031). Both hold for every location of the BRIN. The OSR shows begin and end of a mandate to its own supplier only, and
says no more than yes or no to others (OSR v1, ``reference_date``); so what it says of another holds for the day that was asked
about.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

Partij = Literal["las", "swv"]


@dataclass(frozen=True, slots=True)
class Antwoord:
    """What the OSR said of one party's mandate; ``gegeven`` None: it could not be asked. Both days are included."""

    partij: Partij
    gegeven: bool | None
    van: date | None = None
    tot: date | None = None

    def geldt(self, dag: date) -> bool | None:
        """Tell whether it holds on this day; None: not known."""
        if not self.gegeven:
            return self.gegeven
        return (self.van is None or self.van <= dag) and (self.tot is None or dag <= self.tot)


@dataclass(frozen=True, slots=True)
class Oordeel:
    """``wie`` is the party without a mandate, or whose mandate could not be asked about."""

    soort: Literal["ja", "geen", "onbekend"]
    wie: Partij | None = None


def oordeel(antwoorden: Sequence[Antwoord], dag: date) -> Oordeel:
    """Judge. A mandate that is certainly not there weighs more than one that is not known; not known is never a yes."""
    found = [(antwoord.geldt(dag), antwoord.partij) for antwoord in antwoorden]
    for geldt, partij in found:
        if geldt is False:
            return Oordeel("geen", partij)
    for geldt, partij in found:
        if geldt is None:
            return Oordeel("onbekend", partij)
    return Oordeel("ja")
