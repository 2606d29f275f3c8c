"""``/hulpvragen/{dossiernummer}/overlegrondes``: begin one, see it, react, manage it."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from gateway.adapters.multipart import received
from gateway.api.base import Dossiernummer, IdempotencyKey, problems
from gateway.api.bijlagen import FILE_ANSWER, FILES_FORM
from gateway.downloads import streamed, whole
from gateway.models.bijlagen import BijlagenAangenomen
from gateway.models.overleg import (
    Begonnen,
    DeadlineOpgave,
    DeelnemerOpgave,
    MailsOpgave,
    Overlegronde,
    OverlegrondeOpgave,
    Overlegrondes,
    Reactie,
    ReactieOpgave,
)
from gateway.parts import CurrentParts
from gateway.sessions import ReadsBijlagen, ReadsHulpvragen, WritesBijlagen, WritesHulpvragen
from gateway.usecases import overleg, overlegbijlagen
from gateway.usecases.overlegbijlagen import Reactieplaats

router = APIRouter(prefix="/hulpvragen/{dossiernummer}/overlegrondes", tags=["overleg"])


@router.get("", operation_id="overlegrondesTonen", responses=problems(403, 404))
async def listed(dossiernummer: Dossiernummer, parts: CurrentParts, session: ReadsHulpvragen) -> Overlegrondes:
    """List the overlegrondes one may know of, the newest first."""
    return await overleg.listed(parts.services, session.account.actor, dossiernummer)


@router.post("", status_code=201, operation_id="overlegrondeBeginnen", responses=problems(404, 422))
async def start(
    dossiernummer: Dossiernummer,
    body: OverlegrondeOpgave,
    parts: CurrentParts,
    session: WritesHulpvragen,
    idempotency_key: IdempotencyKey = None,
) -> Begonnen:
    """Begin one."""
    return await overleg.start(parts.services, session.account.actor, dossiernummer, body, key=idempotency_key)


@router.get("/{overlegronde}", operation_id="overlegrondeTonen", responses=problems(403, 404))
async def one(dossiernummer: Dossiernummer, overlegronde: UUID, parts: CurrentParts, session: ReadsHulpvragen) -> Overlegronde:
    """Show one, with the reactions one may read."""
    return await overleg.show(parts.services, session.account.actor, dossiernummer, overlegronde)


@router.get(
    "/{overlegronde}/pdf",
    operation_id="overlegrondeDownloaden",
    responses={**FILE_ANSWER, **problems(403, 404)},
    response_class=Response,
)
async def report(dossiernummer: Dossiernummer, overlegronde: UUID, parts: CurrentParts, session: ReadsHulpvragen) -> Response:
    """Download the whole as a PDF, with the reactions one may read."""
    made = await overleg.report(parts.services, session.account.actor, dossiernummer, overlegronde)
    return whole(made.naam, made.pdf, "application/pdf")


@router.put(
    "/{overlegronde}/deadline",
    status_code=204,
    operation_id="overlegrondeVerlengen",
    response_class=Response,
    responses=problems(404),
)
async def extend(
    dossiernummer: Dossiernummer, overlegronde: UUID, body: DeadlineOpgave, parts: CurrentParts, session: WritesHulpvragen
) -> None:
    """Give it another last day, also when it is over."""
    await overleg.extend(parts.services, session.account.actor, dossiernummer, overlegronde, body)


@router.post(
    "/{overlegronde}/sluiting",
    status_code=204,
    operation_id="overlegrondeSluiten",
    response_class=Response,
    responses=problems(404),
)
async def close(
    dossiernummer: Dossiernummer,
    overlegronde: UUID,
    parts: CurrentParts,
    session: WritesHulpvragen,
    idempotency_key: IdempotencyKey = None,
) -> None:
    """End it now."""
    await overleg.close(parts.services, session.account.actor, dossiernummer, overlegronde, key=idempotency_key)


@router.post(
    "/{overlegronde}/deelnemers",
    status_code=204,
    operation_id="deelnemerUitnodigen",
    response_class=Response,
    responses=problems(404, 409),
)
async def join(
    dossiernummer: Dossiernummer,
    overlegronde: UUID,
    body: DeelnemerOpgave,
    parts: CurrentParts,
    session: WritesHulpvragen,
    idempotency_key: IdempotencyKey = None,
) -> None:
    """Let someone take part; a parent or an expert from outside gets an account if there is none."""
    actor = session.account.actor
    await overleg.join(
        parts.database, parts.post, parts.services, actor, dossiernummer, overlegronde, body, key=idempotency_key
    )


@router.delete(
    "/{overlegronde}/deelnemers/{deelnemer}",
    status_code=204,
    operation_id="deelnemerVerwijderen",
    response_class=Response,
    responses=problems(404),
)
async def leave(
    dossiernummer: Dossiernummer, overlegronde: UUID, deelnemer: UUID, parts: CurrentParts, session: WritesHulpvragen
) -> None:
    """Take someone out, at once."""
    await overleg.leave(parts.services, session.account.actor, dossiernummer, overlegronde, deelnemer)


@router.put(
    "/{overlegronde}/mails",
    status_code=204,
    operation_id="overlegmailsKiezen",
    response_class=Response,
    responses=problems(404),
)
async def mails(
    dossiernummer: Dossiernummer, overlegronde: UUID, body: MailsOpgave, parts: CurrentParts, session: WritesHulpvragen
) -> None:
    """Choose for oneself whether to get mails of reactions and of the approaching end."""
    await overleg.choose_mails(parts.services, session.account.actor, dossiernummer, overlegronde, body)


@router.post("/{overlegronde}/reacties", status_code=201, operation_id="reactieGeven", responses=problems(404, 409))
async def react(
    dossiernummer: Dossiernummer,
    overlegronde: UUID,
    body: ReactieOpgave,
    parts: CurrentParts,
    session: WritesHulpvragen,
    idempotency_key: IdempotencyKey = None,
) -> Reactie:
    """Say something in it."""
    return await overleg.react(parts.services, session.account.actor, dossiernummer, overlegronde, body, key=idempotency_key)


@router.post(
    "/{overlegronde}/reacties/{reactie}/bijlagen",
    status_code=202,
    operation_id="reactiebijlagenToevoegen",
    responses=problems(404, 409),
    openapi_extra=FILES_FORM,
)
async def attach(
    dossiernummer: Dossiernummer,
    overlegronde: UUID,
    reactie: UUID,
    request: Request,
    parts: CurrentParts,
    session: WritesBijlagen,
    idempotency_key: IdempotencyKey = None,
) -> BijlagenAangenomen:
    """Add files to one's own reaction; each is judged before anyone can open it."""
    at, actor = Reactieplaats(dossiernummer, overlegronde, reactie), session.account.actor
    async with received(request) as form:
        return await overlegbijlagen.add(parts.services, parts.storage, actor, at, form.files, key=idempotency_key)


@router.get(
    "/{overlegronde}/reacties/{reactie}/bijlagen/{bijlage}/bestand",
    operation_id="reactiebijlageDownloaden",
    responses={**FILE_ANSWER, **problems(403, 404, 409)},
    response_class=StreamingResponse,
)
async def download(
    dossiernummer: Dossiernummer,
    overlegronde: UUID,
    reactie: UUID,
    bijlage: UUID,
    parts: CurrentParts,
    session: ReadsBijlagen,
) -> StreamingResponse:
    """Download a file of a reaction."""
    at, actor = Reactieplaats(dossiernummer, overlegronde, reactie), session.account.actor
    return await streamed(overlegbijlagen.opened(parts.services, parts.storage, actor, at, bijlage))
