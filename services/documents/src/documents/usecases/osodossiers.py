"""OSO dossiers: kept as any file, read by intake, which fetches one over HTTP and brings back the bijlagen that stand in it.

No person asks for that and nobody signs for it, so intake makes up a secret for each dossier, tells its hash with the event
that offers it, and shows the secret itself here (docs/decisions/2026-11-27-oso-dossier-by-proof.md).
"""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

import asyncpg

from documents.ports import Objects
from documents.store import batches, bijlagen
from documents.usecases.slots import place
from shared.contracts.documents import BijlageGeweigerd, Uploadslot
from shared.contracts.intake import Bestand, OsoDossierVerwerkt
from shared.database import Transaction
from shared.errors import Conflict, Forbidden
from shared.log import get_logger

log = get_logger()

LINK = timedelta(seconds=60)
"""Between being given and the first byte; a download that has begun goes on."""


async def fetch(tx: Transaction, objects: Objects, osodossier: UUID, bewijs: str) -> str:
    """Return a link to the dossier. Raises Forbidden, or Conflict while there is nothing to read."""
    batch = await _proven(tx, osodossier, bewijs)
    (row,) = await bijlagen.of_batch(tx, osodossier)
    if row["staat"] != "beschikbaar":
        raise Conflict("Dit OSO-dossier is er niet.")
    tx.audit("oso-dossier.opgehaald", subject=batch["hulpvraag"], actor="intake", bijlage=row["id"])
    return objects.link(row["bucket"], row["sleutel"], lifetime=LINK)


async def give_slots(
    tx: Transaction,
    objects: Objects,
    osodossier: UUID,
    bewijs: str,
    bestanden: Sequence[Bestand],
    *,
    bucket: str,
    lifetime: timedelta,
) -> list[Uploadslot | BijlageGeweigerd]:
    """Give a place to each bijlage that stood in the dossier, or the rule it breaks; as if its sender brought them."""
    batch = await _proven(tx, osodossier, bewijs)
    whose = {"aanbieder": batch["aanbieder"], "swv": batch["swv"], "hulpvraag": batch["hulpvraag"]}
    places = await place(tx, objects, bestanden, **whose, bucket=bucket, lifetime=lifetime)
    tx.audit("uploadslots.uitgegeven", subject=batch["hulpvraag"], actor="intake", aantal=len(places))
    return places


async def settle(tx: Transaction, told: OsoDossierVerwerkt, *, wake: Callable[[], None]) -> None:
    """Give nothing of it to intake any more; what may not be kept goes, too."""
    await batches.close(tx, told.osodossier)
    if not told.bewaren:
        await bijlagen.forget(tx, told.osodossier)
        tx.audit("oso-dossier.niet-bewaard", subject=told.hulpvraag, actor="intake")
        tx.after_commit(wake)


async def _proven(tx: Transaction, osodossier: UUID, bewijs: str) -> asyncpg.Record:
    batch = await batches.find(tx, osodossier)
    shown = hashlib.sha256(bewijs.encode()).hexdigest()
    if batch is None or batch["bewijs"] is None or not hmac.compare_digest(batch["bewijs"], shown):
        log.warning("proof_refused", osodossier=str(osodossier))
        raise Forbidden("Dit OSO-dossier is niet op te halen.")
    return batch
