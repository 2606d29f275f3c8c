"""Looking at registrations; every look at a dossier is on record."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bron_export.domain.registratie import Registratie
from bron_export.store import logboek
from bron_export.store import registraties as store
from bron_export.toegang import reach, seen
from shared.contracts.bron_export import Registratiestaat
from shared.database import Transaction
from shared.tokens import Actor

PAGE = 50


@dataclass(frozen=True, slots=True)
class Inzage:
    """A registration with everything that was tried and corrected."""

    registratie: Registratie
    pogingen: list[dict[str, Any]]
    correcties: list[dict[str, Any]]


async def list_registrations(
    tx: Transaction, actor: Actor, *, hulpvraag: UUID | None, staat: Registratiestaat | None, pagina: int
) -> tuple[list[Registratie], bool]:
    """Return a page of what this actor may see, and whether there is more."""
    found = await store.listed(tx, **reach(actor), hulpvraag=hulpvraag, staat=staat, limit=PAGE + 1, offset=(pagina - 1) * PAGE)
    for subject in dict.fromkeys(each.hulpvraag for each in found[:PAGE]) or [hulpvraag or actor.organisatie]:
        tx.audit("registraties.bekeken", subject=subject, actor=actor.sub)
    return found[:PAGE], len(found) > PAGE


async def show(tx: Transaction, actor: Actor, registratie: UUID) -> Inzage:
    """Return one registration with its history. Raises NotFound."""
    found = seen(actor, await store.find(tx, registratie))
    tx.audit("registratie.bekeken", subject=found.hulpvraag, actor=actor.sub, registratie=found.id)
    attempts = [dict(row) for row in await logboek.attempts(tx, found.id)]
    corrections = [dict(row) for row in await logboek.corrections(tx, found.id)]
    return Inzage(found, attempts, corrections)
