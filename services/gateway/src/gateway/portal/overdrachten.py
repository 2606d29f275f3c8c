"""Staff changes: a list, a form, a preview as a table, and the undo; and the telephone number of a contactpersoon."""

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from gateway.models.overdrachten import NieuweOverdracht, NummerOpgave, OverdrachtOpgave, Voorbeeld
from gateway.parts import CurrentParts, Parts
from gateway.portal import forms
from gateway.portal.pages import HEADERS
from gateway.sessions import PortalSession
from gateway.store import Session
from gateway.usecases import indienen, overdrachten
from shared import clock
from shared.errors import Conflict, InvalidInput

router = APIRouter(prefix="/overdrachten")

SOORTEN = [
    ("school", "Iemand van een school: de open hulpvragen van die school"),
    ("coordinator", "Een coördinator: open hulpvragen, scholenkringen en postbussen"),
]
TOEGANG = [
    ("eindigt", "Eindigt: de vertrekkende persoon ziet ze niet meer"),
    ("verhuist", "Gaat mee naar de nieuwe persoon, tot dezelfde dag"),
    ("blijft", "Blijft zoals het is"),
]
STAPPEN = {
    "contact": "Contactpersoon",
    "coordinator": "Coördinator",
    "kring": "Scholenkring",
    "postbus": "Postbus",
    "verlener": "Bericht over het einde van gegeven toegang",
    "toegang": "Toegang tot een hulpvraag",
    "overlegronde": "Overlegronde die deze persoon begon",
    "deelname": "Deelname aan een overlegronde",
}
GEBLEVEN = {
    "gewijzigd": "bleef: iemand heeft dit intussen gewijzigd",
    "afgerond": "bleef: de hulpvraag is intussen afgerond",
    "verlopen": "bleef: de toegang of het overleg was al voorbij",
}
DONE = {
    "overgedragen": "Het werk is overgedragen. De nieuwe persoon krijgt een mail.",
    "gepland": "De overdracht staat klaar. Hij gebeurt vanzelf, kort na middernacht.",
    "ongedaan": "De overdracht is ongedaan gemaakt.",
    "nummer": "Het telefoonnummer is opgeslagen.",
}
FIELDS = {
    "soort": "Wat draagt u over",
    "school": "School",
    "kringen": "Scholenkringen",
    "van": "E-mailadres van wie weggaat",
    "naar.naam": "Naam van de nieuwe persoon",
    "naar.email": "E-mailadres van de nieuwe persoon",
    "naar.functie": "Functie",
    "naar.telefoon": "Telefoonnummer van de school",
    "toegang": "Toegang tot hulpvragen van anderen",
    "datum": "Datum",
}


@router.get("")
async def listed(request: Request, parts: CurrentParts, session: PortalSession, gedaan: str = "") -> Response:
    """Show the handovers, and the form for a telephone number."""
    return await _list(request, parts, session, {}, {}, done=DONE.get(gedaan, ""))


@router.get("/nieuw")
async def form(request: Request, parts: CurrentParts, session: PortalSession) -> Response:
    """Show the form of a new one."""
    return await _form(request, parts, session, {"datum": clock.today().isoformat(), "toegang": "eindigt"}, [], {})


@router.post("/voorbeeld")
async def preview(request: Request, parts: CurrentParts, session: PortalSession) -> Response:
    """Show what would go over, or what is wrong with the form."""
    given, kringen = await forms.fields(request, most=150), await forms.chosen(request, "kringen")
    opgave, faults = forms.read(OverdrachtOpgave, _nested(given, kringen))
    if opgave is not None:
        try:
            seen = await overdrachten.preview(parts.database, parts.services, session.account.actor, opgave)
        except InvalidInput as refused:
            faults = forms.faults_in(refused)
        else:
            return _preview(request, parts, session, given, kringen, opgave, seen)
    return await _form(request, parts, session, given, kringen, faults)


@router.post("")
async def order(request: Request, parts: CurrentParts, session: PortalSession) -> Response:
    """Do it, or plan it. When the count changed since the preview, show the preview anew and say what changed."""
    given, kringen = await forms.fields(request, most=150), await forms.chosen(request, "kringen")
    telling = {name.removeprefix("telling."): value for name, value in given.items() if name.startswith("telling.")}
    opgave, faults = forms.read(NieuweOverdracht, {**_nested(given, kringen), "telling": telling})
    if opgave is None:
        return await _form(request, parts, session, given, kringen, faults)
    actor = session.account.actor
    try:
        made = await overdrachten.order(parts.database, parts.services, actor, opgave, key=given.get("sleutel") or None)
    except Conflict as moved:
        asked = OverdrachtOpgave.model_validate(opgave.model_dump(exclude={"telling"}))
        seen = await overdrachten.preview(parts.database, parts.services, actor, asked)
        return _preview(request, parts, session, given, kringen, asked, seen, conflict=moved.detail)
    except InvalidInput as refused:
        return await _form(request, parts, session, given, kringen, forms.faults_in(refused))
    done = "gepland" if made.staat == "gepland" else "overgedragen"
    return RedirectResponse(f"/overdrachten/{made.overdracht}?gedaan={done}", 303, HEADERS)


@router.post("/nummer")
async def set_number(request: Request, parts: CurrentParts, session: PortalSession) -> Response:
    """Correct a telephone number; left empty, what came along with the hulpvragen shows again."""
    given = await forms.fields(request)
    opgave, faults = forms.read(NummerOpgave, {**given, "telefoon": given.get("telefoon") or None})
    if opgave is not None:
        try:
            await overdrachten.set_number(parts.services, session.account.actor, opgave)
        except InvalidInput as refused:
            faults = forms.faults_in(refused)
        else:
            return RedirectResponse("/overdrachten?gedaan=nummer", 303, HEADERS)
    return await _list(request, parts, session, given, faults)


@router.get("/{overdracht}")
async def one(request: Request, overdracht: UUID, parts: CurrentParts, session: PortalSession, gedaan: str = "") -> Response:
    """Show one, with everything that went over."""
    shown = await overdrachten.show(parts.services, session.account.actor, overdracht)
    return parts.pages.show(
        request,
        "overdracht.html",
        session,
        one=shown,
        stappen=STAPPEN,
        gebleven=GEBLEVEN,
        done=DONE.get(gedaan, ""),
        sleutel=clock.new_id(),
    )


@router.post("/{overdracht}/ongedaan")
async def undo(request: Request, overdracht: UUID, parts: CurrentParts, session: PortalSession) -> Response:
    """Undo it, or call it off."""
    given = await forms.fields(request)
    await overdrachten.undo(parts.services, session.account.actor, overdracht, key=given.get("sleutel") or None)
    return RedirectResponse(f"/overdrachten/{overdracht}?gedaan=ongedaan", 303, HEADERS)


async def _list(
    request: Request, parts: Parts, session: Session, given: dict[str, str], faults: forms.Faults, *, done: str = ""
) -> Response:
    actor = session.account.actor
    known = await overdrachten.listed(parts.services, actor)
    numbers = await overdrachten.numbers(parts.services, actor)
    return parts.pages.show(
        request,
        "overdrachten.html",
        session,
        code=400 if faults else 200,
        overdrachten=known.overdrachten,
        nummers=numbers.nummers,
        schools=await _schools(parts, session, known.school),
        given=given,
        faults=faults,
        done=done,
    )


async def _form(
    request: Request, parts: Parts, session: Session, given: dict[str, str], kringen: list[str], faults: forms.Faults
) -> Response:
    known = await overdrachten.listed(parts.services, session.account.actor)
    return parts.pages.show(
        request,
        "overdracht_nieuw.html",
        session,
        code=400 if faults else 200,
        soorten=SOORTEN if known.school is None else SOORTEN[:1],
        schools=await _schools(parts, session, known.school),
        kringnamen=known.kringen if known.school is None else [],
        kringen=kringen,
        toegangen=TOEGANG,
        given=given,
        fields=FIELDS,
        faults={_field(name): message for name, message in faults.items()},
    )


def _preview(
    request: Request,
    parts: Parts,
    session: Session,
    given: dict[str, str],
    kringen: list[str],
    opgave: OverdrachtOpgave,
    seen: Voorbeeld,
    *,
    conflict: str = "",
) -> Response:
    telling = seen.telling.model_dump(by_alias=True)
    kept = {name: given[name] for name in FIELDS if name in given and name != "kringen"}
    return parts.pages.show(
        request,
        "overdracht_voorbeeld.html",
        session,
        code=409 if conflict else 200,
        opgave=opgave,
        seen=seen,
        hidden=[*kept.items(), *(("kringen", naam) for naam in kringen), *((f"telling.{k}", v) for k, v in telling.items())],
        is_nothing=not any(telling.values()),
        is_today=opgave.datum == clock.today(),
        toegang=dict(TOEGANG)[opgave.toegang],
        conflict=conflict,
        sleutel=clock.new_id(),
    )


async def _schools(parts: Parts, session: Session, only: str | None) -> list[tuple[str, str]]:
    found = await indienen.schools(parts.services, session.account.actor)
    return [(school.code, f"{school.naam} ({school.code})") for school in found.scholen if only in {None, school.code}]


def _nested(given: Mapping[str, str], kringen: list[str]) -> dict[str, object]:
    """Put ``naar.naam`` and the like where the API has them; what was left empty is not there."""
    naar = {name.removeprefix("naar."): value for name, value in given.items() if name.startswith("naar.") and value}
    asked: dict[str, object] = {**given, "naar": naar, "kringen": kringen}
    return asked if given.get("soort") == "coordinator" else {**asked, "kringen": []}


def _field(name: str) -> str:
    """The field of this form that a fault is about: a service may name a part of it."""
    if name == "naar.account":
        return "naar.email"
    return next((field for field in FIELDS if name.startswith(field)), name)
