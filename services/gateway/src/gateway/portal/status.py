"""Change the status: choose a step, fill in what that step asks for. Two plain pages, so that no script is needed."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from gateway.api.base import Dossiernummer
from gateway.models.hulpvragen import AanvraagtypeKeuze, Historieregel, Hulpvraag, StatuswijzigingOpgave
from gateway.parts import CurrentParts, Parts
from gateway.portal import forms
from gateway.portal.pages import HEADERS
from gateway.sessions import PortalSession
from gateway.store import Session
from gateway.usecases import hulpvragen
from shared import clock
from shared.errors import Conflict, Forbidden, InvalidInput, SchakelError, StaleVersion, Unprocessable

router = APIRouter()


@router.get("/hulpvragen/{dossiernummer}/status")
async def form(
    request: Request,
    dossiernummer: Dossiernummer,
    parts: CurrentParts,
    session: PortalSession,
    naar: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Show the steps this person may take, or the form of the step that was chosen."""
    seen = await hulpvragen.show(parts.services, session.account.actor, dossiernummer)
    return _page(request, parts, session, seen.hulpvraag, {"status": naar})


@router.post("/hulpvragen/{dossiernummer}/status")
async def change(request: Request, dossiernummer: Dossiernummer, parts: CurrentParts, session: PortalSession) -> Response:
    """Change it. When someone else was first: show what happened meanwhile and let this person choose again."""
    actor = session.account.actor
    given = await forms.fields(request)
    opgave, faults = forms.read(StatuswijzigingOpgave, given | {"bevestigd": given.get("bevestigd") == "ja"})
    version = int(given["versie"]) if given.get("versie", "").isdecimal() else 0
    error: SchakelError | None = None
    if opgave is not None:
        try:
            await hulpvragen.change_status(
                parts.services, actor, dossiernummer, opgave, version=version, key=given.get("sleutel") or None
            )
        except (Conflict, Forbidden, InvalidInput, Unprocessable) as refused:
            error, faults = refused, forms.faults_in(refused)
        else:
            return RedirectResponse(f"/hulpvragen/{dossiernummer}?gedaan=status", 303, HEADERS)
    seen = await hulpvragen.show(parts.services, actor, dossiernummer)
    meanwhile: list[Historieregel] = []
    if isinstance(error, StaleVersion):
        history = await hulpvragen.history(parts.services, actor, dossiernummer)
        meanwhile, faults = [line for line in history.wijzigingen if line.versie > version], {}
    return _page(
        request,
        parts,
        session,
        seen.hulpvraag,
        given,
        faults=faults,
        meanwhile=meanwhile,
        status=error.status if error else 400,
    )


@router.get("/hulpvragen/{dossiernummer}/aanvraagtype")
async def sort_form(request: Request, dossiernummer: Dossiernummer, parts: CurrentParts, session: PortalSession) -> Response:
    """Show the aanvraagtypes a hulpvraag with an unknown title can get."""
    return await _sort_page(request, parts, session, dossiernummer, {})


@router.post("/hulpvragen/{dossiernummer}/aanvraagtype")
async def sort_title(request: Request, dossiernummer: Dossiernummer, parts: CurrentParts, session: PortalSession) -> Response:
    """Give it the chosen one."""
    given = await forms.fields(request)
    keuze, faults = forms.read(AanvraagtypeKeuze, given)
    status = 400
    if keuze is not None:
        version = int(given["versie"]) if given.get("versie", "").isdecimal() else 0
        try:
            await hulpvragen.sort_title(
                parts.services,
                session.account.actor,
                dossiernummer,
                keuze,
                version=version,
                key=given.get("sleutel") or None,
            )
        except (Conflict, InvalidInput, Unprocessable) as refused:
            faults, status = forms.faults_in(refused), refused.status
        else:
            return RedirectResponse(f"/hulpvragen/{dossiernummer}?gedaan=gesorteerd", 303, HEADERS)
    return await _sort_page(request, parts, session, dossiernummer, faults, status=status)


def _page(
    request: Request,
    parts: Parts,
    session: Session,
    hulpvraag: Hulpvraag,
    given: Mapping[str, str],
    *,
    faults: forms.Faults | None = None,
    meanwhile: list[Historieregel] | None = None,
    status: int = 200,
) -> Response:
    steps = {step.status: step for step in hulpvraag.volgende_stappen}
    return parts.pages.show(
        request,
        "status.html",
        session,
        code=status,
        hulpvraag=hulpvraag,
        step=steps.get(given.get("status", "")),
        given=given,
        faults=faults or {},
        meanwhile=meanwhile or [],
        sleutel=clock.new_id(),
    )


async def _sort_page(
    request: Request,
    parts: Parts,
    session: Session,
    dossiernummer: int,
    faults: forms.Faults,
    *,
    status: int = 200,
) -> Response:
    actor = session.account.actor
    seen = await hulpvragen.show(parts.services, actor, dossiernummer)
    kinds = await hulpvragen.kinds(parts.services, actor)
    titles = [kind.titel for kind in kinds.aanvraagtypes if kind.niveau == seen.hulpvraag.niveau]
    likely = [title for title in seen.hulpvraag.lijkt_op if title in titles]
    return parts.pages.show(
        request,
        "sorteren.html",
        session,
        code=status,
        hulpvraag=seen.hulpvraag,
        titles=list(dict.fromkeys([*likely, *titles])),
        faults=faults,
        sleutel=clock.new_id(),
    )
