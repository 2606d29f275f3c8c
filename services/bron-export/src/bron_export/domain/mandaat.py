"""On whose behalf we register: the school's bevoegd gezag delivers, so nothing leaves without its mandate.

(WEC art. 164a lid 2 k–m; WOT art. 24f, texts of 2017: the bevoegd gezag gives the data to the register, the SWV does not.)

A mandate is given towards one SWV, by the school's board or by the SWV's administration, which then holds the paper. The
newest one that counts decides, also when it ends the one before it. One given by another board than the school's never counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Mandaat:
    """Leave to register for ``school`` from ``van`` up to and including ``tot``; None: until further notice."""

    id: UUID
    swv: str
    school: str
    versie: int
    gever_soort: Literal["swv", "bestuur"]
    gever: str
    van: date
    tot: date | None

    def is_geldig(self, dag: date) -> bool:
        """Tell whether it holds on this day."""
        return self.van <= dag and (self.tot is None or dag <= self.tot)


def geldend(mandaten: Iterable[Mandaat], bestuur: str | None) -> Mandaat | None:
    """Return the newest mandate that counts for a school of this board, valid or not; None: its board is not known here."""
    counting = [each for each in mandaten if each.gever_soort == "swv" or bestuur is None or each.gever == bestuur]
    return max(counting, key=lambda each: each.versie, default=None)
