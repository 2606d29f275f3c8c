"""Who saw and did what with a hulpvraag, for the people of the SWV: they answer for it, also to parents (AVG art. 15)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from shared.auth import CurrentActor
from shared.errors import Forbidden
from shared.logboek import Logboek, about
from workflow.api.hulpvragen import Dossiernummer
from workflow.api.ports import UsedPorts
from workflow.usecases.dossier import opened

router = APIRouter(tags=["logboek"])


@router.get("/hulpvragen/{dossiernummer}/logboek")
async def logboek(
    actor: CurrentActor, ports: UsedPorts, dossiernummer: Dossiernummer, voor: Annotated[UUID | None, Query()] = None
) -> Logboek:
    """What workflow's own log says of it, the newest first. The other services say theirs against a ``machtiging``."""
    async with ports.database.transaction() as tx:
        dossier = await opened(tx, ports.rulesets, actor, dossiernummer, lock=False)
        if not dossier.answers_for_it:
            raise Forbidden
        found = await about(tx, dossier.id, dossiernummer, voor)
        tx.audit("logboek.bekeken", subject=dossier.id, actor=actor.sub, dossiernummer=dossiernummer)
    return found
