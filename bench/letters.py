"""Letters: decision → typst → S3 → row, in bulk, apart from the mix."""

import asyncio
import time

from bench import decisions
from bench.system import Site

COUNT = 200
_MADE = """
SELECT count(*) AS made, extract(epoch FROM max(gemaakt_op) - min(gevraagd_op))::float8 AS seconds FROM brief
WHERE staat = 'gemaakt' AND dossiernummer = ANY ($1::bigint[])
"""


def measure(site: Site) -> list[str]:
    """Decide ``COUNT`` times and wait for the letters."""
    return asyncio.run(_measure(site))


async def _measure(site: Site) -> list[str]:
    numbers = await decisions.submit(site, COUNT, f"let{time.time():.0f}")
    await decisions.decide(site, numbers)
    deadline = time.monotonic() + 120
    row = (await site.rows("documents", _MADE, numbers))[0]
    while row["made"] < len(numbers) and time.monotonic() < deadline:
        await asyncio.sleep(0.2)
        row = (await site.rows("documents", _MADE, numbers))[0]
    rate = row["made"] / row["seconds"]
    return [
        f"letters                   {rate:8.1f} letters/s, {1000 / rate:.0f} ms each, decision to row ({row['made']} letters)"
    ]
