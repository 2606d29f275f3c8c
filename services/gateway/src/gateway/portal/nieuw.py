"""A new hulpvraag: choose the aanvraagtype, fill in whom it is about, send. Two plain pages."""

import asyncio
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from gateway.models.aanvraagtypen import Aanvraagtype
from gateway.models.indienen import HulpvraagOpgave
from gateway.parts import CurrentParts, Parts
from gateway.portal import forms
from gateway.portal.pages import HEADERS
from gateway.sessions import PortalSession
from gateway.store import Session
from gateway.usecases import hulpvragen, indienen
from shared import clock
from shared.errors import Forbidden, InvalidInput, NotFound, Unprocessable

router = APIRouter()

WARNINGS = {
    "mobiel-nummer": "Het telefoonnummer lijkt een mobiel nummer. Wie de hulpvraag ziet, ziet ook dit nummer. Is het van uzelf "
    "en niet van de school? Wijzig het dan bij ‘Mijn telefoonnummer klopt niet’ op de pagina van de hulpvraag.",
    "leerlingnaam-in-omschrijving": "In de omschrijving lijkt de naam van de leerling te staan. Die is daar niet nodig. "
    "Laat de naam een volgende keer weg.",
    "tussenvoegsel-apart": "De achternaam lijkt met een tussenvoegsel te beginnen. Vul dat een volgende keer in bij "
    "Tussenvoegsel.",
}
"""What a person is told by rule; only these texts, so that nothing that was typed stands in an address."""


@router.get("/hulpvragen/nieuw")
async def form(
    request: Request,
    parts: CurrentParts,
    session: PortalSession,
    soort: Annotated[str, Query(max_length=250)] = "",
) -> Response:
    """Show the aanvraagtypes, or the form of the one that was chosen."""
    account = session.account
    given = {"contactpersoon.naam": account.naam, "contactpersoon.email": account.email, "soort": soort}
    return await _page(request, parts, session, given, {})


@router.post("/hulpvragen/nieuw")
async def submit(request: Request, parts: CurrentParts, session: PortalSession) -> Response:
    """Send it to the SWV. Once per form, however often the button was pressed."""
    given = await forms.fields(request)
    niveau, _, titel = given.get("soort", "").partition(":")
    opgave, faults = forms.read(HulpvraagOpgave, _nested(given, niveau, titel))
    status = 400
    if opgave is not None:
        try:
            taken = await indienen.submit(parts.services, session.account.actor, opgave, key=given.get("sleutel") or None)
        except (Forbidden, InvalidInput, NotFound, Unprocessable) as refused:
            faults, status = forms.faults_in(refused), refused.status
        else:
            said = [("dossiernummer", str(taken.dossiernummer)), *(("let", fault.rule) for fault in taken.waarschuwingen)]
            return RedirectResponse(f"/hulpvragen/verzonden?{urlencode(said)}", 303, HEADERS)
    return await _page(request, parts, session, given, faults, status=status)


@router.get("/hulpvragen/verzonden")
async def sent(
    request: Request,
    parts: CurrentParts,
    session: PortalSession,
    dossiernummer: Annotated[int, Query(gt=0, lt=2**63)],
    let: Annotated[list[str] | None, Query(max_length=10)] = None,
) -> Response:
    """Say that it was sent, what follows, and what had better been sent otherwise."""
    warned = [WARNINGS[rule] for rule in dict.fromkeys(let or ()) if rule in WARNINGS]
    return parts.pages.show(request, "verzonden.html", session, dossiernummer=dossiernummer, warned=warned)


async def _page(
    request: Request, parts: Parts, session: Session, given: Mapping[str, str], faults: forms.Faults, *, status: int = 200
) -> Response:
    actor = session.account.actor
    kinds, schools = await asyncio.gather(hulpvragen.kinds(parts.services, actor), indienen.schools(parts.services, actor))
    chosen = next((kind for kind in kinds.aanvraagtypes if _name(kind) == given.get("soort")), None)
    faults = {("school" if field.startswith("school") else field): message for field, message in faults.items()}
    return parts.pages.show(
        request,
        "nieuw.html",
        session,
        code=status,
        kinds=[(_name(kind), kind) for kind in kinds.aanvraagtypes],
        chosen=chosen,
        schools=[(school.code, f"{school.naam} ({school.code})") for school in schools.scholen if school.mag_indienen],
        given=given,
        faults=faults,
        sleutel=clock.new_id(),
    )


def _name(kind: Aanvraagtype) -> str:
    """Tell apart two aanvraagtypes of one title: for a leerling, and for a groep."""
    return f"{kind.niveau}:{kind.titel}"


def _nested(given: Mapping[str, str], niveau: str, titel: str) -> dict[str, object]:
    """Put ``leerling.roepnaam`` and the like where the API has them; what was left empty is not there."""
    found: dict[str, object] = {"aanvraagtype": titel, "niveau": niveau, "omschrijving": given.get("omschrijving", "")}
    code = given.get("school", "")
    found["school"] = {"brin": code[:4], "vestiging": code[4:]}
    wanted = ["contactpersoon", *(["leerling"] if niveau == "leerling" else [])]
    for name in wanted:
        prefix = f"{name}."
        found[name] = {key.removeprefix(prefix): value for key, value in given.items() if key.startswith(prefix) and value}
    if niveau == "groep":
        found["groep"] = given.get("groep", "")
    return found
