"""``/hulpvragen/{dossiernummer}/bijlagen``: list, add, download."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from gateway.adapters.multipart import received
from gateway.api.base import Dossiernummer, IdempotencyKey, problems
from gateway.downloads import streamed
from gateway.models.bijlagen import Bijlagen, BijlagenAangenomen
from gateway.parts import CurrentParts
from gateway.sessions import ReadsBijlagen, WritesBijlagen
from gateway.usecases import bijlagen, hulpvragen

router = APIRouter(prefix="/hulpvragen/{dossiernummer}/bijlagen", tags=["bijlagen"])

FILES_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["bestand"],
                    "properties": {
                        "bestand": {
                            "type": "array",
                            "maxItems": 20,
                            "items": {"type": "string", "format": "binary"},
                            "description": "een of meer bestanden, elk hoogstens 10 MB; samen één keer opslaan",
                        }
                    },
                }
            }
        },
    }
}
FILE_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Het bestand, als bijlage.",
        "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.get("", operation_id="bijlagenTonen", responses=problems(403, 404))
async def listed(dossiernummer: Dossiernummer, parts: CurrentParts, session: ReadsBijlagen) -> Bijlagen:
    """List the bijlagen and where they stand, oldest first."""
    actor = session.account.actor
    seen = await hulpvragen.show(parts.services, actor, dossiernummer)
    return await bijlagen.listed(parts.services, actor, dossiernummer, seen.hulpvraag.hulpvraag)


@router.post(
    "",
    status_code=202,
    operation_id="bijlagenToevoegen",
    responses=problems(403, 404, 409),
    openapi_extra=FILES_FORM,
)
async def add(
    dossiernummer: Dossiernummer,
    request: Request,
    parts: CurrentParts,
    session: WritesBijlagen,
    idempotency_key: IdempotencyKey = None,
) -> BijlagenAangenomen:
    """Add files as one batch; each is judged before anyone can open it."""
    async with received(request) as form:
        return await bijlagen.add(
            parts.services, parts.storage, session.account.actor, dossiernummer, form.files, key=idempotency_key
        )


@router.get(
    "/{bijlage}/bestand",
    operation_id="bijlageDownloaden",
    responses={**FILE_ANSWER, **problems(403, 404, 409)},
    response_class=StreamingResponse,
)
async def download(
    dossiernummer: Dossiernummer, bijlage: UUID, parts: CurrentParts, session: ReadsBijlagen
) -> StreamingResponse:
    """Download the file itself."""
    return await streamed(bijlagen.opened(parts.services, parts.storage, session.account.actor, dossiernummer, bijlage))
