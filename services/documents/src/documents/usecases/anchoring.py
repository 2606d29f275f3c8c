"""Heads of audit logs as objects in S3, where neither we nor an owner of a database can change them (shared/anchors.py).

The key says it all, ``notify/12-<hash>``, so that who verifies only lists. Two heads of one number are two objects: both stay,
and one of them does not fit the chain. Each is written once; under object lock (compliance) nobody removes it before its time.
"""

import io
from collections.abc import Callable

from documents.ports import Buckets, Objects, StorageUnavailable
from documents.store import ankers
from shared import clock, failpoints
from shared.contracts.every_service import LogboekVerzegeld
from shared.database import Database, Transaction
from shared.log import get_logger

log = get_logger()

failpoints.register("anchor.before-put", "anchor.after-put")


async def keep(tx: Transaction, told: LogboekVerzegeld, *, wake: Callable[[], None]) -> None:
    """Take a head from a service, to be stored soon."""
    await ankers.keep(tx, told)
    tx.after_commit(wake)


async def store_next(database: Database, objects: Objects, buckets: Buckets) -> bool:
    """Store the oldest head that is not yet; True when there may be more. A crash or another replica repeats it harmlessly."""
    told = await ankers.to_store(database.pool)
    if told is None:
        return False
    content = io.BytesIO(told.model_dump_json().encode())
    failpoints.hit("anchor.before-put")
    try:
        await objects.upload(
            buckets.logboek,
            f"{told.dienst}/{told.blok}-{told.hash}",
            content,
            mediatype="application/json",
            disposition="attachment",
            once=True,
        )
    except FileExistsError:
        pass
    except StorageUnavailable:
        log.warning("anchor_waits", dienst=told.dienst)
        return False
    failpoints.hit("anchor.after-put")
    await ankers.stored(database.pool, told, clock.now())
    return True
