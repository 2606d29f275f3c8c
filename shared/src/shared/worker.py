"""Workers carry out what a transaction could not: mails, files, registrations. Their work is rows; they may die at any moment.

>>> Worker("mail", step=send_due, every=1.0)

``step`` claims some due rows, does the work, marks them, and returns whether it found any. It is called again at once while it
does, else after ``every`` seconds or a ``wake``. A failure is logged and counted, and the worker goes on.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from shared import clock, context
from shared.database import is_outage
from shared.log import get_logger
from shared.metrics import WORKER_FAILURES

log = get_logger()


async def each(attempts: Iterable[Awaitable[None]]) -> None:
    """Give each its chance at once, then raise what one of them failed with: its claim stands, and it comes back after that."""
    for outcome in await asyncio.gather(*attempts, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome


class Worker:
    """One loop in one task; several replicas may run the same worker, so ``step`` claims with SKIP LOCKED or a lease."""

    def __init__(self, name: str, step: Callable[[], Awaitable[bool]], *, every: float) -> None:
        self.name = name
        self._step = step
        self._every = every
        self._woken = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Look for work now."""
        self._woken.set()

    def stop(self) -> None:
        """Finish the step in hand."""
        self._stopping = True
        self._woken.set()

    async def run(self) -> None:
        """Work until ``stop``."""
        while not self._stopping:
            if not await self._try():
                try:
                    async with asyncio.timeout(self._every):
                        await self._woken.wait()
                except TimeoutError:
                    pass
                self._woken.clear()

    async def _try(self) -> bool:
        try:
            with context.bound(context.Work(clock.new_id())):
                return await self._step()
        except Exception as error:
            WORKER_FAILURES.labels(self.name).inc()
            if is_outage(error):
                log.warning("worker_waits", worker=self.name, error=type(error).__name__)
            else:
                log.exception("worker_failed", worker=self.name)
            return False
