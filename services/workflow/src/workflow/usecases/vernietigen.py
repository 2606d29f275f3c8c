"""Erasing what passed its term: found, erased here, told to the others, and proven when all of them answered.

>>> due = await past_term(tx, "PO2507", clock.today())
>>> await destroy(tx, due[0].hulpvraag, by="operator:jansen")     # False for one that was opened again meanwhile

Everybody who changes a hulpvraag locks its row first, and so does ``destroy``: what runs is never erased, and what is erased
never changes any more.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

import asyncpg

from shared import clock, erasure, failpoints
from shared.contracts.every_service import VernietigingBevestigd
from shared.contracts.workflow import DossierVernietigd
from shared.database import Transaction
from shared.envelope import Event
from workflow.domain.bewaartermijn import YEARS, is_over, kept_until
from workflow.store import vernietiging as store

OTHERS = frozenset({"intake", "documents", "notify", "bron-export"})
"""Who must confirm. The gateway holds nothing of a hulpvraag."""

failpoints.register("vernietig.before-commit")


@dataclass(frozen=True, slots=True)
class Verlopen:
    """A hulpvraag past its term; ``bewaard_tot_en_met`` was the last day it had to be kept."""

    hulpvraag: UUID
    dossiernummer: int
    geeindigd_op: date
    bewaard_tot_en_met: date


async def past_term(tx: Transaction, swv: str, today: date, *, years: int = YEARS) -> list[Verlopen]:
    """Find what passed its term on ``today``, by dossiernummer."""
    before = datetime.combine(today - timedelta(days=365 * years), time.max, clock.NETHERLANDS)  # rules out most, not too many
    rows = await store.ended_before(tx, swv, before)
    return [_of(row, years) for row in rows if _is_over(row, today, years)]


async def destroy(tx: Transaction, hulpvraag: UUID, *, by: str, years: int = YEARS) -> bool:
    """Erase one here and tell the others. False for one that runs, again, that is gone, or whose term has not passed."""
    row = await store.lock_ended(tx, hulpvraag)
    if row is None or not _is_over(row, clock.today(), years):
        return False
    now, found = clock.now(), _of(row, years)
    marked = erasure.Marked(hulpvraag, found.dossiernummer, clock.new_id())
    await store.begin(tx, marked.vernietiging, row, found.bewaard_tot_en_met, by, now)
    await erasure.mark(tx, marked, done=True)
    counts = await erasure.erase_rows(tx, marked)
    await store.confirmed(tx, marked.vernietiging, "workflow", counts, now)
    told = DossierVernietigd(
        swv=row["swv"], hulpvraag=hulpvraag, dossiernummer=found.dossiernummer, vernietiging=marked.vernietiging, op=now
    )
    tx.publish(Event.about(told, subject=f"vernietiging:{marked.vernietiging}", sequence=1))
    tx.audit("dossier.vernietigd", subject=hulpvraag, actor=by, dossiernummer=found.dossiernummer)
    failpoints.hit("vernietig.before-commit")
    return True


async def keep_confirmation(tx: Transaction, told: VernietigingBevestigd) -> None:
    """Record what a service erased."""
    await store.confirmed(tx, told.vernietiging, told.dienst, told.aantallen, told.op)


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.NETHERLANDS).date()


def _is_over(row: asyncpg.Record, today: date, years: int) -> bool:
    return is_over(ended=_day(row["geeindigd_op"]), support_ends=row["eind"], today=today, years=years)


def _of(row: asyncpg.Record, years: int) -> Verlopen:
    ended = _day(row["geeindigd_op"])
    until = kept_until(ended=ended, support_ends=row["eind"], years=years)
    return Verlopen(row["id"], row["dossiernummer"], ended, until)
