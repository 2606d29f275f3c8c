"""Overlegrondes in a staff change: who takes over may be in which, comes in where the leaver goes out, and goes out at an undo.

>>> dingen = await with_rights(tx, rulesets, opdracht, await store.found(tx, opdracht, lock=True))
>>> await come_in(tx, stap, opdracht.naar, clock.now())         # with the mail of an invitation
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from shared import clock
from shared.database import Transaction
from shared.errors import NotFound
from shared.tokens import Actor
from workflow.access import access
from workflow.domain.overdracht import Ding, Opdracht, Opvolger, Stap
from workflow.domain.overleg import Deelnemer
from workflow.registry import RuleSets
from workflow.store import hulpvraag as hulpvraag_store
from workflow.store import overleg as store
from workflow.usecases.dossier import About
from workflow.usecases.overlegmail import tell_invited


async def with_rights(tx: Transaction, rulesets: RuleSets, opdracht: Opdracht, dingen: Iterable[Ding]) -> list[Ding]:
    """Say of each overlegronde as what who takes over works with its hulpvraag, by the decision that every route asks."""
    actor, dingen = _actor(opdracht), list(dingen)
    if actor is None:
        return dingen
    about = {ding.hulpvraag for ding in dingen if ding.soort in {"overlegronde", "deelname"}}
    works_as = {hulpvraag: await _works_as(tx, rulesets, actor, hulpvraag) for hulpvraag in about}
    return [replace(ding, opvolger_als=works_as.get(ding.hulpvraag)) for ding in dingen]


async def come_in(tx: Transaction, stap: Stap, naar: Opvolger, at: datetime) -> None:
    """Let who takes over take part, and mail them; nothing when they do already."""
    hulpvraag = await hulpvraag_store.find_by_id(tx, stap.hulpvraag) if stap.hulpvraag else None
    if hulpvraag is None or naar.account is None:
        return
    [ronde] = await store.rounds(tx, hulpvraag.id, await store.round_of(tx, UUID(stap.wat)))
    if not ronde.takes_part(naar.account):
        one = Deelnemer(clock.new_id(), naar.account, naar.naam, naar.email)
        await store.join(tx, ronde.id, one, at)
        tell_invited(tx, About.of_one(hulpvraag), ronde, one)


async def go_out(tx: Transaction, stap: Stap, account: UUID, since: datetime, at: datetime) -> None:
    """Take who took over out again, where they came in with the handover."""
    await store.take_out(tx, await store.round_of(tx, UUID(stap.wat)), account, since, at)


async def _works_as(tx: Transaction, rulesets: RuleSets, actor: Actor, id_: UUID | None) -> frozenset[str] | None:
    hulpvraag = await hulpvraag_store.find_by_id(tx, id_) if id_ else None
    if hulpvraag is None:
        return None
    regels = await rulesets.pinned(tx.connection, hulpvraag.swv, hulpvraag.regels_versie)
    try:
        toegang = access(actor, regels, hulpvraag)
    except NotFound:
        return None
    return None if toegang.looks_only or toegang.beperkt else toegang.rollen


def _actor(opdracht: Opdracht) -> Actor | None:
    """Who takes over: an account of the school, or of the SWV for a coordinator; None without one."""
    naar = opdracht.naar
    if naar.account is None:
        return None
    return Actor(
        sub=naar.account,
        naam=naar.naam,
        email=naar.email,
        organisatie=opdracht.school or opdracht.swv,
        soort=opdracht.soort if opdracht.soort == "school" else "swv",
        swv=opdracht.swv,
        rollen=naar.rollen,
    )
