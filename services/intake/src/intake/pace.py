"""What comes shortly after each other is done together, which costs a fraction; what comes alone is done at once.

>>> pace = Pace(0.02)
>>> await pace.turn()      # returns at once after a rest, else when 20 ms have passed since the last turn

And nobody goes on for ever faster than agreed.

>>> rate = Rate(6000)
>>> rate.wait_after(100)   # 0.0: a minute's worth may come at once
"""

import asyncio
import time
from collections.abc import Callable


class Pace:
    """At most one turn per ``seconds``."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._last = 0.0

    async def turn(self) -> None:
        """Wait for the next turn."""
        wait = self._last + self._seconds - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        self._last = time.monotonic()


class Rate:
    """So many messages a minute, with a minute's worth in hand after a rest."""

    def __init__(self, per_minute: int, now: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_minute / 60
        self._most = float(per_minute)
        self._now = now
        self._left = self._most
        self._at = now()

    def wait_after(self, count: int) -> float:
        """Take so many from what is in hand; return for how many seconds nothing more may be taken."""
        now = self._now()
        self._left = min(self._most, self._left + (now - self._at) * self._per_second) - count
        self._at = now
        return max(0.0, -self._left / self._per_second)
