"""The OSO dossiers that a school's system sent with a hulpvraag: what stands in them, and the original for the SWV.

>>> found = await osodossiers.listed(services, actor, 100001, hulpvraag)
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from gateway.adapters.services import Services
from gateway.adapters.storage import Storage
from gateway.models.osodossiers import OsoDossiers
from gateway.usecases import hulpvragen
from gateway.usecases.bijlagen import Download, followed, leave
from shared.tokens import Actor


async def listed(services: Services, actor: Actor, dossiernummer: int, hulpvraag: UUID) -> OsoDossiers:
    """List them, the newest first. Raises Forbidden for who may not see what the hulpvraag holds."""
    token = await leave(services, actor, dossiernummer, "oso-dossier-bekijken", dienst="intake")
    params = {"hulpvraag": str(hulpvraag)}
    answer = await services.ask("intake", "GET", "/osodossiers", actor, params=params, capability=token)
    return OsoDossiers.model_validate(answer.body)


@asynccontextmanager
async def opened(
    services: Services, storage: Storage, actor: Actor, dossiernummer: int, osodossier: UUID
) -> AsyncIterator[Download]:
    """Open the original for reading. Raises NotFound or Forbidden."""
    seen = await hulpvragen.show(services, actor, dossiernummer)
    token = await leave(services, actor, dossiernummer, "oso-dossier-downloaden")
    params = {"hulpvraag": str(seen.hulpvraag.hulpvraag)}
    path = f"/oso-dossiers/{osodossier}/originelen"
    answer = await services.ask("documents", "POST", path, actor, params=params, capability=token)
    async with followed(storage, answer.body) as download:
        yield download
