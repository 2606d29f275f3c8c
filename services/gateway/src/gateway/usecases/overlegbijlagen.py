"""Files of a reaction in an overlegronde: workflow gives leave, documents keeps them under the id of the reaction.

>>> await add(services, storage, actor, Reactieplaats(100001, ronde, reactie), form.files, key=key)
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from gateway.adapters.multipart import File
from gateway.adapters.services import Services
from gateway.adapters.storage import Storage
from gateway.models.bijlagen import BijlagenAangenomen
from gateway.usecases.bijlagen import Download, Place, fetched, send
from shared.tokens import Actor


@dataclass(frozen=True, slots=True)
class Reactieplaats:
    """Where a reaction stands."""

    dossiernummer: int
    ronde: UUID
    reactie: UUID


async def add(
    services: Services, storage: Storage, actor: Actor, at: Reactieplaats, files: Sequence[File], *, key: str | None
) -> BijlagenAangenomen:
    """Add files to one's own reaction. Raises Forbidden for another's or when it is over, NotFound, or InvalidInput."""

    async def may_add() -> str:
        return await _leave(services, actor, at)

    return await send(services, storage, actor, Place(at.reactie, at.dossiernummer), files, may=may_add, key=key)


@asynccontextmanager
async def opened(
    services: Services, storage: Storage, actor: Actor, at: Reactieplaats, bijlage: UUID
) -> AsyncIterator[Download]:
    """Open a file of a reaction. Raises NotFound for one this person may not read."""
    token = await _leave(services, actor, at, bijlage)
    async with fetched(services, storage, actor, bijlage, token) as download:
        yield download


async def _leave(services: Services, actor: Actor, at: Reactieplaats, bijlage: UUID | None = None) -> str:
    path = f"/hulpvragen/{at.dossiernummer}/overlegrondes/{at.ronde}/reacties/{at.reactie}/machtigingen"
    body = {} if bijlage is None else {"bijlage": str(bijlage)}
    answer = await services.ask("workflow", "POST", path, actor, json=body)
    return str(answer.body["machtiging"])
