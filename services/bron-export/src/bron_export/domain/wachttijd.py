"""How long to wait before the register is tried or asked again: growing, for days, never given up.

>>> Wachttijden(opnieuw=5, navraag=30, langst=3600).na("te verzenden", 3)
datetime.timedelta(seconds=40)
"""

from dataclasses import dataclass
from datetime import timedelta

from shared.contracts.bron_export import Registratiestaat


@dataclass(frozen=True, slots=True)
class Wachttijden:
    """Seconds: ``opnieuw`` before the second try, ``navraag`` before the first question, doubled each time up to ``langst``.

    ``spreiding`` is the factor by which a caller spreads what would otherwise come back at one moment.
    """

    opnieuw: float
    navraag: float
    langst: float
    spreiding: float = 1.0

    def na(self, staat: Registratiestaat, vruchteloos: int) -> timedelta:
        """Return the wait after this many attempts without a verdict."""
        first = self.navraag if staat == "verzonden" else self.opnieuw
        return timedelta(seconds=self.spreiding * min(self.langst, first * 2 ** min(vruchteloos, 20)))
