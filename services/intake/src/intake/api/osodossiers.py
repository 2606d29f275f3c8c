"""The OSO dossiers that came with a hulpvraag, against leave of workflow, which says who may see the hulpvraag."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Query

from intake.api.base import UsedDatabase
from intake.store import osodossiers as store
from shared.capability import CurrentCapability, permit
from shared.contracts.connector import Bevinding, Public

router = APIRouter()


class OsoDossierAntwoord(Public):
    """An OSO dossier and what became of it. ``gegevens`` are called as in OSO 2019.1, without what was opted out or secret.

    ``bijlagen`` are the names of the files in it that went on to documents; ``bewaard``: the original is there.
    """

    osodossier: UUID
    staat: Literal["aangeboden", "te lezen", "gelezen", "afgewezen"]
    gegevensblokken: tuple[str, ...]
    versie: int | None = None
    standaard: str | None = None
    profiel: str | None = None
    gegevens: dict[str, Any] | None = None
    bijlagen: tuple[str, ...] = ()
    bevindingen: tuple[Bevinding, ...] = ()
    bewaard: bool = False
    aangeboden_op: datetime
    afgehandeld_op: datetime | None = None


class OsoDossiers(Public):
    """The newest first."""

    osodossiers: tuple[OsoDossierAntwoord, ...]


@router.get("/osodossiers", summary="OSO-dossiers bij een hulpvraag")
async def osodossiers(
    hulpvraag: Annotated[UUID, Query()], database: UsedDatabase, capability: CurrentCapability
) -> OsoDossiers:
    """Show what the school's system sent along. It is on record who looked."""
    permit(capability, "oso-dossier-bekijken", f"hulpvraag:{hulpvraag}")
    async with database.transaction() as tx:
        rows = await store.of_hulpvraag(tx, hulpvraag)
        tx.audit("oso-dossier.bekeken", subject=hulpvraag, actor=capability.actor, aantal=len(rows))
    return OsoDossiers(osodossiers=tuple(_shown(row) for row in rows))


def _shown(row: asyncpg.Record) -> OsoDossierAntwoord:
    given = {name: row[name] for name in OsoDossierAntwoord.model_fields if name not in {"osodossier", "bewaard"}}
    return OsoDossierAntwoord(osodossier=row["id"], bewaard=bool(row["bewaard"]), **given)
