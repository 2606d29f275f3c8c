"""How much a connector may have lying unread in its queue: the rest waits as rows, which cost the broker nothing.

>>> room = await window.room()      # how many more may be published now
>>> window.took(room)
"""

import asyncio
from collections.abc import Awaitable, Callable


class Window:
    """Keeps an upper bound of what lies unread, and asks the broker only when that bound reaches ``size``.

    A full window is asked after again soon while the connector reads, ever less often while it does not.
    """

    SOON = 0.05
    SELDOM = 1.0

    def __init__(self, size: int, ask: Callable[[], Awaitable[int]]) -> None:
        self._size = size
        self._ask = ask
        self._unread = size  # unknown at first: ask
        self._pause = self.SOON

    @property
    def unread(self) -> int:
        """At most so many lie unread."""
        return self._unread

    @property
    def moves(self) -> bool:
        """Whether the connector was reading a moment ago; if not, it is asked after when something new comes or by and by."""
        return self._pause < self.SELDOM

    async def room(self) -> int:
        """Return how many more may be published; while the connector reads, waits a little before it says none."""
        if self._unread >= self._size:
            before, self._unread = self._unread, await self._ask()
            if self._unread < before:
                self._pause = self.SOON
            elif self._unread >= self._size and self.moves:
                await asyncio.sleep(self._pause)
                self._pause *= 2
        return max(0, self._size - self._unread)

    def took(self, count: int) -> None:
        """Note that so many were published."""
        self._unread += count
