"""What stands around a hulpvraag, each a small page of its own: its coordinator, its labels, one's own notes."""

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from gateway.api.base import Dossiernummer
from gateway.models.hulpvragen import Hulpvraag
from gateway.models.rondom import CoordinatorOpgave, LabelsOpgave, NotitieOpgave
from gateway.parts import CurrentParts, Parts
from gateway.portal import forms
from gateway.portal.pages import HEADERS
from gateway.sessions import PortalSession
from gateway.store import Session
from gateway.usecases import hulpvragen, rondom
from shared import clock
from shared.errors import NotFound

router = APIRouter(prefix="/hulpvragen/{dossiernummer}")


@router.get("/coordinator")
async def coordinator(request: Request, dossiernummer: Dossiernummer, parts: CurrentParts, session: PortalSession) -> Response:
    """Show the form to say who coordinates."""
    return await _page(request, parts, session, dossiernummer, "coordinator.html", {}, {})


@router.post("/coordinator")
async def assign(request: Request, dossiernummer: Dossiernummer, parts: CurrentParts, session: PortalSession) -> Response:
    """Assign this one; with both fields empty nobody."""
    given = await forms.fields(request)
    actor = session.account.actor
    faults = await forms.carried_out(
        CoordinatorOpgave, given, lambda opgave: rondom.assign(parts.services, actor, dossiernummer, opgave)
    )
    if faults:
        return await _page(request, parts, session, dossiernummer, "coordinator.html", given, _in(faults, "naam", "email"))
    return _back(dossiernummer, "coordinator")


@router.get("/labels")
async def labels(request: Request, dossiernummer: Dossiernummer, parts: CurrentParts, session: PortalSession) -> Response:
    """Show the form with the labels, one a line."""
    return await _page(request, parts, session, dossiernummer, "labels.html", {}, {})


@router.post("/labels")
async def label(request: Request, dossiernummer: Dossiernummer, parts: CurrentParts, session: PortalSession) -> Response:
    """Set them: each line is a label."""
    given = await forms.fields(request)
    lines = [line.strip() for line in given.get("labels", "").splitlines() if line.strip()]
    actor = session.account.actor
    faults = await forms.carried_out(
        LabelsOpgave, {"labels": lines}, lambda opgave: rondom.label(parts.services, actor, dossiernummer, opgave)
    )
    if faults:
        return await _page(request, parts, session, dossiernummer, "labels.html", given, _in(faults, "labels"))
    return _back(dossiernummer, "labels")


@router.post("/notities")
async def note(request: Request, dossiernummer: Dossiernummer, parts: CurrentParts, session: PortalSession) -> Response:
    """Note something for oneself."""
    given = await forms.fields(request)
    key, actor = given.get("sleutel") or None, session.account.actor
    faults = await forms.carried_out(
        NotitieOpgave, given, lambda opgave: rondom.note(parts.services, actor, dossiernummer, opgave, key=key)
    )
    if faults:
        return await _page(request, parts, session, dossiernummer, "notitie.html", given, _in(faults, "tekst"))
    return _back(dossiernummer, "notitie", "#notities")


@router.get("/notities/{notitie}")
async def own_note(
    request: Request, dossiernummer: Dossiernummer, notitie: UUID, parts: CurrentParts, session: PortalSession
) -> Response:
    """Show a note of one's own, to change or to erase."""
    known = await rondom.notes(parts.services, session.account.actor, dossiernummer)
    found = next((note for note in known.notities if note.notitie == notitie), None)
    if found is None:
        raise NotFound("Deze notitie bestaat niet.")
    return await _page(request, parts, session, dossiernummer, "notitie.html", {"tekst": found.tekst}, {}, notitie=notitie)


@router.post("/notities/{notitie}")
async def rewrite(
    request: Request, dossiernummer: Dossiernummer, notitie: UUID, parts: CurrentParts, session: PortalSession
) -> Response:
    """Change it."""
    given = await forms.fields(request)
    actor = session.account.actor
    faults = await forms.carried_out(
        NotitieOpgave, given, lambda opgave: rondom.rewrite(parts.services, actor, dossiernummer, notitie, opgave)
    )
    if faults:
        shown = _in(faults, "tekst")
        return await _page(request, parts, session, dossiernummer, "notitie.html", given, shown, notitie=notitie)
    return _back(dossiernummer, "notitie", "#notities")


@router.post("/notities/{notitie}/wissen")
async def erase(dossiernummer: Dossiernummer, notitie: UUID, parts: CurrentParts, session: PortalSession) -> Response:
    """Erase it."""
    await rondom.erase(parts.services, session.account.actor, dossiernummer, notitie)
    return _back(dossiernummer, "gewist", "#notities")


def _in(faults: forms.Faults, *fields: str) -> forms.Faults:
    """Put each fault beside a field of the form: one of a part (``labels.3``) or of no field stands at the first."""
    return {name if name in fields else fields[0]: message for name, message in faults.items()}


def _back(dossiernummer: int, done: str, place: str = "") -> Response:
    return RedirectResponse(f"/hulpvragen/{dossiernummer}?gedaan={done}{place}", 303, HEADERS)


async def _page(
    request: Request,
    parts: Parts,
    session: Session,
    dossiernummer: int,
    template: str,
    given: Mapping[str, str],
    faults: forms.Faults,
    *,
    notitie: UUID | None = None,
) -> Response:
    seen = await hulpvragen.show(parts.services, session.account.actor, dossiernummer)
    shown: Hulpvraag = seen.hulpvraag
    return parts.pages.show(
        request,
        template,
        session,
        code=400 if faults else 200,
        hulpvraag=shown,
        given={"naam": shown.coordinator or "", "labels": "\n".join(shown.labels), **given},
        faults=faults,
        notitie=notitie,
        sleutel=clock.new_id(),
    )
