"""Bijlagen of a connector: many files of 10 MB at once, into S3 and past the scanner, and the memory that takes.

The floor is the same bytes put into the same S3 by its own client, as many at a time.
"""

import asyncio
import secrets
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import minio
import urllib3

from bench import decisions, memory
from bench.report import figure, line
from bench.system import Site
from schakel_local import fleet
from schakel_lvs import Connector, Store, message
from schakel_lvs.berichten import BijlagenToevoegen

SWV = "PO2507"
SIZE = 10 * 1024 * 1024
BATCH = 20
GROWS = 100
"""MB that intake may grow."""
_JUDGED = "SELECT count(*) FROM bijlage WHERE staat = 'beschikbaar' AND uploadslot = ANY ($1::uuid[])"


def measure(site: Site, count: int) -> Iterator[str]:
    """Send ``count`` files at once, and wait until each is there to be read."""
    with tempfile.TemporaryDirectory() as name:
        files = [_written(Path(name) / f"verslag {number}.txt") for number in range(count)]
        megabytes = count * SIZE / 1024 / 1024
        bare = megabytes / _bare(site, files)
        before = memory.now(site)
        with memory.watched(site, every=0.2) as busy:
            placed, judged, there = asyncio.run(_sent(site, files))
    yield line("bijlagen, floor", f"{bare:.0f} MB/s by S3's own client, {count} files of 10 MB at a time")
    yield line(
        "bijlagen into S3", f"{megabytes / placed:.0f} MB/s through upload slots = {megabytes / placed / bare:.0%} of that"
    )
    yield line("bijlagen judged", f"{megabytes / judged:.0f} MB/s, first byte to last scan ({there} of {count})")
    grown = {name: busy.rss[name] - before.rss[name] for name in ("intake", "documents")}
    text = f"intake {grown['intake']:+.0f} MB, documents {grown['documents']:+.0f} MB (highest of {busy.looks} looks)"
    yield figure("memory of bijlagen", text, aim=f"intake < {GROWS} MB", met=grown["intake"] < GROWS and there == count)


def _written(path: Path) -> Path:
    """A text that is no other's: the same bytes twice would be no work for a clever store."""
    path.write_text(secrets.token_hex(SIZE // 2), encoding="ascii")
    return path


def _bare(site: Site, files: list[Path]) -> float:
    s3, bucket = site.stack.s3, "bench"
    pool = urllib3.PoolManager(maxsize=len(files))
    client = minio.Minio(s3.endpoint, s3.access_key, s3.secret_key, secure=False, http_client=pool)
    client.make_bucket(bucket)
    with ThreadPoolExecutor(len(files)) as threads:
        begin = time.monotonic()
        list(threads.map(lambda file: client.fput_object(bucket, file.name, str(file)), files))
        took = time.monotonic() - begin
        list(threads.map(lambda file: client.remove_object(bucket, file.name), files))
    client.remove_bucket(bucket)
    return took


async def _sent(site: Site, files: list[Path]) -> tuple[float, float, int]:
    """Give the seconds until all was uploaded, until all was judged, and how many are there."""
    [number] = await decisions.submit(site, 1, f"bij{time.time():.0f}")
    async with Connector.open(fleet.connector_url(site.stack), fleet.CONNECTOR, Store(":memory:")) as lvs:
        begin = time.monotonic()
        slots = [slot for placed in await asyncio.gather(*(lvs.place(SWV, [file]) for file in files)) for slot in placed]
        placed = time.monotonic() - begin
        for first in range(0, len(slots), BATCH):
            batch = tuple(slots[first : first + BATCH])
            await lvs.ask(message(BijlagenToevoegen(dossiernummer=number, uploadslots=batch)))
    there = await _judged(site, slots)
    return placed, time.monotonic() - begin, there


async def _judged(site: Site, slots: list[UUID]) -> int:
    deadline = time.monotonic() + 300
    async with site.connected("documents") as connection:
        while True:
            there = int(await connection.fetchval(_JUDGED, slots))
            if there == len(slots) or time.monotonic() > deadline:
                return there
            await asyncio.sleep(0.2)
