"""Leave for another service: one act on one thing, at most a minute and never past the end of access."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from joserfc.jwk import OKPKey

from shared import clock, context, tokens
from shared.database import Transaction
from shared.errors import Fault, Forbidden, InvalidInput, NotFound
from workflow.access import Handeling
from workflow.domain.overleg import Ronde
from workflow.store import overleg
from workflow.usecases.dossier import Dossier

Dienst = Literal["intake", "documents", "notify", "bron-export"]
"""Who honours a capability. Bijlagen are of documents; each has a log."""


@dataclass(frozen=True, slots=True)
class Machtiging:
    """A signed capability and the moment it stops working."""

    token: str
    verloopt_op: datetime | None


async def grant(
    tx: Transaction, dossier: Dossier, handeling: Handeling, bijlage: UUID | None, dienst: Dienst, key: OKPKey
) -> Machtiging:
    """Sign a capability for one service, that holds to the hulpvraag in it. Raises Forbidden, InvalidInput."""
    if not dossier.toegang.may(handeling):
        raise Forbidden
    if (handeling == "bijlage-downloaden") != (bijlage is not None):
        message = "Noem de bijlage bij bijlage-downloaden, en alleen dan."
        raise InvalidInput([Fault(field="bijlage", rule="bij-handeling", message=message)])
    return sign(tx, dossier, handeling, (dossier.id, bijlage), dienst, dossier.toegang.tot, key)


async def grant_in_round(
    tx: Transaction, dossier: Dossier, ronde: Ronde, reactie: UUID, bijlage: UUID | None, key: OKPKey
) -> Machtiging:
    """Sign one for a file of a reaction: to download it, or without ``bijlage`` to add some to one's own.

    documents keeps these files under the id of the reaction, as it keeps others under that of the hulpvraag. Raises NotFound
    for what this actor may not read, and Forbidden for adding to a reaction of someone else, or when the round is over.
    """
    now, who, works = clock.now(), dossier.actor.sub, dossier.shares_it
    author = await overleg.author(tx, ronde.id, reactie, bijlage)
    if author is None or not ronde.reads(who, author, now, works=works):
        raise NotFound
    if bijlage is None:
        if author != who or not ronde.reacts(who, now):
            raise Forbidden("Een bestand toevoegen kan alleen bij uw eigen reactie, zolang de overlegronde loopt.")
        return sign(tx, dossier, "bijlage-toevoegen", (reactie, None), "documents", ronde.tot, key)
    end = dossier.toegang.tot if ronde.reads(who, author, ronde.tot, works=works) else ronde.tot
    return sign(tx, dossier, "bijlage-downloaden", (reactie, bijlage), "documents", end, key)


def sign(
    tx: Transaction,
    dossier: Dossier,
    handeling: Handeling,
    what: tuple[UUID, UUID | None],
    dienst: Dienst,
    end: datetime | None,
    key: OKPKey,
) -> Machtiging:
    """Sign it for a hulpvraag or reaction, or a bijlage of it, to end before ``end``. Raises NotFound when that is too near."""
    bij, bijlage = what
    resource = f"bijlage:{bijlage}" if bijlage else f"hulpvraag:{bij}"
    lifetime = tokens.LIFETIME
    if end is not None:  # a token counts whole seconds, and may begin in the next one
        lifetime = min(lifetime, end - clock.now() - timedelta(seconds=1))
    if lifetime < timedelta(seconds=1):
        raise NotFound
    who = context.current().trail.who
    capability = tokens.Capability(
        act=handeling,
        resource=resource,
        bij=bij,
        actor=dossier.actor.sub,
        swv=dossier.hulpvraag.swv,
        grond=who.get("grond", ""),
        tot=who.get("tot"),
    )
    token = tokens.grant(capability, issuer="workflow", audience=dienst, key=key, lifetime=lifetime)
    action = "hulpvraag.inzage" if handeling == "inzage-maken" else "hulpvraag.machtiging"
    tx.audit(action, subject=dossier.id, actor=dossier.actor.sub, handeling=handeling, waarop=resource)
    return Machtiging(token, tokens.granted(token, audience=dienst, key=key).until)
