"""Schools that go elsewhere, for who manages the organisations of an SWV."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from fastapi import APIRouter

from intake.api.base import UsedDatabase
from intake.domain.organisatie import Organisatie
from intake.domain.verhuizing import VerhuizingOpgave
from intake.store import verhuizing as store
from intake.usecases.verhuizing import plan, preview, undo
from shared.contracts.connector import Public
from shared.errors import NotFound
from shared.http import UNLOGGED
from shared.roles import Manager

router = APIRouter(tags=["organisaties"])

PUBLIC = {UNLOGGED: "scholen, niets over een leerling"}


class VerhuizingVoorbeeld(Public):
    """What would happen. ``blijven``: dossiers that stay, because the other school has one by the same key."""

    naar: Organisatie
    dossiers: int
    blijven: int
    koppelingen: tuple[str, ...]


class Verhuizing(Public):
    """A school that goes elsewhere, or went."""

    verhuizing: UUID
    school: str
    naar: str
    naar_naam: str
    naar_bestuur: str
    per: date
    koppeling_tot: date | None
    accounts: bool
    staat: Literal["gepland", "gedaan", "ongedaan", "mislukt"]
    reden: str
    van_bestuur: str | None
    gemaakt_op: datetime
    gedaan_op: datetime | None
    ongedaan_op: datetime | None


class Verhuizingen(Public):
    """The newest first, at most two hundred."""

    verhuizingen: tuple[Verhuizing, ...]


@router.get(
    "/verhuizingen", summary="Verhuizingen en fusies van scholen", openapi_extra={UNLOGGED: "scholen, niets over een leerling"}
)
async def verhuizingen(database: UsedDatabase, actor: Manager, school: str | None = None) -> Verhuizingen:
    """List them, of one school from it or to it."""
    async with database.transaction() as tx:
        rows = await store.listed(tx, actor.swv, school)
    return Verhuizingen(verhuizingen=tuple(_shown(dict(row)) for row in rows))


@router.post("/verhuizingen/voorbeeld", summary="Wat een verhuizing zou doen")
async def voorbeeld(body: VerhuizingOpgave, database: UsedDatabase, actor: Manager) -> VerhuizingVoorbeeld:
    """Say what would happen; nothing changes."""
    async with database.transaction() as tx:
        found = await preview(tx, actor, body)
    return VerhuizingVoorbeeld(
        naar=found.naar, dossiers=found.dossiers, blijven=found.blijven, koppelingen=tuple(found.koppelingen)
    )


@router.post("/verhuizingen", status_code=201, summary="Een school laten verhuizen of fuseren")
async def verhuizen(body: VerhuizingOpgave, database: UsedDatabase, actor: Manager) -> Verhuizing:
    """Do it, or put it ready for its day."""
    async with database.transaction() as tx:
        id_ = await plan(tx, actor, body)
        row = await store.lock(tx, id_, actor.swv)
    if row is None:
        raise NotFound
    return _shown(dict(row))


@router.delete("/verhuizingen/{verhuizing}", status_code=204, summary="Een verhuizing afzeggen of terugdraaien")
async def terugdraaien(verhuizing: UUID, database: UsedDatabase, actor: Manager) -> None:
    """Call it off, or put back what nobody changed since."""
    async with database.transaction() as tx:
        await undo(tx, actor, verhuizing)


def _shown(row: dict[str, object]) -> Verhuizing:
    fields = {name: row[name] for name in Verhuizing.model_fields if name != "verhuizing"}
    return Verhuizing.model_validate({"verhuizing": row["id"], **fields})
