"""Overlegrondes: begin one, and its page with the reactions, who takes part, and its end."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from gateway.adapters.multipart import received
from gateway.api.base import Dossiernummer
from gateway.downloads import streamed, whole
from gateway.models.overleg import DeadlineOpgave, DeelnemerOpgave, MailsOpgave, OverlegrondeOpgave, ReactieOpgave
from gateway.parts import CurrentParts, Parts
from gateway.portal import forms
from gateway.portal.bijlagen import named
from gateway.portal.pages import HEADERS
from gateway.portal.toegang import SOORTEN
from gateway.sessions import PortalSession
from gateway.store import Session
from gateway.usecases import overleg, overlegbijlagen
from gateway.usecases.overlegbijlagen import Reactieplaats
from shared import clock
from shared.errors import Forbidden, InvalidInput, TooLarge, Unprocessable

router = APIRouter(prefix="/hulpvragen/{dossiernummer}/overlegrondes")
DONE = {
    "begonnen": "De overlegronde is begonnen. Nodig nu de deelnemers uit.",
    "reactie": "Uw reactie is geplaatst.",
    "bijlage": "Het bestand wordt gecontroleerd en staat daarna bij uw reactie. Ververs de pagina om het te zien.",
    "deelnemer": "De deelnemer is uitgenodigd. Er is een mail onderweg.",
    "verwijderd": "De deelnemer doet niet meer mee.",
    "deadline": "De laatste dag is gewijzigd.",
    "gesloten": "De overlegronde is gesloten.",
    "mails": "Uw keuze voor mails is opgeslagen.",
}
_TICKS = ("beslotenReacties", "beslotenDeelname", "organisatorDoetMee")
"""The boxes of the form that begins one: a box that is not ticked is not sent."""


@router.get("/nieuw")
async def new(request: Request, dossiernummer: Dossiernummer, parts: CurrentParts, session: PortalSession) -> Response:
    """Show the form to begin one."""
    given = {"organisatorDoetMee": "ja"}
    return await _form(request, parts, session, dossiernummer, given, {})


@router.post("")
async def start(request: Request, dossiernummer: Dossiernummer, parts: CurrentParts, session: PortalSession) -> Response:
    """Begin it."""
    given = await forms.fields(request)
    ticked = {name: name in given for name in _TICKS}
    opgave, faults = forms.read(OverlegrondeOpgave, {**given, **ticked})
    if opgave is not None:
        try:
            key = given.get("sleutel") or None
            begun = await overleg.start(parts.services, session.account.actor, dossiernummer, opgave, key=key)
        except InvalidInput as refused:
            faults = forms.faults_in(refused)
        else:
            return _back(dossiernummer, begun.overlegronde, "begonnen")
    return await _form(request, parts, session, dossiernummer, given, faults)


@router.get("/{ronde}")
async def one(
    request: Request,
    dossiernummer: Dossiernummer,
    ronde: UUID,
    parts: CurrentParts,
    session: PortalSession,
    gedaan: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show one."""
    return await _page(request, parts, session, dossiernummer, ronde, {}, {}, done=DONE.get(gedaan, ""))


@router.get("/{ronde}/pdf")
async def report(dossiernummer: Dossiernummer, ronde: UUID, parts: CurrentParts, session: PortalSession) -> Response:
    """Download the whole, as far as this person may read it."""
    made = await overleg.report(parts.services, session.account.actor, dossiernummer, ronde)
    return whole(made.naam, made.pdf, "application/pdf")


@router.post("/{ronde}/reacties")
async def react(
    request: Request, dossiernummer: Dossiernummer, ronde: UUID, parts: CurrentParts, session: PortalSession
) -> Response:
    """Say something."""
    given = await forms.fields(request)
    key, actor = _key(given, "reactie"), session.account.actor
    faults = await forms.carried_out(
        ReactieOpgave, given, lambda opgave: overleg.react(parts.services, actor, dossiernummer, ronde, opgave, key=key)
    )
    return await _next(request, parts, session, dossiernummer, ronde, given, faults, "reactie")


@router.get("/{ronde}/reacties/{reactie}/bijlagen")
async def attach(
    request: Request, dossiernummer: Dossiernummer, ronde: UUID, reactie: UUID, parts: CurrentParts, session: PortalSession
) -> Response:
    """Show the form to add files to one's own reaction."""
    return await _files(request, parts, session, Reactieplaats(dossiernummer, ronde, reactie), {})


@router.post("/{ronde}/reacties/{reactie}/bijlagen")
async def attached(
    request: Request, dossiernummer: Dossiernummer, ronde: UUID, reactie: UUID, parts: CurrentParts, session: PortalSession
) -> Response:
    """Add them."""
    at, names = Reactieplaats(dossiernummer, ronde, reactie), list[str]()
    try:
        async with received(request) as form:
            names = [file.naam for file in form.files]
            key = form.fields.get("sleutel") or None
            await overlegbijlagen.add(parts.services, parts.storage, session.account.actor, at, form.files, key=key)
    except (InvalidInput, Unprocessable, TooLarge) as error:
        faults = {"bestand": " ".join(named(forms.faults_in(error), names))}
        return await _files(request, parts, session, at, faults, status=error.status)
    return _back(dossiernummer, ronde, "bijlage")


@router.get("/{ronde}/reacties/{reactie}/bijlagen/{bijlage}")
async def download(
    dossiernummer: Dossiernummer, ronde: UUID, reactie: UUID, bijlage: UUID, parts: CurrentParts, session: PortalSession
) -> Response:
    """Download a file of a reaction."""
    at = Reactieplaats(dossiernummer, ronde, reactie)
    return await streamed(overlegbijlagen.opened(parts.services, parts.storage, session.account.actor, at, bijlage))


@router.post("/{ronde}/deelnemers")
async def join(
    request: Request, dossiernummer: Dossiernummer, ronde: UUID, parts: CurrentParts, session: PortalSession
) -> Response:
    """Let someone take part."""
    given = await forms.fields(request)
    key, actor = _key(given, "deelnemer"), session.account.actor

    async def invite(opgave: DeelnemerOpgave) -> None:
        await overleg.join(parts.database, parts.post, parts.services, actor, dossiernummer, ronde, opgave, key=key)

    faults = await forms.carried_out(DeelnemerOpgave, given, invite)
    return await _next(request, parts, session, dossiernummer, ronde, given, faults, "deelnemer")


@router.post("/{ronde}/deelnemers/{deelnemer}/verwijderen")
async def leave(
    dossiernummer: Dossiernummer, ronde: UUID, deelnemer: UUID, parts: CurrentParts, session: PortalSession
) -> Response:
    """Take someone out."""
    await overleg.leave(parts.services, session.account.actor, dossiernummer, ronde, deelnemer)
    return _back(dossiernummer, ronde, "verwijderd")


@router.post("/{ronde}/deadline")
async def extend(
    request: Request, dossiernummer: Dossiernummer, ronde: UUID, parts: CurrentParts, session: PortalSession
) -> Response:
    """Give it another last day."""
    given = await forms.fields(request)
    actor = session.account.actor
    faults = await forms.carried_out(
        DeadlineOpgave, given, lambda opgave: overleg.extend(parts.services, actor, dossiernummer, ronde, opgave)
    )
    return await _next(request, parts, session, dossiernummer, ronde, given, faults, "deadline")


@router.post("/{ronde}/sluiten")
async def close(
    request: Request, dossiernummer: Dossiernummer, ronde: UUID, parts: CurrentParts, session: PortalSession
) -> Response:
    """End it now."""
    key = _key(await forms.fields(request), "sluiten")
    await overleg.close(parts.services, session.account.actor, dossiernummer, ronde, key=key)
    return _back(dossiernummer, ronde, "gesloten")


@router.post("/{ronde}/mails")
async def mails(
    request: Request, dossiernummer: Dossiernummer, ronde: UUID, parts: CurrentParts, session: PortalSession
) -> Response:
    """Choose whether to get mails of it."""
    opgave = MailsOpgave(mails="mails" in await forms.fields(request))
    await overleg.choose_mails(parts.services, session.account.actor, dossiernummer, ronde, opgave)
    return _back(dossiernummer, ronde, "mails")


def _key(given: Mapping[str, str], form: str) -> str | None:
    """The key of a form: a page has several, and one key for all."""
    return f"{given['sleutel']}-{form}" if given.get("sleutel") else None


def _back(dossiernummer: int, ronde: UUID, done: str) -> Response:
    return RedirectResponse(f"/hulpvragen/{dossiernummer}/overlegrondes/{ronde}?gedaan={done}", 303, HEADERS)


async def _form(
    request: Request,
    parts: Parts,
    session: Session,
    dossiernummer: int,
    given: Mapping[str, str],
    faults: forms.Faults,
) -> Response:
    known = await overleg.listed(parts.services, session.account.actor, dossiernummer)
    if not known.mag_beginnen:
        raise Forbidden(known.belemmering or "Alleen wie aan deze hulpvraag werkt, begint een overlegronde.")
    return parts.pages.show(
        request,
        "overleg_nieuw.html",
        session,
        code=400 if faults else 200,
        dossiernummer=dossiernummer,
        given=given,
        faults=faults,
        sleutel=clock.new_id(),
    )


async def _files(
    request: Request, parts: Parts, session: Session, at: Reactieplaats, faults: forms.Faults, *, status: int = 200
) -> Response:
    shown = await overleg.show(parts.services, session.account.actor, at.dossiernummer, at.ronde)
    own = next((one for one in shown.reacties if one.reactie == at.reactie and one.eigen), None)
    if own is None or not shown.mag_reageren:
        raise Forbidden("Een bestand toevoegen kan alleen bij uw eigen reactie, zolang de overlegronde loopt.")
    values = {"ronde": shown, "reactie": own, "faults": faults, "sleutel": clock.new_id()}
    return parts.pages.show(request, "overleg_bijlage.html", session, code=status, **values)


async def _next(
    request: Request,
    parts: Parts,
    session: Session,
    dossiernummer: int,
    ronde: UUID,
    given: Mapping[str, str],
    faults: forms.Faults,
    done: str,
) -> Response:
    if not faults:
        return _back(dossiernummer, ronde, done)
    return await _page(request, parts, session, dossiernummer, ronde, given, faults)


async def _page(
    request: Request,
    parts: Parts,
    session: Session,
    dossiernummer: int,
    ronde: UUID,
    given: Mapping[str, str],
    faults: forms.Faults,
    *,
    done: str = "",
) -> Response:
    shown = await overleg.show(parts.services, session.account.actor, dossiernummer, ronde)
    return parts.pages.show(
        request,
        "overleg.html",
        session,
        code=400 if faults else 200,
        ronde=shown,
        given=given,
        faults=faults,
        done=done,
        soorten=SOORTEN,
        sleutel=clock.new_id(),
    )
