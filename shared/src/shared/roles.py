"""Which roles let someone in, for a service that has no rule set of its own (intake, bron-export, gateway).

>>> await keep(tx, event.data)                              # on RegelsGepubliceerd: what workflow told of an SWV's roles
>>> async def route(actor: ActorWithRole): ...              # 403 for an account without such a role, or bound to a platform

Deny by default: an SWV of which no rules were told lets nobody of a school or of itself in. A board's account needs no role: it
answers for its schools (docs/decisions/2026-11-27-roles-told-by-workflow.md). The table ``rollen`` is each service's own.
"""

from collections.abc import Iterable
from typing import Annotated

import asyncpg
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
_ALL = "SELECT swv, namen FROM rollen"
_OF = "SELECT namen FROM rollen WHERE swv = $1"


async def keep(tx: Transaction, told: RegelsGepubliceerd) -> None:
    """Remember the roles of an SWV; an older version than known is ignored."""
    await tx.execute(_KEEP, told.swv, told.versie, [each.model_dump(mode="json") for each in told.rollen])


def check_role(actor: Actor, known: Iterable[Rolnaam], *, by_school: bool = False) -> None:
    """Raise Forbidden for anyone but a board without a role that is known for their kind of organisation.

    Whoever is bound to a platform stays out, too, unless the route goes by school (``ActorBySchool``) and they have a platform.
    """
    if actor.soort not in {"bestuur", "systeem"}:
        held = [each for each in known if each.soort == actor.soort and each.naam in actor.rollen]
        is_let_in = by_school and actor.platforms
        if all(each.alleen_cijfers for each in held) or (_is_bound(actor, held) and not is_let_in):
            raise Forbidden


def require_manager(actor: Actor, known: Iterable[Rolnaam]) -> None:
    """Raise Forbidden for who does not manage the accounts and organisations of their SWV (base kind ``beheerder``)."""
    held = [each for each in known if each.naam in actor.rollen]
    manages = any(each.beheert_accounts for each in held) and not _is_bound(actor, held)
    if actor.soort != "swv" or actor.organisatie != actor.swv or not manages:
        raise Forbidden("Dit beheert de applicatiebeheerder van uw samenwerkingsverband.")


def _is_bound(actor: Actor, held: Iterable[Rolnaam]) -> bool:
    """Whether someone sees a platform only: with platforms, or with a role for one."""
    return bool(actor.platforms) or any(each.per_platform for each in held)


async def of_swv(source: "asyncpg.Pool[asyncpg.Record] | Transaction", swv: str) -> tuple[Rolnaam, ...]:
    """The roles of an SWV; none when nothing was told of it."""
    return _read(await source.fetchval(_OF, swv))


async def all_told(pool: "asyncpg.Pool[asyncpg.Record]") -> dict[str, tuple[Rolnaam, ...]]:
    """The roles of every SWV."""
    return {row["swv"]: _read(row["namen"]) for row in await pool.fetch(_ALL)}


def _read(namen: Iterable[object] | None) -> tuple[Rolnaam, ...]:
    return tuple(Rolnaam.model_validate(each) for each in namen or ())


async def roles_of_swv(request: Request, actor: CurrentActor) -> tuple[Rolnaam, ...]:
    """The roles of the SWV that an actor asks about."""
    database: Database = request.app.state.service.database
    return await of_swv(database.pool, actor.swv)


RolesOfSwv = Annotated[tuple[Rolnaam, ...], Depends(roles_of_swv)]


async def _actor_with_role(actor: CurrentActor, known: RolesOfSwv) -> Actor:
    check_role(actor, known)
    return actor


async def _actor_by_school(actor: CurrentActor, known: RolesOfSwv) -> Actor:
    check_role(actor, known, by_school=True)
    return actor


async def _manager(actor: CurrentActor, known: RolesOfSwv) -> Actor:
    require_manager(actor, known)
    return actor


ActorWithRole = Annotated[Actor, Depends(_actor_with_role)]
ActorBySchool = Annotated[Actor, Depends(_actor_by_school)]
"""As ``ActorWithRole``, for a route that shows someone with ``platforms`` what is of the schools of these, and nothing else."""
Manager = Annotated[Actor, Depends(_manager)]
"""Who manages the accounts and organisations of the SWV they work for; 403 for anyone else."""
