"""How much a connector may have lying unread in its queue: the rest waits as rows, which cost the broker nothing.

>>> room = await window.room()      # how many more may be published now
>>> window.took(room)
"""

import asyncio
import time
from collections.abc import Awaitable, Callable


class Window:
    """Keeps an upper bound of what lies unread, and asks the broker only when that bound reaches ``size``.

    A full window is looked at again soon while the connector reads, and once a second while it does not.
    """

    SOON = 0.05
    SELDOM = 1.0

    def __init__(self, size: int, ask: Callable[[], Awaitable[int]]) -> None:
        self._size = size
        self._ask = ask
        self._unread = size  # unknown at first: ask
        self._pause = self.SOON
        self._look = 0.0

    @property
    def unread(self) -> int:
        """At most so many lie unread."""
        return self._unread

    @property
    def moves(self) -> bool:
        """Whether the connector was reading a moment ago."""
        return self._pause < self.SELDOM

    async def room(self) -> int:
        """Return how many more may be published; while the connector reads, waits a little before it says none."""
        if self._unread >= self._size:
            wait = self._look - time.monotonic()
            if wait > 0 and not self.moves:
                return 0
            await asyncio.sleep(max(0.0, wait))
            before, self._unread = self._unread, await self._ask()
            self._pause = self.SOON if self._unread < before else min(self._pause * 2, self.SELDOM)
            self._look = time.monotonic() + self._pause
        return max(0, self._size - self._unread)

    def took(self, count: int) -> None:
        """Note that so many were published."""
        self._unread += count
