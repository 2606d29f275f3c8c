"""Leave for documents: one act on one thing, at most a minute and never past the end of access."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from joserfc.jwk import OKPKey

from shared import clock, tokens
from shared.database import Transaction
from shared.errors import Fault, Forbidden, InvalidInput, NotFound
from workflow.access import Handeling
from workflow.store import hulpvraag as store
from workflow.usecases.dossier import Dossier

AUDIENCE = "documents"


@dataclass(frozen=True, slots=True)
class Machtiging:
    """A signed capability and the moment it stops working."""

    token: str
    verloopt_op: datetime | None


async def grant(tx: Transaction, dossier: Dossier, handeling: Handeling, bijlage: UUID | None, key: OKPKey) -> Machtiging:
    """Sign a capability for documents. Raises Forbidden, InvalidInput, or NotFound for a bijlage of another hulpvraag."""
    if not dossier.toegang.may(handeling):
        raise Forbidden
    if (handeling == "bijlage-downloaden") != (bijlage is not None):
        message = "Noem de bijlage bij bijlage-downloaden, en alleen dan."
        raise InvalidInput([Fault(field="bijlage", rule="bij-handeling", message=message)])
    if bijlage is not None and not await store.has_bijlage(tx, dossier.id, bijlage):
        raise NotFound
    lifetime = tokens.LIFETIME
    if dossier.toegang.tot is not None:  # a token counts whole seconds, and may begin in the next one
        lifetime = min(lifetime, dossier.toegang.tot - clock.now() - timedelta(seconds=1))
    if lifetime < timedelta(seconds=1):
        raise NotFound
    resource = f"bijlage:{bijlage}" if bijlage else f"hulpvraag:{dossier.id}"
    capability = tokens.Capability(act=handeling, resource=resource, actor=dossier.actor.sub, swv=dossier.hulpvraag.swv)
    token = tokens.grant(capability, issuer="workflow", audience=AUDIENCE, key=key, lifetime=lifetime)
    tx.audit("hulpvraag.machtiging", subject=dossier.id, actor=dossier.actor.sub, handeling=handeling, bijlage=bijlage)
    return Machtiging(token, tokens.granted(token, audience=AUDIENCE, key=key).until)
