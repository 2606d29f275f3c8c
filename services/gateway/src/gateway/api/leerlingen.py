"""Pupils: what changed in their data (``/dossiers/{dossier}/wijzigingen``), and who may be one (``/gelijkenissen``)."""

from uuid import UUID

from fastapi import APIRouter

from gateway.api.base import problems
from gateway.models.leerlingen import GelijkenisBeslissing, Gelijkenissen, Kennisname, Wijzigingen
from gateway.parts import CurrentParts
from gateway.sessions import ReadsHulpvragen, WritesHulpvragen
from gateway.usecases import leerlingen

router = APIRouter(tags=["leerlingen"])


@router.get("/dossiers/{dossier}/wijzigingen", operation_id="dossierwijzigingenTonen", responses=problems(403, 404))
async def changes(dossier: UUID, parts: CurrentParts, session: ReadsHulpvragen) -> Wijzigingen:
    """Show what changed in the data of a dossier, per message of the school, the newest first."""
    return (await leerlingen.changes(parts.services, session.account.actor, dossier))[1]


@router.post(
    "/dossiers/{dossier}/kennisname",
    status_code=204,
    operation_id="kennisnemen",
    responses=problems(400, 403, 404, 409),
)
async def take_note(dossier: UUID, body: Kennisname, parts: CurrentParts, session: WritesHulpvragen) -> None:
    """Say that one saw what changed, up to this version. For the SWV."""
    await leerlingen.take_note(parts.services, session.account.actor, dossier, body)


@router.get("/gelijkenissen", operation_id="gelijkenissenTonen", responses=problems(403))
async def pairs(parts: CurrentParts, session: ReadsHulpvragen) -> Gelijkenissen:
    """List dossiers that may be of one pupil: what waits first. For who sorts what comes in."""
    return await leerlingen.pairs(parts.services, session.account.actor)


@router.put(
    "/gelijkenissen/{gelijkenis}", status_code=204, operation_id="gelijkenisBeslissen", responses=problems(400, 403, 404, 409)
)
async def decide(gelijkenis: UUID, body: GelijkenisBeslissing, parts: CurrentParts, session: WritesHulpvragen) -> None:
    """Say that it is one pupil, or two, or take that back. Nothing is put together before someone said so."""
    await leerlingen.decide(parts.services, session.account.actor, gelijkenis, body)
