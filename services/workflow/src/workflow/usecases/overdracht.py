"""A staff change: everything that names one person put in the name of another, on a day, and put back (manual 002:320-324).

>>> seen, _ = await preview(tx, rulesets, opdracht, clock.today())      # what it is about, to count
>>> id_ = await order(tx, rulesets, opdracht, clock.today(), count(seen), by=actor)   # now; a later day waits for the worker
>>> await undo(tx, row, actor)                                          # only what nobody changed since

A handover changes no status, so it is no row of history and mails nothing about hulpvragen: each hulpvraag gets a line in the
log, and from then on mails go to the new person. Mails that were sent stay with who got them. One transaction does it all.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import asyncpg

from shared import clock, failpoints, token_epoch
from shared.contracts.workflow import Geadresseerde, OverdrachtGedaan
from shared.database import Database, Transaction
from shared.envelope import Event
from shared.errors import Conflict
from shared.tokens import Actor
from workflow.domain import overdracht as domain
from workflow.domain.overdracht import Opdracht, Opvolger, Stap
from workflow.registry import RuleSets
from workflow.store import contact, overdrachten
from workflow.store import overdracht as store
from workflow.store import toegang as toegang_store
from workflow.usecases.overdracht_overleg import come_in, go_out, with_rights
from workflow.usecases.record import SYSTEM

failpoints.register("overdracht.before-commit", "overdracht.after-commit")

_LETS_IN = {"toegang", "deelname"}
OPVOLGER = "opvolger"
"""The audience of the mail: who took over."""


async def preview(tx: Transaction, rulesets: RuleSets, opdracht: Opdracht, datum: date) -> tuple[list[Stap], int]:
    """Everything that would go over now, and how many overlegrondes would not. Raises InvalidInput as ``order`` does."""
    domain.check(opdracht, datum, clock.today())
    dingen = await with_rights(tx, rulesets, opdracht, await store.found(tx, opdracht, lock=False))
    return domain.stappen(opdracht, dingen), domain.left(opdracht, dingen)


async def order(
    tx: Transaction, rulesets: RuleSets, opdracht: Opdracht, datum: date, seen: Mapping[str, int], by: Actor
) -> UUID:
    """Do a handover today, or keep it for a later day. Raises InvalidInput, or Conflict when it is not what was ``seen``."""
    domain.check(opdracht, datum, clock.today())
    steps = await _locked(tx, rulesets, opdracht, clock.now())
    now = domain.count(steps)
    if moved := domain.changed(seen, now):
        raise Conflict(f"Er is iets veranderd sinds het voorbeeld ({moved}). Bekijk het voorbeeld opnieuw.", telling=now)
    if not steps and datum == clock.today():
        raise Conflict("Er staat niets op naam van deze persoon. Kijk of het mailadres klopt.", telling=now)
    id_, at = clock.new_id(), clock.now()
    await overdrachten.add(tx, id_, opdracht, datum, by=(by.sub, by.naam, by.email), at=at)
    tx.audit("overdracht.gepland", subject=id_, actor=by.sub, soort=opdracht.soort, datum=datum.isoformat())
    if datum == clock.today():
        await _carry_out(tx, rulesets, id_, opdracht, by=(by.sub, by.naam, by.email), actor=by.sub)
    return id_


async def undo(tx: Transaction, row: asyncpg.Record, actor: Actor) -> None:
    """Put back what is still as the handover left it, or call off a planned one. Raises Conflict for one undone before.

    What someone changed since stays, and its row says why. Nobody is mailed.
    """
    if row["ongedaan_op"] is not None:
        raise Conflict("Deze overdracht is al ongedaan gemaakt.")
    at, back = clock.now(), list[Stap]()
    for kept in await overdrachten.steps(tx, row["id"]):
        stap = Stap(kept["soort"], kept["wat"], kept["hulpvraag"], kept["van"], kept["naar"])
        now = await store.one(tx, row["swv"], stap.soort, stap.wat)
        reason = domain.stays(stap, now)
        if reason is None:
            await _put_back(tx, row, stap, at)
            _log(tx, stap, row["id"], actor.sub, "teruggezet")
            back.append(stap)
        await overdrachten.step_undone(tx, row["id"], stap, reason, at)
    await _end_tokens(tx, back, row["naar_account"])
    await overdrachten.undone(tx, row["id"], at)
    tx.audit("overdracht.ongedaan", subject=row["id"], actor=actor.sub, teruggezet=len(back))


class Overdrachtwachter:
    """Does handovers whose day has come, after midnight Dutch time: ``step`` is a worker's. Each once, with any replicas."""

    def __init__(self, database: Database, rulesets: RuleSets) -> None:
        self._database = database
        self._rulesets = rulesets

    async def step(self) -> bool:
        """Do one; True when there may be more."""
        async with self._database.transaction() as tx:
            row = await overdrachten.due(tx, clock.today())
            if row is None:
                return False
            by = (row["door_account"], row["door_naam"], row["door_email"])
            await _carry_out(tx, self._rulesets, row["id"], opdracht_of(row), by=by, actor=SYSTEM)
            failpoints.hit("overdracht.before-commit")
        failpoints.hit("overdracht.after-commit")
        return True


def opdracht_of(row: asyncpg.Record) -> Opdracht:
    """Read what was asked."""
    given = {name: row[f"naar_{name}"] for name in ("naam", "email", "functie", "telefoon", "account")}
    naar = Opvolger(**given, rollen=tuple(row["naar_rollen"]))
    return Opdracht(
        row["swv"],
        row["soort"],
        row["school"],
        tuple(row["kringen"]),
        row["van_email"],
        naar,
        row["toegang"],
        row["door_swv"],
        row["door_account"],
        row["door_email"],
    )


async def _locked(tx: Transaction, rulesets: RuleSets, opdracht: Opdracht, at: datetime) -> list[Stap]:
    dingen = await with_rights(tx, rulesets, opdracht, await store.found(tx, opdracht, lock=True))
    return domain.stappen(opdracht, dingen, _moment(at))


async def _carry_out(
    tx: Transaction, rulesets: RuleSets, id_: UUID, opdracht: Opdracht, *, by: tuple[UUID, str, str], actor: UUID | str
) -> None:
    at, naar = clock.now(), opdracht.naar
    steps = await _locked(tx, rulesets, opdracht, at)
    for stap in steps:
        await store.put(tx, opdracht.swv, stap.soort, stap.wat, stap.naar, at)
        if stap.mee and stap.soort == "toegang":
            await _move_access(tx, UUID(stap.wat), naar, by, at)
        elif stap.mee:
            await come_in(tx, stap, naar, at)
        _log(tx, stap, id_, actor, "overgedragen")
    if naar.telefoon and opdracht.school:
        await contact.put_number(tx, opdracht.swv, opdracht.school, naar.email, naar.telefoon, at)
    await _end_tokens(tx, steps)
    await overdrachten.keep(tx, id_, steps)
    await overdrachten.done(tx, id_, at)
    tx.audit("overdracht.gedaan", subject=id_, actor=actor, **domain.count(steps))
    if steps:
        _tell(tx, id_, opdracht, steps, at)


async def _end_tokens(tx: Transaction, steps: Sequence[Stap], *others: UUID | None) -> None:
    """Let what was signed for whom these steps let out, and for the others with them, open nothing: once for each."""
    lets_in = [UUID(stap.wat) for stap in steps if stap.soort in _LETS_IN]
    for account in {*await store.holders(tx, lets_in), *others} if lets_in else ():
        if account is not None:
            token_epoch.begin(tx, account)


async def _move_access(tx: Transaction, closed: UUID, naar: Opvolger, by: tuple[UUID, str, str], at: datetime) -> None:
    had = await store.access(tx, closed)
    if had is None or naar.account is None:
        return
    known = await toegang_store.living(tx, had["hulpvraag"], naar.account, at)
    if known is None or known < had["tot"]:
        to, remind = (naar.account, naar.naam, naar.email), clock.reminder(had["tot"], at)
        await toegang_store.give(
            tx, clock.new_id(), had["hulpvraag"], to=to, reden=had["reden"], tot=had["tot"], by=by, now=at, remind=remind
        )


async def _put_back(tx: Transaction, row: asyncpg.Record, stap: Stap, at: datetime) -> None:
    await store.put(tx, row["swv"], stap.soort, stap.wat, stap.van, at)
    if stap.soort == "toegang" and stap.hulpvraag and row["naar_account"]:
        await toegang_store.take_back(tx, stap.hulpvraag, row["naar_account"], row["gedaan_op"], at)
    elif stap.soort == "deelname" and row["naar_account"]:
        await go_out(tx, stap, row["naar_account"], row["gedaan_op"], at)


def _log(tx: Transaction, stap: Stap, id_: UUID, actor: UUID | str, what: str) -> None:
    subject = stap.hulpvraag or id_
    tx.audit(
        f"{'hulpvraag' if stap.hulpvraag else stap.soort}.{what}",
        subject=subject,
        actor=actor,
        overdracht=id_,
        soort=stap.soort,
    )


def _moment(at: datetime) -> str:
    """A moment as ``store.overdracht`` reads one."""
    return at.astimezone(clock.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")


def _tell(tx: Transaction, id_: UUID, opdracht: Opdracht, steps: Sequence[Stap], at: datetime) -> None:
    counted = domain.count(steps)
    naar = opdracht.naar
    data = OverdrachtGedaan(
        swv=opdracht.swv,
        overdracht=id_,
        soort=opdracht.soort,
        hulpvragen=counted["hulpvragen"],
        kringen=counted["kringen"],
        toegangen=counted["toegang"] if opdracht.toegang == "verhuist" else 0,
        overlegrondes=counted["overlegrondes"],
        op=at,
        mails=(Geadresseerde(doelgroep=OPVOLGER, naam=naar.naam, email=naar.email, sjabloon="overdracht"),),
    )
    tx.publish(Event.about(data, subject=id_, sequence=1))
