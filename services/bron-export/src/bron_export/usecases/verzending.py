"""One attempt at the register, cut in three so that a process may die anywhere: claim, begin, settle.

Before the first byte leaves, the attempt is a committed row. Whoever finds such a row without an outcome knows that the
register may have been told, and asks before it tells again.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bron_export.domain import reeks as domain
from bron_export.domain.mandaat import geldend
from bron_export.domain.reeks import Handeling, Reeks, Uitkomst
from bron_export.domain.registratie import Registratie
from bron_export.domain.wachttijd import Wachttijden
from bron_export.store import logboek, mandaten
from bron_export.store import registraties as store
from bron_export.usecases.opslaan import store_changes
from shared import clock
from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class Claim:
    """A registration that is ours until ``tot``, unless we are slower than that."""

    registratie: UUID
    besluit: UUID
    correlation_id: UUID
    traceparent: str | None
    tot: datetime


@dataclass(frozen=True, slots=True)
class Opdracht:
    """What must be done at the register now, as attempt ``poging``."""

    claim: Claim
    poging: UUID
    handeling: Handeling
    registratie: Registratie


async def claim_due(tx: Transaction, *, lease: float, limit: int) -> list[Claim]:
    """Take what is due for ``lease`` seconds."""
    rows = await store.claim(tx, lease, limit)
    return [Claim(row["id"], row["besluit"], row["correlation_id"], row["traceparent"], row["geclaimd_tot"]) for row in rows]


async def begin_attempt(tx: Transaction, claim: Claim, tijden: Wachttijden) -> Opdracht | None:
    """Decide what must be done and note that it begins. None: nothing to do, or not without a mandate."""
    nu = clock.now()
    old = await store.load_locked(tx, claim.besluit)
    new = domain.herstel(old, claim.registratie, nu, tijden)
    registratie = new.vind(claim.registratie)
    handeling = domain.handeling(new, registratie)
    opdracht = None
    if handeling is not None:
        mandaat = registratie.mandaat if handeling == "vragen" else await _mandate(tx, registratie)
        if mandaat is None:
            new = domain.wacht(new, registratie.id, "geen-mandaat", nu, tijden)
        else:
            poging = clock.new_id()
            new = domain.begin(new, registratie.id, poging=poging, mandaat=mandaat)
            opdracht = Opdracht(claim, poging, handeling, new.vind(registratie.id))
            await logboek.attempt_begun(tx, poging, opdracht.registratie, handeling)
    await store_changes(tx, old, new)
    if opdracht is None:
        await store.release(tx, claim.registratie, claim.tot)
    return opdracht


async def settle_attempt(tx: Transaction, opdracht: Opdracht, uitkomst: Uitkomst, tijden: Wachttijden) -> None:
    """Take in what came of it, unless another attempt has taken its place."""
    old: Reeks = await store.load_locked(tx, opdracht.claim.besluit)
    new = domain.verwerk(old, opdracht.registratie.id, opdracht.poging, uitkomst, clock.now(), tijden)
    await logboek.attempt_ended(
        tx,
        opdracht.poging,
        opdracht.registratie,
        opdracht.handeling,
        uitkomst=uitkomst.gebeurtenis,
        detail=uitkomst.detail,
        signalen=uitkomst.signalen,
    )
    await store_changes(tx, old, new)
    await store.release(tx, opdracht.claim.registratie, opdracht.claim.tot)


async def _mandate(tx: Transaction, registratie: Registratie) -> UUID | None:
    data = registratie.gegevens
    found = geldend(await mandaten.mandates(tx, data.swv, data.school), registratie.bestuur)
    return found.id if found is not None and found.is_geldig(clock.today()) else None
