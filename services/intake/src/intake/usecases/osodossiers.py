"""An OSO dossier from being offered with a hulpvraag until it is read: what documents and the school's system are told."""

import hashlib
import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

import asyncpg

from intake.domain import names
from intake.domain.facts import HulpvraagFact
from intake.domain.osodossier import Oordeel, unreadable
from intake.store import osodossiers as store
from intake.store import outgoing
from intake.usecases.batch import Accepted
from shared import clock, context, telemetry
from shared.contracts.connector import Bevinding, BijlagenToevoegen, DossierBericht, HulpvraagIndienen
from shared.contracts.documents import OsoDossierBeoordeeld
from shared.contracts.intake import OsoDossierAangeboden, OsoDossierVerwerkt
from shared.database import Transaction
from shared.envelope import Event


class ClaimLost(Exception):
    """Another replica settled this dossier meanwhile: nothing of ours may stay."""


async def offer(
    tx: Transaction, connector: str, each: Accepted[HulpvraagIndienen] | Accepted[BijlagenToevoegen], hulpvraag: HulpvraagFact
) -> None:
    """Pass on the OSO dossier that a command names, if any. The same uploadslot again is the same dossier."""
    command = each.command
    if command.oso_dossier is None:
        return
    osodossier, bewijs = names.derived(connector, each.identity, "oso-dossier"), secrets.token_urlsafe(32)
    work = context.current()
    chain = (work.correlation_id, work.causation_id, telemetry.current())
    given: dict[str, Any] = {"uploadslot": command.oso_dossier, "bewijs": bewijs, "blokken": command.gegevensblokken}
    if not await store.offer(tx, osodossier, hulpvraag.id, **given, now=clock.now(), work=chain):
        return
    data = OsoDossierAangeboden(
        swv=hulpvraag.swv,
        hulpvraag=hulpvraag.id,
        dossiernummer=hulpvraag.dossiernummer,
        osodossier=osodossier,
        aanbieder=names.aanbieder(connector),
        uploadslot=command.oso_dossier,
        bewijs=hashlib.sha256(bewijs.encode()).hexdigest(),
    )
    tx.publish(Event.about(data, subject=hulpvraag.id, sequence=1))
    tx.audit("oso-dossier.aangeboden", subject=hulpvraag.id, actor=names.aanbieder(connector), osodossier=osodossier)


async def note_judgement(tx: Transaction, told: OsoDossierBeoordeeld, *, wake: Callable[[], None]) -> str | None:
    """Let it be read, or reject what documents did not take; return the connector that then has something to read."""
    if told.geweigerd is None:
        found = (told.bijlage, told.grootte or 0, told.sha256 or "")
        if await store.judged(tx, told.osodossier, *found, clock.now()):
            tx.after_commit(wake)
        return None
    oordeel = unreadable(told.geweigerd.regel, told.geweigerd.bericht)
    about: dict[str, Any] = {"swv": told.swv, "hulpvraag": told.hulpvraag, "number": told.dossiernummer}
    with suppress(ClaimLost):  # it was told before
        return await settle(tx, told.osodossier, None, oordeel, **about)
    return None


async def settle(
    tx: Transaction,
    osodossier: UUID,
    token: UUID | None,
    oordeel: Oordeel,
    *,
    swv: str,
    hulpvraag: UUID,
    number: int,
    standaard: str | None = None,
    profiel: str | None = None,
    taken: tuple[str, ...] = (),
) -> str | None:
    """Keep what became of it, and tell both: once. Return the connector that has something to read, if any.

    ``taken`` are the names of the bijlagen that went on to documents. Raises ClaimLost when another replica was first.
    """
    kept = store.Settled(
        staat=oordeel.uitkomst,
        bewaard=oordeel.bewaren,
        bevindingen=[found.model_dump(exclude_none=True) for found in oordeel.bevindingen],
        standaard=standaard,
        profiel=profiel,
        gegevens=oordeel.gegevens,
        bijlagen=taken,
    )
    row: asyncpg.Record | None = await store.settle(tx, osodossier, token, kept, clock.now())
    if row is None:
        raise ClaimLost
    done = OsoDossierVerwerkt(swv=swv, hulpvraag=hulpvraag, osodossier=osodossier, bewaren=oordeel.bewaren)
    tx.publish(Event.about(done, subject=hulpvraag, sequence=1))
    tx.audit(f"oso-dossier.{oordeel.uitkomst}", subject=hulpvraag, actor="intake", osodossier=osodossier)
    message = DossierBericht(
        dossiernummer=number,
        uploadslot=row["uploadslot"],
        uitkomst=oordeel.uitkomst,
        bijlagen=taken,
        bevindingen=tuple(Bevinding.model_validate(found, from_attributes=True) for found in oordeel.bevindingen),
    )
    if row["connector"] is None:
        return None
    return await outgoing.about(tx, hulpvraag, row["connector"], DossierBericht.TYPE, message)
