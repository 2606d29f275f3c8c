"""How long to wait before another system is tried again: growing, never given up.

>>> Geduld(eerste=30, langst=3600).na(3)
datetime.timedelta(seconds=120)
"""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Geduld:
    """Seconds: ``eerste`` after the first attempt in vain, doubled each time up to ``langst``."""

    eerste: float
    langst: float

    def na(self, pogingen: int) -> timedelta:
        """Return the wait after so many attempts."""
        return timedelta(seconds=min(self.langst, self.eerste * 2 ** min(max(pogingen - 1, 0), 20)))
