"""Routeringskenmerken: which location of a school an OSO message comes from or goes to (manual 003:2144-2190).

>>> kenmerk_van("14SS01")
'0000000700014SS00501'
>>> lees("0000000700014SS00501").school
'14SS01'

Twenty positions: ``00000007``, ``000``, the BRIN, and five digits (domain.md §1.9; Kennisnet's example is
``0000000700000YY00931``). For hulpvragen a school uses the 500 series only: 500 is the hoofdvestiging, 501 is vestiging 01,
and so on. The OIN of the school itself ends in five zeros, so that one mandate holds for every location of its BRIN.
"""

import re
from dataclasses import dataclass

_FORM = re.compile(r"00000007000(\d{2}[A-Z]{2})(\d{5})", re.ASCII)
_BRIN = re.compile(r"\d{2}[A-Z]{2}", re.ASCII)
REEKS = range(500, 600)
"""The numbers that stand for vestiging 00 to 99."""


@dataclass(frozen=True, slots=True)
class Kenmerk:
    """A routeringskenmerk, taken apart."""

    brin: str
    nummer: int

    @property
    def school(self) -> str | None:
        """BRIN and vestiging of the location; None outside the 500 series."""
        return f"{self.brin}{self.nummer - REEKS.start:02d}" if self.nummer in REEKS else None

    def __str__(self) -> str:
        return f"00000007000{self.brin}{self.nummer:05d}"


def lees(text: str) -> Kenmerk | None:
    """Take a routeringskenmerk apart; None when it has not this form."""
    found = _FORM.fullmatch(text)
    return Kenmerk(found[1], int(found[2])) if found else None


def kenmerk_van(school: str) -> str:
    """Return the kenmerk of a school location, six positions, in the 500 series."""
    return str(Kenmerk(school[:4], REEKS.start + int(school[4:])))


def school_oin(brin: str) -> str:
    """Return the OIN under which a school gives its mandates, for all its locations."""
    return str(Kenmerk(brin, 0))


def is_brin(text: str) -> bool:
    """Tell whether this has the form of a BRIN: two digits, two capitals."""
    return _BRIN.fullmatch(text) is not None
