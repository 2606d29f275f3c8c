"""``/hulpvragen`` and what belongs to one: statuswijzigingen, statushistorie, besluiten."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from gateway.api.base import PREFIX, Dossiernummer, IdempotencyKey, IfMatch, problems, put_version, seen_version
from gateway.models.hulpvragen import (
    AanvraagtypeKeuze,
    Besluit,
    Besluiten,
    BesluitOpgave,
    Hulpvraag,
    HulpvragenPagina,
    Statushistorie,
    Statuswijziging,
    StatuswijzigingOpgave,
)
from gateway.models.zoeken import Zoekvraag
from gateway.parts import CurrentParts
from gateway.sessions import ReadsBesluiten, ReadsHulpvragen, WritesBesluiten, WritesHulpvragen
from gateway.usecases import hulpvragen

router = APIRouter(prefix="/hulpvragen", tags=["hulpvragen"])


@router.get("", operation_id="hulpvragenZoeken", responses=problems(403))
async def search(
    parts: CurrentParts,
    session: ReadsHulpvragen,
    vraag: Annotated[Zoekvraag, Query()],
) -> HulpvragenPagina:
    """Find hulpvragen, newest first; only those one may see."""
    return await hulpvragen.search(parts.services, session.account.actor, vraag)


@router.get("/{dossiernummer}", operation_id="hulpvraagTonen", responses=problems(404))
async def show(dossiernummer: Dossiernummer, parts: CurrentParts, session: ReadsHulpvragen, response: Response) -> Hulpvraag:
    """Show one hulpvraag, its version (ETag) and the steps one may take now."""
    seen = await hulpvragen.show(parts.services, session.account.actor, dossiernummer)
    put_version(response, seen.version)
    return seen.hulpvraag


@router.get("/{dossiernummer}/statushistorie", operation_id="statushistorieTonen", responses=problems(403, 404))
async def history(dossiernummer: Dossiernummer, parts: CurrentParts, session: ReadsHulpvragen) -> Statushistorie:
    """List every change of status, oldest first."""
    return await hulpvragen.history(parts.services, session.account.actor, dossiernummer)


@router.post(
    "/{dossiernummer}/statuswijzigingen",
    status_code=201,
    operation_id="statusWijzigen",
    responses=problems(403, 404, 409, 412, 422, 428),
)
async def change_status(
    dossiernummer: Dossiernummer,
    body: StatuswijzigingOpgave,
    parts: CurrentParts,
    session: WritesHulpvragen,
    response: Response,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Statuswijziging:
    """Give another status. 409 and 422 name the steps that are allowed, in ``toegestaan``."""
    version = seen_version(if_match)
    changed = await hulpvragen.change_status(
        parts.services, session.account.actor, dossiernummer, body, version=version, key=idempotency_key
    )
    put_version(response, changed.versie)
    response.headers["location"] = f"{PREFIX}{router.prefix}/{dossiernummer}/statushistorie"
    return changed


@router.put("/{dossiernummer}/aanvraagtype", operation_id="hulpvraagSorteren", responses=problems(403, 404, 409, 412, 422, 428))
async def sort_title(
    dossiernummer: Dossiernummer,
    body: AanvraagtypeKeuze,
    parts: CurrentParts,
    session: WritesHulpvragen,
    response: Response,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Statuswijziging:
    """Give a hulpvraag with an unknown title its aanvraagtype, and with it the begin status."""
    version = seen_version(if_match)
    changed = await hulpvragen.sort_title(
        parts.services, session.account.actor, dossiernummer, body, version=version, key=idempotency_key
    )
    put_version(response, changed.versie)
    return changed


@router.get("/{dossiernummer}/besluiten", operation_id="besluitenTonen", responses=problems(403, 404))
async def decisions(dossiernummer: Dossiernummer, parts: CurrentParts, session: ReadsBesluiten) -> Besluiten:
    """List the decisions, each in its newest version."""
    return await hulpvragen.decisions(parts.services, session.account.actor, dossiernummer)


@router.post(
    "/{dossiernummer}/besluiten",
    status_code=201,
    operation_id="besluitNemen",
    responses=problems(403, 404, 409, 412, 422, 428),
)
async def decide(
    dossiernummer: Dossiernummer,
    body: BesluitOpgave,
    parts: CurrentParts,
    session: WritesBesluiten,
    response: Response,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Besluit:
    """Take a decision; it gets its number. ``If-Match`` is the version of the hulpvraag."""
    version = seen_version(if_match)
    made = await hulpvragen.decide(
        parts.services, session.account.actor, dossiernummer, body, version=version, key=idempotency_key
    )
    put_version(response, made.versie)
    return made


@router.post(
    "/{dossiernummer}/besluiten/{besluit}/versies",
    status_code=201,
    operation_id="besluitCorrigeren",
    responses=problems(403, 404, 409, 412, 422, 428),
)
async def correct_decision(
    dossiernummer: Dossiernummer,
    besluit: UUID,
    body: BesluitOpgave,
    parts: CurrentParts,
    session: WritesBesluiten,
    response: Response,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Besluit:
    """Correct a decision under its number. ``If-Match`` is the version of the decision."""
    version = seen_version(if_match)
    made = await hulpvragen.correct_decision(
        parts.services, session.account.actor, dossiernummer, besluit, body, version=version, key=idempotency_key
    )
    put_version(response, made.versie)
    return made
