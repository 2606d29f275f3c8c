"""Which roles let someone in, for a service that has no rule set of its own (intake, bron-export).

>>> await keep(tx, event.data)                              # on RegelsGepubliceerd: what workflow told of an SWV's roles
>>> async def route(actor: ActorWithRole): ...              # 403 for a school's or SWV's account without such a role

Deny by default: an SWV of which no rules were told lets nobody of a school or of itself in. A board's account needs no role: it
answers for its schools (docs/decisions/2026-11-27-roles-told-by-workflow.md). The table ``rollen`` is each service's own.
"""

from collections.abc import Iterable
from typing import Annotated

from fastapi import Depends, Request

from shared.auth import CurrentActor
from shared.contracts.workflow import RegelsGepubliceerd, Rolnaam
from shared.database import Database, Transaction
from shared.errors import Forbidden
from shared.tokens import Actor

_KEEP = """
INSERT INTO rollen (swv, versie, namen) VALUES ($1, $2, $3)
ON CONFLICT (swv) DO UPDATE SET versie = EXCLUDED.versie, namen = EXCLUDED.namen WHERE rollen.versie < EXCLUDED.versie
"""
_OF = "SELECT namen FROM rollen WHERE swv = $1"


async def keep(tx: Transaction, told: RegelsGepubliceerd) -> None:
    """Remember the roles of an SWV; an older version than known is ignored."""
    await tx.execute(_KEEP, told.swv, told.versie, [each.model_dump(mode="json") for each in told.rollen])


def check_role(actor: Actor, known: Iterable[Rolnaam]) -> None:
    """Raise Forbidden for someone of a school or SWV without a role that is known for their kind of organisation."""
    if actor.soort in {"school", "swv"}:
        held = {each.naam for each in known if each.soort == actor.soort}
        if held.isdisjoint(actor.rollen):
            raise Forbidden


async def roles_of_swv(request: Request, actor: CurrentActor) -> tuple[Rolnaam, ...]:
    """The roles of the SWV that an actor asks about; none when nothing was told of it."""
    database: Database = request.app.state.service.database
    namen = await database.pool.fetchval(_OF, actor.swv)
    return tuple(Rolnaam.model_validate(each) for each in namen or ())


RolesOfSwv = Annotated[tuple[Rolnaam, ...], Depends(roles_of_swv)]


async def _actor_with_role(actor: CurrentActor, known: RolesOfSwv) -> Actor:
    check_role(actor, known)
    return actor


ActorWithRole = Annotated[Actor, Depends(_actor_with_role)]
