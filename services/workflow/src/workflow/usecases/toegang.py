"""Opening a hulpvraag for someone until a day, closing it again, and telling in time that it ends (manual 003, 3.2).

>>> await give(tx, dossier, Genodigde(account, "Nina Nieuw", "nina@elders.example"), "nieuwe school", date(2026, 12, 31))
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from shared import clock, token_epoch
from shared.contracts.workflow import Geadresseerde, ToegangGemeld
from shared.database import Database, Transaction
from shared.envelope import Event
from shared.errors import Forbidden, NotFound
from workflow.domain import toegang
from workflow.store import toegang as store
from workflow.usecases.dossier import About, Dossier
from workflow.usecases.record import SYSTEM

GENODIGDE, VERLENER = "genodigde", "verlener"
"""The audiences of these mails: who was let in, and who did it."""


@dataclass(frozen=True, slots=True)
class Genodigde:
    """Who is let in: an account of the gateway, which has checked who they are."""

    account: UUID
    naam: str
    email: str


async def give(tx: Transaction, dossier: Dossier, to: Genodigde, reden: str, last: date) -> None:
    """Open it until and with this day, and mail them; the same again is nothing new. Raises Forbidden or InvalidInput."""
    _require(dossier)
    toegang.check_last_day(last, clock.today())
    id_, now, end = clock.new_id(), clock.now(), clock.end_of(last)
    if await store.living(tx, dossier.id, to.account, now) == end:
        return
    by = (dossier.actor.sub, dossier.actor.naam, dossier.actor.email)
    remind = clock.reminder(end, now)
    guest = (to.account, to.naam, to.email)
    await store.end(tx, dossier.id, to.account, now)
    await store.give(tx, id_, dossier.id, to=guest, reden=reden, tot=end, by=by, now=now, remind=remind)
    _tell(tx, dossier.about, id_, "gegeven", end, [(GENODIGDE, to.naam, to.email)])
    tx.audit("toegang.gegeven", subject=dossier.id, actor=dossier.actor.sub, account=to.account, tot=end.isoformat())


async def revoke(tx: Transaction, dossier: Dossier, id_: UUID) -> None:
    """Close it again, at once. Raises Forbidden, or NotFound for what is closed already."""
    _require(dossier)
    account = await store.revoke(tx, id_, dossier.id, clock.now())
    if account is None:
        raise NotFound("Deze toegang is er niet (meer).")
    token_epoch.begin(tx, account)
    tx.audit("toegang.ingetrokken", subject=dossier.id, actor=dossier.actor.sub, account=account)


class Toegangwachter:
    """Tells what ends in a week: ``step`` is a worker's. Each once, however many replicas look."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def step(self) -> bool:
        """Tell of one; True when there may be more."""
        async with self._database.transaction() as tx:
            row = await store.due(tx, clock.now())
            if row is None:
                return False
            await store.reminded(tx, row["id"])
            people = [(GENODIGDE, row["naam"], row["email"]), (VERLENER, row["door_naam"], row["door_email"])]
            _tell(tx, About.of(row), clock.new_id(), "loopt-af", row["tot"], people)
            tx.audit("toegang.loopt_af", subject=row["hulpvraag"], actor=SYSTEM, toegang=row["id"])
        return True


def _require(dossier: Dossier) -> None:
    if not dossier.shares_it:
        raise Forbidden("Alleen wie aan deze hulpvraag werkt, geeft anderen toegang.")


def _tell(
    tx: Transaction,
    about: About,
    melding: UUID,
    soort: Literal["gegeven", "loopt-af"],
    end: datetime,
    people: list[tuple[str, str, str]],
) -> None:
    mails = tuple(
        Geadresseerde(doelgroep=doelgroep, naam=naam, email=email, sjabloon=f"toegang-{soort}")
        for doelgroep, naam, email in people
        if email
    )
    data = ToegangGemeld(
        swv=about.swv,
        hulpvraag=about.hulpvraag,
        dossiernummer=about.dossiernummer,
        aanvraagtype=about.aanvraagtype,
        melding=melding,
        soort=soort,
        tot_en_met=clock.last_day(end),
        op=clock.now(),
        mails=mails,
    )
    tx.publish(Event.about(data, subject=about.hulpvraag, sequence=about.versie))
