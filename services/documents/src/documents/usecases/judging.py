"""Judging one bijlage: fetch, compare, look inside, scan, store where it may be seen. What could not be judged waits.

The bytes that were judged are the bytes that are stored: the object in the bucket for uploads may be replaced by its
sender until the slot expires, so it is read once and never copied on the server.

Any step may be the last one of this process. The claim runs out, another replica begins again, and every step may be repeated::

    claim → download → check → scan → put ──► one transaction: state, event of the batch, audit ──► remove the upload
"""

import asyncio
import tempfile
from typing import BinaryIO
from uuid import UUID

import asyncpg

from documents.domain import bestandsnaam, bestandstype
from documents.domain.weigering import Geweigerd
from documents.metrics import JUDGED
from documents.ports import Buckets, Finding, ObjectMissing, Objects, Scan, Scanner, ScannerUnavailable, StorageUnavailable
from documents.store import bijlagen
from documents.usecases.batches import publish_when_judged
from documents.usecases.sweeping import clear
from documents.usecases.work import Pace, continued
from shared import clock, failpoints
from shared.database import Database
from shared.log import get_logger

log = get_logger()

failpoints.register(
    "documents.scan.after-claim",
    "documents.scan.after-download",
    "documents.scan.after-scan",
    "documents.scan.after-put",
    "documents.scan.before-commit",
    "documents.scan.after-commit",
)
_NOT_JUDGED = ("Heuristics.Limits.Exceeded", "Heuristics.Encrypted")
"""What clamd calls a file that it could not look into (clamd.conf: AlertExceedsMax, AlertEncrypted)."""


async def judge_next(database: Database, objects: Objects, scanner: Scanner, buckets: Buckets, pace: Pace) -> bool:
    """Judge the bijlage that waited longest. False: nothing is due, or scanner or S3 is away and it pays to wait a while."""
    token = clock.new_id()
    async with database.transaction() as tx:
        row = await bijlagen.claim(tx, token, clock.now(), lease=pace.lease, backoff=pace.backoff)
    if row is None:
        return False
    failpoints.hit("documents.scan.after-claim")
    if not await scanner.is_there():
        log.warning("scanner_away")
        await _give_back(database, row["id"], token, at_once=True)
        return False
    with continued(row, "judge bijlage"):
        try:
            async with asyncio.timeout(pace.lease * 0.8):
                scan, mediatype = await _judge(objects, scanner, row, buckets)
        except Geweigerd as refusal:
            is_ours, refused = await _refuse(database, row, token, refusal), True
        except (StorageUnavailable, ScannerUnavailable, TimeoutError) as error:
            log.warning("bijlage_waits", bijlage=str(row["id"]), attempt=row["pogingen"], error=type(error).__name__)
            await _give_back(database, row["id"], token)
            return False
        except Exception:
            await _give_back(database, row["id"], token)
            raise
        else:
            is_ours, refused = await _accept(database, row, token, scan, mediatype, buckets.bijlagen), False
        failpoints.hit("documents.scan.after-commit")
        if is_ours:
            await clear(database.pool, objects, buckets, row["id"], row["uploadslot"], refused=refused)
    return True


async def _judge(objects: Objects, scanner: Scanner, row: asyncpg.Record, buckets: Buckets) -> tuple[Scan, str]:
    with tempfile.TemporaryFile(prefix="schakel-") as bestand:
        await _fetch(objects, row, buckets, bestand)
        failpoints.hit("documents.scan.after-download")
        if row["soort"] == "oso-dossier":
            mediatype = bestandstype.controleer_oso(bestand)
        else:
            extensie = bestandsnaam.extensie(row["naam"])
            mediatype = await asyncio.to_thread(bestandstype.controleer, bestand, extensie)
        finding = await scanner.scan(bestand)
        _refuse_finding(row["id"], finding)
        failpoints.hit("documents.scan.after-scan")
        disposition = bestandsnaam.disposition(row["naam"])
        await objects.upload(buckets.bijlagen, str(row["id"]), bestand, mediatype=mediatype, disposition=disposition)
        failpoints.hit("documents.scan.after-put")
        return finding.scan, mediatype


async def _fetch(objects: Objects, row: asyncpg.Record, buckets: Buckets, bestand: BinaryIO) -> None:
    try:
        received = await objects.download(buckets.uploads, str(row["uploadslot"]), bestand, at_most=row["grootte"])
    except ObjectMissing:
        raise Geweigerd("niet-geupload") from None
    if not received.complete or received.size != row["grootte"]:
        raise Geweigerd("grootte")
    if received.sha256 != row["sha256"]:
        raise Geweigerd("controlegetal")


def _refuse_finding(bijlage: UUID, finding: Finding) -> None:
    if finding.signature is None:
        return
    log.warning("virus_found", bijlage=str(bijlage), signature=finding.signature)
    raise Geweigerd("niet-te-controleren" if finding.signature.startswith(_NOT_JUDGED) else "virus")


async def _accept(database: Database, row: asyncpg.Record, token: UUID, scan: Scan, mediatype: str, bucket: str) -> bool:
    async with database.transaction() as tx:
        where = {"bucket": bucket, "key": str(row["id"])}
        is_ours = await bijlagen.accept(tx, row["id"], token, scan=scan, mediatype=mediatype, now=clock.now(), **where)
        if is_ours:
            await publish_when_judged(tx, row["batch"])
            tx.audit("bijlage.beschikbaar", subject=row["hulpvraag"], bijlage=row["id"], scan=scan)
            tx.after_commit(JUDGED.labels("beschikbaar").inc)
        failpoints.hit("documents.scan.before-commit")
    return is_ours


async def _refuse(database: Database, row: asyncpg.Record, token: UUID, refusal: Geweigerd) -> bool:
    async with database.transaction() as tx:
        is_ours = await bijlagen.refuse(tx, row["id"], token, refusal.regel, clock.now())
        if is_ours:
            await publish_when_judged(tx, row["batch"])
            tx.audit("bijlage.geweigerd", subject=row["hulpvraag"], bijlage=row["id"], regel=refusal.regel)
            tx.after_commit(JUDGED.labels(refusal.regel).inc)
        failpoints.hit("documents.scan.before-commit")
    return is_ours


async def _give_back(database: Database, bijlage: UUID, token: UUID, *, at_once: bool = False) -> None:
    """``at_once``: the fault is not this file's, so it need not wait longer each time."""
    async with database.transaction() as tx:
        await bijlagen.release(tx, bijlage, token, clock.now() if at_once else None)
