"""What comes shortly after each other is done together, which costs a fraction; what comes alone is done at once.

>>> pace = Pace(0.02)
>>> await pace.turn()      # returns at once after a rest, else when 20 ms have passed since the last turn
"""

import asyncio
import time


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
