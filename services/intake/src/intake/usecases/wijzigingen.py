"""Changed personal data: shown as a difference, until a person of the SWV took note."""

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from intake.domain.verschil import Wijziging, changes
from intake.store import wijzigingen as store
from intake.usecases.consult import find_dossier
from shared import clock
from shared.database import Transaction
from shared.errors import Conflict, Forbidden
from shared.tokens import Actor


@dataclass(frozen=True, slots=True)
class Wijzigingen:
    """What changed, the newest first; ``gezien`` is who took note and up to which version."""

    versie: int
    wijzigingen: list[Wijziging]
    gezien: asyncpg.Record | None


async def view_changes(tx: Transaction, actor: Actor, wanted: UUID) -> Wijzigingen:
    """Show what changed in a dossier. Raises NotFound, also for one of another organisation."""
    dossier = await find_dossier(tx, actor, wanted)
    found = changes(await store.versions(tx, wanted))
    numbers = [one.dossiernummer for one in found if one.dossiernummer is not None]
    tx.audit("dossier.wijzigingen_bekeken", subject=wanted, actor=actor.sub, dossiernummers=numbers)
    return Wijzigingen(dossier["versie"], found, await store.noted(tx, wanted))


async def view_contents(tx: Transaction, actor: Actor, wanted: UUID) -> list[asyncpg.Record]:
    """Show what the hulpvragen of a dossier held before their school changed them. Raises NotFound, Forbidden."""
    await find_dossier(tx, actor, wanted)
    found = await store.contents(tx, wanted)
    numbers = sorted({row["dossiernummer"] for row in found})
    tx.audit("dossier.eerdere_inhoud_bekeken", subject=wanted, actor=actor.sub, dossiernummers=numbers)
    return found


async def take_note(tx: Transaction, actor: Actor, wanted: UUID, versie: int) -> None:
    """Note that a person of the SWV saw the data up to this version. Raises Forbidden, NotFound, Conflict."""
    if actor.soort != "swv":
        raise Forbidden("Het samenwerkingsverband neemt kennis van gewijzigde gegevens.")
    dossier = await find_dossier(tx, actor, wanted)
    if versie > dossier["versie"]:
        raise Conflict("Deze versie van de gegevens bestaat niet.")
    await store.note(tx, wanted, versie, actor.sub, actor.naam, clock.now())
    tx.audit("dossier.kennisgenomen", subject=wanted, actor=actor.sub, versie=versie)
