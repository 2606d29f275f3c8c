"""How slow guessing is made: after some attempts the next one must wait, and longer each time (ASVS 5.0, 6.3.1).

>>> guard = Guard(free=5, window=timedelta(hours=24), first=timedelta(seconds=30))
>>> guard.wait_after(4), guard.wait_after(5), guard.wait_after(7), guard.wait_after(50)
(datetime.timedelta(0), datetime.timedelta(seconds=30), datetime.timedelta(seconds=120), datetime.timedelta(seconds=900))

Attempts are counted in rows, so that no process that is killed or frozen forgets them. A lock ends by itself, so that nobody
can keep another out for good.
"""

from dataclasses import dataclass
from datetime import timedelta

_LONGEST = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Guard:
    """``free`` attempts within ``window`` cost nothing; then the wait doubles from ``first`` up to a quarter of an hour."""

    free: int
    window: timedelta
    first: timedelta

    def wait_after(self, attempts: int) -> timedelta:
        """Tell how long the next attempt must wait after this many."""
        if attempts < self.free:
            return timedelta()
        doublings = min(attempts - self.free, 20)
        return min(self.first * (1 << doublings), _LONGEST)
