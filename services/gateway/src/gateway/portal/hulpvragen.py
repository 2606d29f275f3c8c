"""The list of hulpvragen with search, and one hulpvraag with everything that belongs to it."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from gateway.api.base import Dossiernummer
from gateway.models.bijlagen import Bijlagen
from gateway.models.hulpvragen import Hulpvraag
from gateway.models.leerlingen import Wijzigingen
from gateway.models.osodossiers import OsoDossiers
from gateway.models.zoeken import Zoekvraag
from gateway.parts import CurrentParts, Parts
from gateway.portal import forms
from gateway.portal.pages import HEADERS
from gateway.sessions import PortalSession
from gateway.usecases import bijlagen, hulpvragen, indienen, leerlingen, osodossiers, overleg, rondom
from shared import clock
from shared.errors import Forbidden, TemporaryError
from shared.tokens import Actor

router = APIRouter()

DONE = {
    "status": "De status is gewijzigd.",
    "bijlagen": "De bijlagen zijn toegevoegd en worden nu gecontroleerd. Ververs daarna de pagina om de nieuwe status te zien.",
    "besluit": "Het besluit is vastgelegd.",
    "gesorteerd": "De hulpvraag heeft nu een aanvraagtype.",
    "coordinator": "De coördinator is gewijzigd.",
    "labels": "De labels zijn opgeslagen.",
    "notitie": "Uw notitie is opgeslagen.",
    "gewist": "Uw notitie is gewist.",
}
"""What a page says after something was done; only these texts, so that a link can put no words in our mouth."""
NO_OSO = OsoDossiers(osodossiers=[])
_MORE = ("aanvraagtype", "label", "coordinator", "school", "ingediendVanaf", "ingediendTot", "deadlineTot")
"""The filters that are folded away until one is used."""


@router.get("/hulpvragen")
async def listed(request: Request, parts: CurrentParts, session: PortalSession) -> Response:
    """Show what this person may see, newest first. For htmx only the results."""
    if session.account.soort in {"extern", "ouder"}:
        return RedirectResponse("/gedeeld", 303, HEADERS)
    if parts.pages.figures_only(session):
        return RedirectResponse("/cijfers", 303, HEADERS)
    actor = session.account.actor
    given = {name: value for name, value in request.query_params.items() if value}
    vraag, faults = forms.read(Zoekvraag, given)
    page, kinds, schools = await asyncio.gather(
        hulpvragen.search(parts.services, actor, vraag or Zoekvraag()),
        hulpvragen.kinds(parts.services, actor),
        _schools(parts, actor),
    )
    asked = {name: given[name] for name in ("zoek", "status", *_MORE) if name in given}
    return parts.pages.show(
        request,
        "hulpvragen.html",
        session,
        code=400 if faults else 200,
        page=page,
        given=asked,
        faults=faults,
        again=list(asked.items()),
        statuses=list(dict.fromkeys(name for kind in kinds.aanvraagtypes for name in kind.statussen)),
        kinds=list(dict.fromkeys(kind.titel for kind in kinds.aanvraagtypes)),
        schools=schools,
        is_folded=not any(name in asked for name in _MORE),
        is_first="pagina" not in given,
        today=clock.today(),
    )


@router.get("/hulpvragen/{dossiernummer}")
async def one(
    request: Request,
    dossiernummer: Dossiernummer,
    parts: CurrentParts,
    session: PortalSession,
    gedaan: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show one hulpvraag: where it stands, whose turn it is, what may be done, and what happened."""
    actor = session.account.actor
    seen = await hulpvragen.show(parts.services, actor, dossiernummer)
    contents, changed, notes, rounds = await asyncio.gather(
        _contents(parts, actor, seen.hulpvraag),
        _changed(parts, actor, seen.hulpvraag),
        rondom.notes(parts.services, actor, dossiernummer),
        overleg.listed(parts.services, actor, dossiernummer),
    )
    return parts.pages.show(
        request,
        "hulpvraag.html",
        session,
        hulpvraag=seen.hulpvraag,
        **contents,
        changed=changed,
        notities=notes.notities,
        overleg=rounds,
        faults={},
        sleutel=clock.new_id(),
        done=DONE.get(gedaan),
        today=clock.today(),
    )


async def _contents(parts: Parts, actor: Actor, hulpvraag: Hulpvraag) -> dict[str, Any]:
    """What it holds; nothing for who may not see that yet."""
    if hulpvraag.beperkt:
        return {"history": [], "besluiten": [], "bijlagen": None, "osodossiers": NO_OSO, "termijnen": [], "not_before": None}
    number = hulpvraag.dossiernummer
    history, decisions, files, oso, terms = await asyncio.gather(
        hulpvragen.history(parts.services, actor, number),
        hulpvragen.decisions(parts.services, actor, number),
        files_of(parts, actor, number, hulpvraag.hulpvraag),
        _oso_of(parts, actor, hulpvraag),
        rondom.terms(parts.services, actor, number),
    )
    return {
        "history": history.wijzigingen[::-1],
        "besluiten": decisions.besluiten,
        "bijlagen": files,
        "osodossiers": oso,
        "termijnen": terms.termijnen,
        "not_before": terms.niet_bespreken_voor,
    }


async def _changed(parts: Parts, actor: Actor, hulpvraag: Hulpvraag) -> Wijzigingen | None:
    """What changed in the data of the pupil, for who takes note of it; None where intake does not say: the page goes on."""
    if actor.soort != "swv" or hulpvraag.leerling is None or hulpvraag.toegang_tot_en_met or hulpvraag.beperkt:
        return None
    try:
        return await leerlingen.latest(parts.services, actor, hulpvraag.dossier)
    except (Forbidden, TemporaryError):
        return None


async def files_of(parts: Parts, actor: Actor, dossiernummer: int, hulpvraag: UUID) -> Bijlagen | None:
    """List the bijlagen; None for who may only add some, and while documents is away: the rest is still worth seeing."""
    try:
        return await bijlagen.listed(parts.services, actor, dossiernummer, hulpvraag)
    except (Forbidden, TemporaryError):
        return None


async def _oso_of(parts: Parts, actor: Actor, hulpvraag: Hulpvraag) -> OsoDossiers | None:
    """List the OSO dossiers; only a school's system sends any. None while intake is away: the rest is still worth seeing."""
    if hulpvraag.kanaal != "LVS":
        return NO_OSO
    try:
        return await osodossiers.listed(parts.services, actor, hulpvraag.dossiernummer, hulpvraag.hulpvraag)
    except TemporaryError:
        return None


async def _schools(parts: Parts, actor: Actor) -> list[tuple[str, str]]:
    """The schools to narrow the list by; none where there is no choice, or while intake does not say: the list goes on."""
    try:
        known = await indienen.schools(parts.services, actor)
    except (Forbidden, TemporaryError):
        return []
    return [(school.code, school.naam) for school in known.scholen] if len(known.scholen) > 1 else []
