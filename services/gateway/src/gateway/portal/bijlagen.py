"""Bijlagen of a hulpvraag: add, watch the scan, download."""

from contextlib import suppress
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from gateway.adapters.multipart import received
from gateway.api.base import Dossiernummer
from gateway.downloads import streamed
from gateway.models.bijlagen import Bijlagen
from gateway.parts import CurrentParts, Parts
from gateway.portal import forms
from gateway.portal.hulpvragen import DONE, files_of
from gateway.portal.pages import HEADERS
from gateway.sessions import PortalSession, UnseenSession
from gateway.store import Session
from gateway.usecases import bijlagen, hulpvragen
from shared import clock
from shared.errors import InvalidInput, TemporaryError, TooLarge, Unprocessable

router = APIRouter(prefix="/hulpvragen/{dossiernummer}/bijlagen")

STOP_POLLING = 286
"""htmx's own status: what was asked for over and over is complete."""


@router.get("")
async def watched(
    request: Request,
    dossiernummer: Dossiernummer,
    parts: CurrentParts,
    session: UnseenSession,
    hulpvraag: UUID | None = None,
) -> Response:
    """For htmx: the list alone, while files are being judged. It does not keep the session alive.

    The page names the hulpvraag's id, so that looking at the list again is not logged as looking at the hulpvraag again.
    """
    if hulpvraag is None or request.headers.get("hx-request") != "true":
        return RedirectResponse(f"/hulpvragen/{dossiernummer}#bijlagen", 303, HEADERS)
    files: Bijlagen | None = None
    with suppress(TemporaryError):
        files = await bijlagen.listed(parts.services, session.account.actor, dossiernummer, hulpvraag)
    waits = files is None or files.are_waiting
    return parts.pages.show(
        request,
        "bijlagenlijst.html",
        session,
        code=200 if waits else STOP_POLLING,
        hulpvraag={"dossiernummer": dossiernummer, "hulpvraag": hulpvraag},
        bijlagen=files,
    )


@router.post("")
async def add(request: Request, dossiernummer: Dossiernummer, parts: CurrentParts, session: PortalSession) -> Response:
    """Add files, saved as one batch."""
    names: list[str] = []
    try:
        async with received(request) as form:
            files = [file for file in form.files if file.field == "bestand"]
            names = [file.naam for file in files]
            key = form.fields.get("sleutel") or None
            await bijlagen.add(parts.services, parts.storage, session.account.actor, dossiernummer, files, key=key)
    except (InvalidInput, Unprocessable, TooLarge) as error:
        faults = {"bestand": " ".join(named(forms.faults_in(error), names))}
        return await _section(request, parts, session, dossiernummer, faults, status=error.status)
    if request.headers.get("hx-request") != "true":
        return RedirectResponse(f"/hulpvragen/{dossiernummer}?gedaan=bijlagen#bijlagen", 303, HEADERS)
    return await _section(request, parts, session, dossiernummer, {}, done=DONE["bijlagen"])


@router.get("/{bijlage}")
async def download(dossiernummer: Dossiernummer, bijlage: UUID, parts: CurrentParts, session: PortalSession) -> Response:
    """Download one."""
    return await streamed(bijlagen.opened(parts.services, parts.storage, session.account.actor, dossiernummer, bijlage))


def named(faults: forms.Faults, names: list[str]) -> list[str]:
    """Say of which file each fault is: a service names it by its place, ``bestanden.0.naam``."""
    found = []
    for field, message in faults.items():
        _, _, rest = field.partition("bestanden.")
        place = rest.partition(".")[0]
        of_file = place.isdecimal() and int(place) < len(names)
        found.append(f"{names[int(place)]}: {message}" if of_file else message)
    return list(dict.fromkeys(found))


async def _section(
    request: Request,
    parts: Parts,
    session: Session,
    dossiernummer: int,
    faults: forms.Faults,
    *,
    status: int = 200,
    done: str | None = None,
) -> Response:
    """Show the bijlagen with the form: as a part for htmx, else as a page of its own."""
    actor = session.account.actor
    seen = await hulpvragen.show(parts.services, actor, dossiernummer)
    files: Bijlagen | None = await files_of(parts, actor, dossiernummer, seen.hulpvraag.hulpvraag)
    return parts.pages.show(
        request,
        "bijlagen.html",
        session,
        code=status,
        hulpvraag=seen.hulpvraag,
        bijlagen=files,
        faults=faults,
        done=done,
        sleutel=clock.new_id(),
    )
