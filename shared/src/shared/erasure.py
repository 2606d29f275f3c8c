"""Erasing a hulpvraag after its term in one service, with a count of what went; what still comes about it is refused.

>>> service.erases()                               # what its function ``vernietig`` does (a migration of each service)
>>> service.erases(before=remove_the_objects)      # and what must go outside the database first

``DossierVernietigd`` marks the hulpvraag, so that from then on the inbox refuses what comes about it. Some time later, when
whatever was under way is done, a worker erases and tells ``VernietigingBevestigd``. Each step may be repeated after a crash.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from shared import clock, failpoints
from shared.contracts.every_service import VernietigingBevestigd
from shared.contracts.workflow import DossierVernietigd
from shared.database import Database, Transaction
from shared.envelope import Event
from shared.errors import TemporaryError
from shared.log import get_logger

log = get_logger()

Before = Callable[["Marked"], Awaitable[Mapping[str, int]]]
"""Remove what lies outside the database; return how many of what. Called again after a crash."""

_MARK = """
INSERT INTO vernietigd (hulpvraag, dossiernummer, vernietiging, gemeld_op, klaar_op) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING RETURNING true
"""
_NEXT = """
SELECT hulpvraag, dossiernummer, vernietiging FROM vernietigd WHERE klaar_op IS NULL AND gemeld_op <= $1
ORDER BY gemeld_op LIMIT 1
"""
_LOCK = "SELECT true FROM vernietigd WHERE hulpvraag = $1 AND klaar_op IS NULL FOR UPDATE"
_DONE = "UPDATE vernietigd SET klaar_op = $2 WHERE hulpvraag = $1"
_OWN = "SELECT vernietig($1)"
# A body names the hulpvraag, whatever its subject is; the messages about the erasing itself stay.
_MESSAGES = """
WITH uit AS (
    DELETE FROM outbox WHERE position(convert_to($1::text, 'UTF8') IN body) > 0 AND type <> ALL($2::text[]) RETURNING 1
), dood AS (
    DELETE FROM dead_letter WHERE subject = $1 OR position(convert_to($1::text, 'UTF8') IN body) > 0 RETURNING 1
), herhaald AS (
    DELETE FROM idempotency WHERE hulpvraag = $1::text::uuid RETURNING 1
)
SELECT (SELECT count(*) FROM uit) AS outbox, (SELECT count(*) FROM dood) AS dead_letter,
    (SELECT count(*) FROM herhaald) AS idempotency
"""

failpoints.register("erasure.before-objects", "erasure.after-objects", "erasure.after-commit")


@dataclass(frozen=True, slots=True)
class Marked:
    """A hulpvraag that is to be erased."""

    hulpvraag: UUID
    dossiernummer: int
    vernietiging: UUID


async def mark(tx: Transaction, marked: Marked, *, done: bool = False) -> bool:
    """Refuse from now on what comes about it; True the first time. ``done``: nothing is left here already."""
    now = clock.now()
    return bool(
        await tx.fetchval(_MARK, marked.hulpvraag, marked.dossiernummer, marked.vernietiging, now, now if done else None)
    )


async def erase_rows(tx: Transaction, marked: Marked) -> dict[str, int]:
    """Erase the rows of this service, and its messages; return how many, per table."""
    own: dict[str, int] = await tx.fetchval(_OWN, marked.hulpvraag)
    about_it = [DossierVernietigd.TYPE, VernietigingBevestigd.TYPE]
    messages = await tx.fetchrow(_MESSAGES, str(marked.hulpvraag), about_it)
    return {**own, **dict(messages or {})}


async def erase_next(database: Database, service: str, settle: timedelta, before: Before | None) -> bool:
    """Erase the hulpvraag that was marked longest ago, if it was ``settle`` ago; True when there may be more."""
    row = await database.pool.fetchrow(_NEXT, clock.now() - settle)
    if row is None:
        return False
    marked = Marked(**row)
    failpoints.hit("erasure.before-objects")
    try:
        outside = await before(marked) if before else {}
    except TemporaryError as error:
        log.warning("erasure_waits", error=error.slug)
        return False
    failpoints.hit("erasure.after-objects")
    async with database.transaction() as tx:
        if not await tx.fetchval(_LOCK, marked.hulpvraag):
            return True  # another replica was first
        counts = {**await erase_rows(tx, marked), **outside}
        await tx.execute(_DONE, marked.hulpvraag, clock.now())
        tx.publish(confirmation(service, marked, counts))
        tx.audit("dossier.vernietigd", subject=marked.hulpvraag, actor=service, vernietiging=marked.vernietiging)
    failpoints.hit("erasure.after-commit")
    return True


def confirmation(service: str, marked: Marked, counts: Mapping[str, int]) -> Event[VernietigingBevestigd]:
    """Say what this service erased."""
    data = VernietigingBevestigd(vernietiging=marked.vernietiging, dienst=service, aantallen=dict(counts), op=clock.now())
    return Event.about(data, subject=f"vernietiging:{marked.vernietiging}", sequence=1)
