"""How slow guessing is made: after some attempts a name or an address must wait, and longer each time (ASVS 5.0, 6.3.1).

>>> NAME.wait_after(4), NAME.wait_after(5), NAME.wait_after(7), NAME.wait_after(50)
(datetime.timedelta(0), datetime.timedelta(seconds=30), datetime.timedelta(seconds=120), datetime.timedelta(seconds=900))

An attempt is counted before the password is looked at, and forgotten when it was right: a hundred attempts at the same
moment get no further than five in a row. A lock ends by itself, so that nobody can keep another out for good.
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


NAME = Guard(free=5, window=timedelta(hours=24), first=timedelta(seconds=30))
"""Per name as typed, whether it exists or not."""
ADDRESS = Guard(free=50, window=timedelta(hours=1), first=timedelta(minutes=1))
"""Per network address: a whole school may sit behind one."""
