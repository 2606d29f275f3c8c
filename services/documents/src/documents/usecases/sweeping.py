"""Keeping S3 and the rows the same: judged uploads and what belongs to no row go, what is missing is reported.

An object is never removed on a guess. A row that may still need it (a slot that can be offered, a bijlage that waits or
may be seen) keeps it; only what no row needs and what is older than ``age`` is an orphan. Letters are never removed.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

import asyncpg

from documents.metrics import MISSING, ORPHANS
from documents.ports import Buckets, Listed, Objects, StorageUnavailable
from documents.store import bijlagen, slots
from shared import clock, failpoints
from shared.log import get_logger

log = get_logger()

failpoints.register("documents.sweep.after-delete")
_PAGE = 500
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Live = Callable[[Pool, Sequence[UUID]], Awaitable[set[UUID]]]


async def clear(
    pool: Pool, objects: Objects, buckets: Buckets, bijlage: UUID, uploadslot: UUID | None, *, refused: bool
) -> bool:
    """Remove what a judged bijlage leaves behind. False: S3 is away, and ``clear_judged`` finds it again."""
    try:
        if uploadslot:
            await objects.delete(buckets.uploads, str(uploadslot))
        if refused:
            await objects.delete(buckets.bijlagen, str(bijlage))
    except StorageUnavailable:
        return False
    failpoints.hit("documents.sweep.after-delete")
    await bijlagen.cleared(pool, bijlage)
    return True


async def clear_judged(pool: Pool, objects: Objects, buckets: Buckets) -> bool:
    """Do for judged bijlagen what a crash or an outage kept ``clear`` from. True: there may be more."""
    rows = await bijlagen.to_clear(pool, _PAGE)
    for row in rows:
        if not await clear(pool, objects, buckets, row["id"], row["uploadslot"], refused=row["staat"] == "geweigerd"):
            return False
    return len(rows) == _PAGE


async def clear_expired(pool: Pool, objects: Objects, buckets: Buckets, *, age: timedelta) -> bool:
    """Remove uploads of slots that ended ``age`` ago and that nothing waits for, then the slots. True: there may be more."""
    before = clock.now() - age
    ended = await slots.expired(pool, before, _PAGE)
    for slot in ended:
        try:
            await objects.delete(buckets.uploads, str(slot))
        except StorageUnavailable:
            return False
        failpoints.hit("documents.sweep.after-delete")
        await slots.delete(pool, slot, before)
    return len(ended) == _PAGE


async def inspect(pool: Pool, objects: Objects, buckets: Buckets, *, age: timedelta) -> None:
    """Walk through all buckets: remove orphans older than ``age``, count bijlagen whose object is gone or has another size."""
    before = clock.now() - age
    async for page in objects.listed(buckets.uploads):
        await _remove_orphans(pool, objects, buckets.uploads, page, before, slots.live)
    for bucket in (buckets.bijlagen, buckets.brieven):
        missing, last = 0, ""
        async for page in objects.listed(bucket):
            missing += await _missing(pool, bucket, page, (last, page[-1].key), before)
            last = page[-1].key
            if bucket == buckets.bijlagen:
                await _remove_orphans(pool, objects, bucket, page, before, bijlagen.live)
        missing += await _missing(pool, bucket, (), (last, None), before)
        MISSING.labels(bucket).set(missing)


async def _remove_orphans(
    pool: Pool, objects: Objects, bucket: str, page: Sequence[Listed], before: datetime, live: Live
) -> None:
    old = {item.key: _id(item.key) for item in page if item.modified < before}
    needed = await live(pool, [found for found in old.values() if found])
    for key, found in old.items():
        if found not in needed:
            log.warning("orphan_removed", bucket=bucket, key=key)
            await objects.delete(bucket, key)
            ORPHANS.labels(bucket).inc()


async def _missing(pool: Pool, bucket: str, page: Sequence[Listed], span: tuple[str, str | None], before: datetime) -> int:
    sizes = {item.key: item.size for item in page}
    expected = await bijlagen.expected(pool, bucket, *span, before, limit=5000)
    missing = [row["id"] for row in expected if sizes.get(row["sleutel"]) != row["grootte"]]
    for bijlage in missing:
        log.error("object_missing", bucket=bucket, bijlage=str(bijlage))
    return len(missing)


def _id(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None
