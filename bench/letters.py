"""Letters: decision → typst → S3 → row, in bulk, apart from the mix.

documents is stopped while the decisions are taken, so that the clock sees documents only: it runs from the first letter made to
the last.
"""

import asyncio
import time

from bench import decisions
from bench.report import figure
from bench.system import Site

AIM = 30
"""Milliseconds a letter."""
_MADE = """
SELECT count(*) AS made, extract(epoch FROM max(gemaakt_op) - min(gemaakt_op))::float8 AS seconds FROM brief
WHERE staat = 'gemaakt' AND dossiernummer = ANY ($1::bigint[])
"""


def measure(site: Site, count: int) -> list[str]:
    """Decide ``count`` times with documents away; then let it work."""
    numbers = asyncio.run(decisions.submit(site, count, f"let{time.time():.0f}"))
    site.services["documents"].stop()
    asyncio.run(decisions.decide(site, numbers))
    site.settle()
    site.services["documents"].start()
    made, seconds = asyncio.run(_drained(site, numbers))
    each = 1000 * seconds / (made - 1)
    text = f"{1000 / each:.1f} letters/s, {each:.0f} ms each, first to last row ({made} of {count})"
    return [figure("letters", text, aim=f"< {AIM} ms", met=each < AIM and made == count)]


async def _drained(site: Site, numbers: list[int]) -> tuple[int, float]:
    deadline = time.monotonic() + 120
    async with site.connected("documents") as connection:
        while True:
            row = await connection.fetchrow(_MADE, numbers)
            if row["made"] >= len(numbers) or time.monotonic() > deadline:
                return int(row["made"]), float(row["seconds"])
            await asyncio.sleep(0.2)
