"""Changes of status through the API, as a clerk makes them, while every consumer tells of them: at a fixed rate, then flat out.

Real A&K requests, each now asked to be filled up and then in behandeling again, so that there is always a next step. The clock
of a change runs from when it was due, so that a change that had to wait counts its waiting.
"""

import asyncio
import time
from uuid import uuid4

import httpx

from bench import decisions, people
from bench.report import both, figure, line, percentile
from bench.system import Site

RATE = 50
BUSY = 16
"""Clerks at once when it goes flat out."""
AIM = 0.1
"""Seconds, of 99 in 100."""
_STEPS = (
    {"status": "A&K in behandeling"},
    {"status": "A&K aanvraag incompleet", "reden": "Er ontbreekt een verzonnen verslag."},
)


class Clerk:
    """One session, and the hulpvragen that wait for their next change: the one that waits longest goes first."""

    def __init__(self, http: httpx.AsyncClient, session: dict[str, str], numbers: list[int]) -> None:
        self._http, self._session = http, session
        self._waiting: asyncio.Queue[tuple[int, int]] = asyncio.Queue()
        for number in numbers:
            self._waiting.put_nowait((number, 1))
        self.took: list[float] = []

    async def change(self, due: float) -> None:
        """Change one, and note the seconds since it was due."""
        number, version = await self._waiting.get()
        headers = {**self._session, "If-Match": f'"{version}"', "Idempotency-Key": str(uuid4())}
        step = _STEPS[(version - 1) % 2]
        answer = await self._http.post(f"/api/v1/hulpvragen/{number}/statuswijzigingen", json=step, headers=headers)
        self._waiting.put_nowait((number, int(people.good(answer)["versie"])))
        self.took.append(time.monotonic() - due)


def measure(site: Site, *, hulpvragen: int, seconds: float) -> list[str]:
    """Change for so long at the rate, and half as long flat out."""
    numbers = asyncio.run(decisions.submit(site, hulpvragen, f"chg{time.time():.0f}", "A&K"))
    site.settle()
    steady, busy, fast = asyncio.run(_changes(site, numbers, seconds))
    begin = time.monotonic()
    site.settle()
    told = time.monotonic() - begin
    counted = f"({len(steady)} of {int(seconds * RATE)})"
    rate = len(busy) / fast
    return [
        figure(f"status change, {RATE}/s", f"{both(steady)} {counted}", aim="p99 < 100 ms", met=percentile(steady, 99) < AIM),
        line("status changes, flat out", f"{rate:.0f}/s by {BUSY} clerks: {both(busy)}; all told {told:.1f} s later"),
    ]


async def _changes(site: Site, numbers: list[int], seconds: float) -> tuple[list[float], list[float], float]:
    limits = httpx.Limits(max_connections=100, keepalive_expiry=2)  # well before the server hangs up, at five
    async with httpx.AsyncClient(base_url=site.services["gateway"].url, timeout=30, trust_env=False, limits=limits) as http:
        session = await people.log_in(site, http, "swv", people.SWV, "SCP")
        clerk = Clerk(http, session, numbers)
        begin = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for place in range(int(seconds * RATE)):
                due = begin + place / RATE
                await asyncio.sleep(max(0, due - time.monotonic()))
                group.create_task(clerk.change(due))
        steady, clerk.took = clerk.took, []
        begin = time.monotonic()
        until = begin + seconds / 2

        async def on_and_on() -> None:
            while time.monotonic() < until:
                await clerk.change(time.monotonic())

        async with asyncio.TaskGroup() as group:
            for _ in range(BUSY):
                group.create_task(on_and_on())
        return steady, clerk.took, time.monotonic() - begin
