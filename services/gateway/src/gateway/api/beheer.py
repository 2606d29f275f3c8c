"""``/postbussen``, ``/kringen``, ``/overeenkomsten`` and ``/mandaten``: what the administration sets for its SWV."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from gateway.api.base import IfMatch, problems, put_version, seen_version
from gateway.models.beheer import (
    Kring,
    Kringen,
    KringOpgave,
    Mandaat,
    MandaatOpgave,
    Overeenkomst,
    Overeenkomsten,
    OvereenkomstOpgave,
    Postbus,
    PostbusOpgave,
    Postbussen,
)
from gateway.parts import CurrentParts
from gateway.sessions import ReadsBeheer, WritesBeheer
from gateway.usecases import beheer
from shared.contracts.common import SchoolCode

router = APIRouter(tags=["beheer"])

Rol = Annotated[str, Path(max_length=100, pattern=r"^\w[^/]*$", description="naam van de rol in de regels", examples=["SCP"])]
Kringnaam = Annotated[str, Path(max_length=100, pattern=r"^\w[^/]*$", description="naam in de regels", examples=["Helmond"])]

Bestuur = Annotated[str, Path(pattern=r"^[\w-]{1,20}$", description="nummer van het bestuur", examples=["70001"])]


@router.get("/postbussen", operation_id="postbussenTonen", responses=problems(403))
async def boxes(parts: CurrentParts, session: ReadsBeheer) -> Postbussen:
    """List the roles of one's SWV and the addresses where they get mail."""
    return await beheer.boxes(parts.services, session.account.actor)


@router.put("/postbussen/{rol}", operation_id="postbusWijzigen", responses=problems(404))
async def set_box(rol: Rol, body: PostbusOpgave, parts: CurrentParts, session: WritesBeheer) -> Postbus:
    """Set the address of a role, or clear it."""
    return await beheer.set_box(parts.services, session.account.actor, rol, body)


@router.get("/kringen", operation_id="kringenTonen", responses=problems(403))
async def circles(parts: CurrentParts, session: ReadsBeheer) -> Kringen:
    """List the scholenkringen of one's SWV: who coordinates for which schools."""
    return await beheer.circles(parts.services, session.account.actor)


@router.put("/kringen/{naam}", operation_id="kringWijzigen", responses=problems(404))
async def set_circle(naam: Kringnaam, body: KringOpgave, parts: CurrentParts, session: WritesBeheer) -> Kring:
    """Set up a scholenkring. New hulpvragen of its schools get this coordinator; running ones keep theirs."""
    return await beheer.set_circle(parts.services, session.account.actor, naam, body)


@router.get("/overeenkomsten", operation_id="overeenkomstenTonen", responses=problems(403))
async def agreements(parts: CurrentParts, session: ReadsBeheer) -> Overeenkomsten:
    """List the verwerkersovereenkomsten of boards; where the rules ask for one, a school begins overlegrondes only with it."""
    return await beheer.agreements(parts.services, session.account.actor)


@router.put("/overeenkomsten/{bestuur}", operation_id="overeenkomstVastleggen", responses=problems(404))
async def note_agreement(
    bestuur: Bestuur, body: OvereenkomstOpgave, parts: CurrentParts, session: WritesBeheer
) -> Overeenkomst:
    """Note the days of one, or change them."""
    return await beheer.note_agreement(parts.services, session.account.actor, bestuur, body)


@router.get("/mandaten/{school}", operation_id="mandaatTonen", responses=problems(404))
async def mandate(school: SchoolCode, parts: CurrentParts, session: ReadsBeheer, response: Response) -> Mandaat:
    """Show the mandate that counts for a school towards one's SWV."""
    found = await beheer.mandate(parts.services, session.account.actor, school)
    put_version(response, found.versie)
    return found


@router.put("/mandaten/{school}", operation_id="mandaatVastleggen", responses=problems(404, 412))
async def give_mandate(
    school: SchoolCode,
    body: MandaatOpgave,
    parts: CurrentParts,
    session: WritesBeheer,
    response: Response,
    if_match: IfMatch = None,
) -> Mandaat:
    """Note a mandate, change its period or end it. Only the first one of a school goes without ``If-Match``."""
    version = None if if_match is None else seen_version(if_match)
    found = await beheer.give_mandate(parts.services, session.account.actor, school, body, version=version)
    put_version(response, found.versie)
    return found
