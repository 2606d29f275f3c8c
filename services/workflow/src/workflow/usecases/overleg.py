"""Talking a hulpvraag over with some people: started, who takes part, until when, and what they say (manual 003, 2.9).

>>> ronde = await start(tx, dossier, Opzet("MDO", "", date(2026, 12, 31), besloten_reacties=False, …))
>>> await join(tx, dossier, await seen(tx, dossier, ronde), Genodigde(account, "Nina Nieuw", "nina@elders.example"), nieuw=True)
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared import clock, token_epoch
from shared.database import Transaction
from shared.errors import Conflict, Fault, Forbidden, NotFound, Unprocessable
from workflow.domain import overleg, toegang
from workflow.domain.overleg import Deelnemer, Ronde
from workflow.store import overeenkomst
from workflow.store import overleg as store
from workflow.usecases.dossier import Dossier
from workflow.usecases.overlegmail import tell_invited, tell_reacted
from workflow.usecases.toegang import Genodigde


@dataclass(frozen=True, slots=True)
class Opzet:
    """How an overlegronde is set up. ``deadline`` is the last day; ``doet_mee``: the organiser takes part."""

    onderwerp: str
    omschrijving: str
    deadline: date
    besloten_reacties: bool
    besloten_deelname: bool
    doet_mee: bool


async def seen(tx: Transaction, dossier: Dossier, id_: UUID) -> Ronde:
    """One overlegronde. Raises NotFound for one this actor may not know of."""
    found = await store.rounds(tx, dossier.id, id_)
    if not found or not found[0].sees(dossier.actor.sub, clock.now(), works=dossier.shares_it):
        raise NotFound("Deze overlegronde is er niet (meer).")
    return found[0]


async def managed(tx: Transaction, dossier: Dossier, id_: UUID) -> Ronde:
    """The same, for who may change it. Raises Forbidden for who only sees it."""
    ronde = await seen(tx, dossier, id_)
    if not ronde.manages(dossier.actor.sub, works=dossier.shares_it):
        raise Forbidden("Alleen wie de overlegronde begon, kan deze wijzigen.")
    return ronde


async def listed(tx: Transaction, dossier: Dossier) -> list[Ronde]:
    """Those this actor may know of, the newest first."""
    now = clock.now()
    found = await store.rounds(tx, dossier.id)
    return [one for one in found if one.sees(dossier.actor.sub, now, works=dossier.shares_it)]


async def obstacle(tx: Transaction, dossier: Dossier) -> str | None:
    """Why a school that works with the hulpvraag cannot begin one now; None when it can (manual 002:260)."""
    if dossier.toegang.intern or not dossier.regels.ruleset.vraagt_overeenkomst:
        return None
    if await overeenkomst.is_valid(tx, dossier.hulpvraag.swv, dossier.hulpvraag.bestuur, clock.today()):
        return None
    return "Uw bestuur heeft nu geen geldige verwerkersovereenkomst. Een overlegronde beginnen kan alleen daarmee."


async def start(tx: Transaction, dossier: Dossier, opzet: Opzet) -> UUID:
    """Start one. Raises Forbidden for who does not work with the hulpvraag, InvalidInput for a day that will not do.

    Raises Unprocessable for a school without the agreement that the rules ask for.
    """
    if not dossier.shares_it:
        raise Forbidden("Alleen wie aan deze hulpvraag werkt, begint een overlegronde.")
    if (reason := await obstacle(tx, dossier)) is not None:
        fault = Fault(field="bestuur", rule="verwerkersovereenkomst", message=reason)
        raise Unprocessable(reason, fouten=[fault.model_dump()])
    toegang.check_last_day(opzet.deadline, clock.today(), field="deadline")
    now, end, actor = clock.now(), clock.end_of(opzet.deadline), dossier.actor
    ronde = Ronde(
        id=clock.new_id(),
        onderwerp=opzet.onderwerp,
        omschrijving=opzet.omschrijving,
        tot=end,
        gesloten=False,
        besloten_reacties=opzet.besloten_reacties,
        besloten_deelname=opzet.besloten_deelname,
        organisator=actor.sub,
        organisator_naam=actor.naam,
        begonnen_op=now,
        deelnemers=[Deelnemer(clock.new_id(), actor.sub, actor.naam, actor.email)] if opzet.doet_mee else [],
    )
    await store.start(tx, dossier.id, ronde, actor.email, dossier.toegang.rollen, clock.reminder(end, now))
    tx.audit("overleg.gestart", subject=dossier.id, actor=actor.sub, overlegronde=ronde.id, tot=end.isoformat())
    return ronde.id


async def extend(tx: Transaction, dossier: Dossier, ronde: Ronde, last: date) -> None:
    """Let it end with another day, also when it is over (manual 002:274). Raises InvalidInput."""
    toegang.check_last_day(last, clock.today(), field="deadline")
    end = clock.end_of(last)
    await store.move(tx, ronde.id, end, clock.reminder(end, clock.now()), gesloten=False)
    _audit(tx, dossier, ronde, "overleg.deadline", tot=end.isoformat())


async def close(tx: Transaction, dossier: Dossier, ronde: Ronde) -> None:
    """End it now. What is over stays so."""
    now = clock.now()
    if now < ronde.tot:
        await store.move(tx, ronde.id, now, None, gesloten=True)
        for one in ronde.deelnemers:
            token_epoch.begin(tx, one.account)
        _audit(tx, dossier, ronde, "overleg.gesloten")


async def join(tx: Transaction, dossier: Dossier, ronde: Ronde, who: Genodigde, *, nieuw: bool) -> None:
    """Let someone take part, and mail them; the same again is nothing new. Raises Conflict when it is over, or InvalidInput.

    ``nieuw`` is someone whose account is made for this.
    """
    now = clock.now()
    if now >= ronde.tot:
        raise Conflict("Deze overlegronde is voorbij. Kies eerst een nieuwe laatste dag.")
    if nieuw:
        overleg.check_name(who.naam, dossier.hulpvraag.ingediend.leerling)
    if ronde.takes_part(who.account):
        return
    one = Deelnemer(clock.new_id(), who.account, who.naam, who.email)
    await store.join(tx, ronde.id, one, now)
    if who.account != ronde.organisator:
        tell_invited(tx, dossier.about, ronde, one)
    _audit(tx, dossier, ronde, "overleg.deelnemer_erbij", account=who.account)


async def leave(tx: Transaction, dossier: Dossier, ronde: Ronde, deelnemer: UUID) -> None:
    """Someone takes part no more, from now on; the organiser may leave too. Raises NotFound."""
    found = next((one for one in ronde.deelnemers if one.id == deelnemer), None)
    if found is None:
        raise NotFound("Deze deelnemer is er niet (meer).")
    await store.leave(tx, deelnemer, clock.now())
    token_epoch.begin(tx, found.account)
    _audit(tx, dossier, ronde, "overleg.deelnemer_eraf", account=found.account)


async def choose_mails(tx: Transaction, dossier: Dossier, ronde: Ronde, *, mails: bool) -> None:
    """Choose for oneself whether to hear of reactions and of the approaching end. Raises Forbidden for who takes no part."""
    own = next((one for one in ronde.deelnemers if one.account == dossier.actor.sub), None)
    if own is None:
        raise Forbidden("U doet niet mee aan deze overlegronde en krijgt er geen mails van.")
    await store.choose_mails(tx, own.id, mails=mails)
    _audit(tx, dossier, ronde, "overleg.mails", mails=mails)


async def react(tx: Transaction, dossier: Dossier, ronde: Ronde, tekst: str) -> UUID:
    """Say something; who may read it and wants to hear gets a mail. Raises Forbidden for who takes no part, or Conflict."""
    actor, now = dossier.actor, clock.now()
    if not ronde.takes_part(actor.sub):
        raise Forbidden("U doet niet mee aan deze overlegronde. Reageren kan dan niet.")
    if not ronde.reacts(actor.sub, now):
        raise Conflict("Deze overlegronde is voorbij. Reageren kan niet meer.")
    id_ = clock.new_id()
    await store.react(tx, id_, ronde.id, (actor.sub, actor.naam), tekst, now)
    tell_reacted(tx, dossier, ronde, actor.sub)
    _audit(tx, dossier, ronde, "overleg.reactie", reactie=id_)
    return id_


def _audit(tx: Transaction, dossier: Dossier, ronde: Ronde, action: str, **details: object) -> None:
    tx.audit(action, subject=dossier.id, actor=dossier.actor.sub, overlegronde=ronde.id, **details)
