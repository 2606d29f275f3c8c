"""Letters: asked for by a decision, made once, never changed. A corrected decision gets another letter; the old one stays.

Any step may be the last one of this process and may be repeated::

    claim → typeset → put, unless it is there ──► one transaction: state, bijlage, event, audit

The key in S3 is the decision and its version. When an object is there already, it is the letter, whatever we would
typeset today.
"""

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from uuid import UUID

import asyncpg

from documents.domain import bestandsnaam
from documents.domain.brief import Brief, naam_van, opstellen
from documents.metrics import TYPESETTING
from documents.ports import Buckets, Objects, StorageUnavailable, Typesetter
from documents.store import bijlagen, brieven
from documents.usecases.work import Pace, chain, continued
from shared import clock, failpoints
from shared.contracts.documents import BriefGemaakt
from shared.contracts.workflow import BesluitGenomen
from shared.database import Database, Transaction
from shared.envelope import Event
from shared.log import get_logger

log = get_logger()

failpoints.register(
    "documents.letter.after-claim",
    "documents.letter.after-typeset",
    "documents.letter.after-put",
    "documents.letter.before-commit",
    "documents.letter.after-commit",
)
_TEMPLATES: dict[Brief, str] = {"TLV-brief": "tlv", "schoolbrief": "schoolbrief"}
_STANDS_WITH = {"TLV-brief": "hulpvraag", "schoolbrief": "besluit"}
"""Where a letter stands when the decision does not say (manual 000, ch. 5 step 12 and ch. 2 step 5)."""
_MAX_LETTER = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Kept:
    """A letter as it lies in S3."""

    size: int
    sha256: str
    version: str | None


async def request(tx: Transaction, besluit: BesluitGenomen, *, wake: Callable[[], None]) -> None:
    """Ask for the letter of this decision, when it has one. Asking again changes nothing."""
    if besluit.brief is None:
        return
    now = clock.now()
    is_new = await brieven.insert(
        tx,
        clock.new_id(),
        besluit,
        brief=besluit.brief,
        bij=besluit.brief_bij or _STANDS_WITH[besluit.brief],
        naam=naam_van(besluit, besluit.brief),
        gegevens=opstellen(besluit),
        now=now,
        work=chain(),
    )
    if is_new:
        tx.audit("brief.gevraagd", subject=besluit.hulpvraag, besluit=besluit.besluit, versie=besluit.versie)
        tx.after_commit(wake)


async def make_next(database: Database, objects: Objects, typesetter: Typesetter, buckets: Buckets, pace: Pace) -> bool:
    """Make the letter that waited longest. False: none is due, or S3 is away and it pays to wait a while."""
    token = clock.new_id()
    async with database.transaction() as tx:
        row = await brieven.claim(tx, token, clock.now(), lease=pace.lease, backoff=pace.backoff)
    if row is None:
        return False
    failpoints.hit("documents.letter.after-claim")
    with continued(row, "make letter"):
        try:
            kept = await _keep(objects, typesetter, row, buckets.brieven)
        except StorageUnavailable as error:
            log.warning("letter_waits", letter=str(row["id"]), attempt=row["pogingen"], error=type(error).__name__)
            await _give_back(database, row["id"], token)
            return False
        except Exception:
            await _give_back(database, row["id"], token)
            raise
        await _finish(database, row, token, kept, buckets.brieven)
        failpoints.hit("documents.letter.after-commit")
    return True


def _key(row: asyncpg.Record) -> str:
    return f"{row['besluit']}/{row['versie']}"


async def _keep(objects: Objects, typesetter: Typesetter, row: asyncpg.Record, bucket: str) -> _Kept:
    with TYPESETTING.time():
        pdf = await typesetter.pdf(_TEMPLATES[row["brief"]], row["gegevens"])
    failpoints.hit("documents.letter.after-typeset")
    disposition = bestandsnaam.disposition(row["naam"])
    try:
        version = await objects.upload(
            bucket, _key(row), BytesIO(pdf), mediatype="application/pdf", disposition=disposition, once=True
        )
    except FileExistsError:
        with tempfile.TemporaryFile(prefix="schakel-") as earlier:
            found = await objects.download(bucket, _key(row), earlier, at_most=_MAX_LETTER)
        if not found.complete:
            raise ValueError("an object in the place of this letter is far too large to be one") from None
        return _Kept(found.size, found.sha256, None)
    failpoints.hit("documents.letter.after-put")
    return _Kept(len(pdf), hashlib.sha256(pdf).hexdigest(), version)


async def _finish(database: Database, row: asyncpg.Record, token: UUID, kept: _Kept, bucket: str) -> None:
    async with database.transaction() as tx:
        now = clock.now()
        if await brieven.made(tx, row["id"], token, size=kept.size, sha256=kept.sha256, now=now):
            await bijlagen.insert_letter(
                tx, row, size=kept.size, sha256=kept.sha256, bucket=bucket, key=_key(row), version=kept.version, now=now
            )
            tx.publish(Event.about(_told(row, kept), subject=row["hulpvraag"], sequence=row["versie"]))
            tx.audit("brief.gemaakt", subject=row["hulpvraag"], bijlage=row["id"], besluit=row["besluit"], sha256=kept.sha256)
        failpoints.hit("documents.letter.before-commit")


def _told(row: asyncpg.Record, kept: _Kept) -> BriefGemaakt:
    return BriefGemaakt(
        swv=row["swv"],
        hulpvraag=row["hulpvraag"],
        dossiernummer=row["dossiernummer"],
        besluit=row["besluit"],
        versie=row["versie"],
        brief=row["brief"],
        bij=row["bij"],
        bijlage=row["id"],
        naam=row["naam"],
        grootte=kept.size,
        sha256=kept.sha256,
    )


async def _give_back(database: Database, letter: UUID, token: UUID) -> None:
    async with database.transaction() as tx:
        await brieven.release(tx, letter, token, None)
