"""Verification codes of a school: seen, made and stopped by the school, its board, or who manages the SWV.

>>> made, code = await make(tx, school="99XA00", naam="Esis, locatie Bos", actor=actor.sub)
"""

from collections.abc import Iterable
from uuid import UUID

from intake.domain.verificatiecode import MOST, hash_of, new_code
from intake.store import koppelingen, organisations
from intake.usecases.consult import scope
from shared import clock
from shared.contracts.workflow import Rolnaam
from shared.database import Transaction
from shared.errors import Conflict, NotFound
from shared.roles import require_manager
from shared.tokens import Actor


async def check_school(tx: Transaction, actor: Actor, known: Iterable[Rolnaam], school: str) -> str:
    """Return the name of a school. Raises Forbidden for staff who do not manage the SWV, NotFound for what is not theirs."""
    if actor.soort == "swv":
        require_manager(actor, known)
    own, bestuur, platforms = scope(actor)
    found = await organisations.schools(tx, actor.swv, school, bestuur, platforms) if own in {None, school} else []
    if not found:
        raise NotFound("Deze school bestaat niet, of is niet van uw organisatie.")
    return str(found[0]["naam"])


async def make(tx: Transaction, school: str, naam: str, actor: UUID | str) -> tuple[UUID, str]:
    """Make a code and return it, this once. Raises Conflict when a school has very many that are not stopped."""
    if await koppelingen.living(tx, school) >= MOST:
        raise Conflict(f"Deze school heeft al {MOST} verificatiecodes. Stop eerst een code die u niet meer gebruikt.")
    id_, code = clock.new_id(), new_code(school)
    await koppelingen.add(tx, id_, school, naam, hash_of(code), str(actor))
    tx.audit("verificatiecode.gemaakt", subject=school, actor=actor, verificatiecode=str(id_))
    return id_, code


async def stop(tx: Transaction, school: str, code: UUID, actor: UUID | str) -> None:
    """Let a code open nothing more, at once and for good. Raises NotFound when there is none, or it was stopped."""
    if not await koppelingen.stop(tx, code, school, str(actor)):
        raise NotFound("Deze verificatiecode bestaat niet, of is al gestopt.")
    tx.audit("verificatiecode.gestopt", subject=school, actor=actor, verificatiecode=str(code))
