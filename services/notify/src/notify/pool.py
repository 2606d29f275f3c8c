"""A few connections to the mail server, and whether it is there at all.

While the server is away everything waits but one probe at a time, at growing intervals; no mail is to blame and none counts an
attempt. When it is back the connections open one by one as mails ask for them: their number and ``smtp_rate`` are what keeps a
day's waiting mails from coming down as a storm.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from notify.adapters.smtp import Connection, Server, ServerAwayError
from notify.metrics import AWAY
from shared.log import get_logger

log = get_logger()

FULL = 30.0
"""Seconds to do with fewer connections when the server answers a further one that it has enough."""


class Gate:
    """Open while the server is there. Shut, it says when to probe: after 1, 2, 4, … seconds, ``slowest`` at most."""

    def __init__(self, slowest: float) -> None:
        self._slowest = slowest
        self._delay = 0.0
        self._probe_at = 0.0
        self._since: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether mails may go."""
        return self._since is None

    @property
    def is_probe_due(self) -> bool:
        """Whether it is time to look again."""
        return time.monotonic() >= self._probe_at

    def shut(self, away: ServerAwayError) -> None:
        """Let everything wait."""
        if self._since is None:
            self._since, self._delay = time.monotonic(), 0.0
            AWAY.set(1)
            log.error("mailserver_away", reason=away.reason, code=away.code)
        self._delay = min(max(1.0, self._delay * 2), self._slowest)
        self._probe_at = time.monotonic() + self._delay * random.uniform(0.8, 1.2)

    def open(self) -> None:
        """Let mails go."""
        if self._since is not None:
            log.warning("mailserver_back", seconds=round(time.monotonic() - self._since, 1))
            AWAY.set(0)
            self._since = None


class Pace:
    """At most ``rate`` a second, evenly; 0 is no limit."""

    def __init__(self, rate: float) -> None:
        self._interval = 1 / rate if rate else 0.0
        self._next = 0.0

    async def wait(self) -> None:
        """Wait for a turn."""
        if self._interval:
            now = time.monotonic()
            mine = max(self._next, now)
            self._next = mine + self._interval
            await asyncio.sleep(mine - now)


class Pool:
    """Lends connections, the last used first, so that a quiet hour needs only one.

    >>> async with pool.connection() as connection:
    ...     outcome = await connection.send(envelope)
    """

    def __init__(self, server: Server, *, connections: int, slowest_probe: float, rate: float) -> None:
        self.gate = Gate(slowest_probe)
        self._connections = [Connection(server) for _ in range(connections)]
        self._probe = Connection(server)
        self._idle = list(self._connections)
        self._turns = asyncio.Semaphore(connections)  # unlike a queue it lets nobody pass who came later
        self._pace = Pace(rate)
        self._resting: list[asyncio.TimerHandle] = []

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """Give a connection for one mail, when it is its turn.

        A server that turns out to be away ends the block quietly and shuts the gate: look there before the block and after it.
        """
        await self._turns.acquire()
        connection = self._idle.pop()
        rest = 0.0
        try:
            await self._pace.wait()
            yield connection
        except ServerAwayError as away:
            if self._is_full(away):
                rest = FULL
            else:
                self.gate.shut(away)
        finally:
            self._put_back(connection, rest)

    async def probe(self) -> None:
        """Look whether the server is back, with a connection made for it, and open or shut the gate accordingly."""
        try:
            await self._probe.open()
        except ServerAwayError as away:
            self.gate.shut(away)
        else:
            self.gate.open()
        await self._probe.close()

    async def close(self) -> None:
        """Say goodbye on all connections."""
        for handle in self._resting:
            handle.cancel()
        await asyncio.gather(*(connection.close() for connection in (*self._connections, self._probe)))

    def _is_full(self, away: ServerAwayError) -> bool:
        """Whether the server only has no room for one connection more: it says "later" while others stand."""
        return away.code is not None and 400 <= away.code < 500 and any(each.is_open for each in self._connections)

    def _put_back(self, connection: Connection, rest: float) -> None:
        def free() -> None:
            self._idle.append(connection)
            self._turns.release()

        if rest:
            loop = asyncio.get_running_loop()
            self._resting = [handle for handle in self._resting if handle.when() > loop.time()]
            self._resting.append(loop.call_later(rest, free))
        else:
            free()
