"""How many requests one session or one address may make in a minute.

Counted in this process on purpose: it protects this process, may be off by the number of replicas, and costs no query.
What must be exact (attempts to log in) is counted in rows, see ``guard``.
"""

from collections import Counter
from datetime import datetime


class Pace:
    """Counts per minute of the clock; what the last minute held is forgotten whole."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._minute = 0
        self._counts: Counter[str] = Counter()

    def wait(self, key: str, at: datetime) -> int:
        """Count a request. Return 0 when it may go on, else how many seconds to wait."""
        minute, second = divmod(int(at.timestamp()), 60)
        if minute != self._minute:
            self._minute, self._counts = minute, Counter()
        self._counts[key] += 1
        return 0 if self._counts[key] <= self._per_minute else 60 - second
