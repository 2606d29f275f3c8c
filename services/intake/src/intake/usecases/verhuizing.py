"""A school that goes elsewhere: seen beforehand, done at its day, taken back.

>>> await preview(tx, actor, opgave)
Voorbeeld(naar=Organisatie(…), dossiers=12, blijven=1, koppelingen=['ParnasSys'])
>>> id_ = await plan(tx, actor, opgave)        # at once when its day has come, else by the loop (``Verhuizer``)
>>> await undo(tx, actor, id_)

Another board: the school keeps its number. Another number: the old one ends the day before, the new one follows it up. Into
another school: the same, and that school was there already. Dossiers go along, but for those whose key the other school uses
itself. The others hear of it by ``organisatie.gewijzigd.v1``.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import asyncpg

from intake.domain import verhuizing as rules
from intake.domain.organisatie import Organisatie
from intake.domain.verhuizing import Bekend, VerhuizingOpgave
from intake.store import register
from intake.store import verhuizing as store
from intake.usecases import indeling
from shared import clock
from shared.contracts.common import School
from shared.contracts.intake import OrganisatieGewijzigd
from shared.database import Database, Transaction
from shared.envelope import Event
from shared.errors import Conflict, InvalidInput, NotFound
from shared.tokens import Actor

SYSTEM = "intake"
"""Who did it in the log, when its day came."""


@dataclass(frozen=True, slots=True)
class Voorbeeld:
    """What would happen. ``blijven``: dossiers that stay, because the other school has one by the same key."""

    naar: Organisatie
    dossiers: int
    blijven: int
    koppelingen: list[str]


async def preview(tx: Transaction, actor: Actor, opgave: VerhuizingOpgave) -> Voorbeeld:
    """Say what would happen. Raises InvalidInput with every fault."""
    naar = await _checked(tx, actor.swv, opgave)
    dossiers, blijven = await store.count(tx, opgave.school, naar.code)
    return Voorbeeld(naar, dossiers, blijven, await store.connectors(tx, opgave.school))


async def plan(tx: Transaction, actor: Actor, opgave: VerhuizingOpgave) -> UUID:
    """Put it ready for its day, or do it now when that has come. Raises InvalidInput with every fault."""
    await store.lock_schools(tx, opgave.school)
    naar = await _checked(tx, actor.swv, opgave)
    id_ = clock.new_id()
    await store.add(tx, id_, actor.swv, opgave, naar, actor.sub, clock.now())
    tx.audit("verhuizing.gepland", subject=opgave.school, actor=actor.sub, verhuizing=id_, naar=naar.code)
    if opgave.per <= clock.today():
        row = await store.lock(tx, id_, actor.swv)
        if row is not None:
            await _carry_out(tx, row, str(actor.sub))
    return id_


async def undo(tx: Transaction, actor: Actor, id_: UUID) -> None:
    """Call it off, or put back what nobody changed since. Raises NotFound, Conflict."""
    row = await store.lock(tx, id_, actor.swv)
    if row is None:
        raise NotFound("Deze verhuizing bestaat niet.")
    if row["staat"] not in {"gepland", "gedaan"}:
        raise Conflict("Deze verhuizing is al ongedaan gemaakt, of is niet doorgegaan.")
    if row["staat"] == "gedaan":
        if await store.later(tx, row):
            raise Conflict("Een van deze scholen is daarna nog eens verhuisd. Maak die verhuizing eerst ongedaan.")
        await _take_back(tx, row)
    await store.undone(tx, id_, clock.now())
    tx.audit("verhuizing.ongedaan", subject=row["school"], actor=actor.sub, verhuizing=id_)


class Verhuizer:
    """Does what was planned once its day has come: ``step`` is a worker's. Each once, however many replicas look."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def step(self) -> bool:
        """Do one; True when there may be more."""
        async with self._database.transaction() as tx:
            row = await store.due(tx, clock.today())
            if row is None:
                return False
            await _carry_out(tx, row, SYSTEM)
        return True


async def _checked(tx: Transaction, swv: str, opgave: VerhuizingOpgave, *, is_due: bool = False) -> Organisatie:
    """The school as it will be. Raises InvalidInput with every fault."""
    codes = [opgave.school, opgave.naar]
    found = (await register.known(tx, codes)).organisaties
    school, naar = (found.get(("school", code)) for code in codes)
    planned = not is_due and await store.is_planned(tx, opgave.school)
    known = Bekend(school, naar, None, await store.went(tx, codes), planned)
    after = rules.target(opgave, known)
    if after is not None:
        boards = (await register.known(tx, [after.bestuur])).organisaties
        known = Bekend(school, naar, boards.get(("bestuur", after.bestuur)), known.went, planned)
    faults = list(rules.faults(opgave, known, swv, clock.today()))
    if faults or after is None:
        raise InvalidInput(faults)
    return after


async def _carry_out(tx: Transaction, row: asyncpg.Record, by: str) -> None:
    await store.lock_schools(tx, row["school"], row["naar"])
    opgave = VerhuizingOpgave(
        school=row["school"],
        naar=row["naar"],
        naam=row["naar_naam"],
        bestuur=row["naar_bestuur"],
        per=row["per"],
        koppeling_tot=row["koppeling_tot"],
        accounts=row["accounts"],
    )
    try:
        naar = await _checked(tx, row["swv"], opgave, is_due=True)
    except InvalidInput as error:
        await store.failed(tx, row["id"], error.detail)
        tx.audit("verhuizing.mislukt", subject=row["school"], actor=by, verhuizing=row["id"])
        return
    known = (await register.known(tx, [row["school"], row["naar"]])).organisaties
    before, there = known["school", row["school"]], known.get(("school", row["naar"]))
    is_new = there is None or (there.tot is not None and there.tot < row["per"])
    now = clock.now()
    if row["naar"] == row["school"]:
        await store.set_board(tx, row["school"], naar.bestuur, before.bestuur)
        is_new = False
    else:
        if is_new:
            await indeling.place(tx, naar.model_copy(update={"van": row["per"], "tot": None}))
        await store.set_end(tx, row["school"], row["per"] - timedelta(days=1))
        await store.take_along(tx, row["id"], row["school"], row["naar"], row["koppeling_tot"])
    await store.done(tx, row["id"], before, now, is_new=is_new)
    tx.audit("verhuizing.gedaan", subject=row["school"], actor=by, verhuizing=row["id"], naar=row["naar"])
    van = School(code=before.code, naam=before.naam, bestuur=before.bestuur)
    _tell(tx, row, 1, van, School(code=naar.code, naam=naar.naam, bestuur=naar.bestuur), now)


async def _take_back(tx: Transaction, row: asyncpg.Record) -> None:
    await store.lock_schools(tx, row["school"], row["naar"])
    if row["naar"] == row["school"]:
        await store.set_board(tx, row["school"], row["van_bestuur"], row["naar_bestuur"])
    else:
        await store.set_end(tx, row["school"], row["van_tot"])
        await store.take_back(tx, row)
        if row["is_nieuw"]:
            await store.never_was(tx, row["naar"], clock.today() - timedelta(days=1))
    van = School(code=row["school"], naam=row["van_naam"], bestuur=row["van_bestuur"])
    _tell(tx, row, 2, van, School(code=row["naar"], naam=row["naar_naam"], bestuur=row["naar_bestuur"]), row["gedaan_op"])


def _tell(tx: Transaction, row: asyncpg.Record, versie: int, van: School, naar: School, op: object) -> None:
    data = OrganisatieGewijzigd.model_validate(
        {
            "swv": row["swv"],
            "verhuizing": row["id"],
            "versie": versie,
            "van": van,
            "naar": naar,
            "accounts": row["accounts"],
            "op": op,
        }
    )
    tx.publish(Event.about(data, subject=row["id"], sequence=versie))
