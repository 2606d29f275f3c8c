"""The accounts of an SWV, for who manages them: list, invite, change, stop, unlock, and leave for another app."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from gateway.domain.account import Soort
from gateway.models.accounts import NieuwPersoon, Persoon
from gateway.parts import CurrentParts, Parts
from gateway.portal import forms
from gateway.portal.pages import HEADERS
from gateway.sessions import PortalSession
from gateway.store import Session
from gateway.usecases import organisaties, people
from shared.contracts.workflow import Rolnaam
from shared.errors import Conflict, Forbidden, InvalidInput
from shared.text import READABLE

router = APIRouter(prefix="/accounts")

SOORTEN: dict[Soort, str] = {
    "swv": "Medewerker van het samenwerkingsverband",
    "school": "Medewerker van een school of voorschoolse voorziening",
    "bestuur": "Medewerker van een schoolbestuur",
    "ouder": "Ouder of verzorger",
    "extern": "Deskundige van buiten",
}
STATEN = {"invited": "uitgenodigd", "active": "in gebruik", "stopped": "gestopt"}
DONE = {
    "uitgenodigd": "De uitnodiging is onderweg.",
    "gewijzigd": "De gegevens zijn opgeslagen.",
    "gestopt": "Het account is gestopt. Openstaande sessies zijn beëindigd en tokens werken niet meer.",
    "vrij": "De blokkade is opgeheven.",
    "ingetrokken": "Het token is ingetrokken. Het werkt niet meer.",
    "goedgekeurd": "De mail met de link om de code-app in te stellen is onderweg.",
}


async def _manager(parts: CurrentParts, session: PortalSession) -> tuple[Session, tuple[Rolnaam, ...]]:
    return session, await people.roles_of_manager(parts.database, session.account.actor)


Manager = Annotated[tuple[Session, tuple[Rolnaam, ...]], Depends(_manager)]


@router.get("")
async def listed(request: Request, parts: CurrentParts, manager: Manager, zoek: Annotated[str, READABLE] = "") -> Response:
    """List them, those who wait for leave first."""
    session, _ = manager
    async with parts.database.transaction() as tx:
        found = await people.listed(tx, session.account.actor, zoek)
    return parts.pages.show(
        request,
        "accounts.html",
        session,
        rows=found.rows,
        zoek=zoek,
        more=found.more,
        staten=STATEN,
        soorten=SOORTEN,
    )


@router.get("/nieuw")
async def form(request: Request, parts: CurrentParts, manager: Manager) -> Response:
    """Show the form for somebody new."""
    return await _new(request, parts, manager, {}, [], {})


@router.post("/nieuw")
async def invite(request: Request, parts: CurrentParts, manager: Manager) -> Response:
    """Make an account and mail the invitation."""
    session, known = manager
    given, chosen = await forms.fields(request), await forms.chosen(request, "rollen")
    platforms = await forms.chosen(request, "platforms")
    opgave, faults = forms.read(NieuwPersoon, given)
    if opgave is not None:
        new = people.new_account(opgave, session.account.swv, chosen, platforms)
        try:
            async with parts.database.transaction() as tx:
                made = await people.invite(tx, parts.post, known, new, by=session.account.id)
        except InvalidInput as refused:
            faults = forms.faults_in(refused)
        except Conflict as refused:
            faults = {"gebruikersnaam": refused.detail}
        else:
            return RedirectResponse(f"/accounts/{made.id}?gedaan=uitgenodigd", 303, HEADERS)
    return await _new(request, parts, manager, given, [*chosen, *platforms], faults)


@router.get("/{account}")
async def one(request: Request, account: UUID, parts: CurrentParts, manager: Manager, gedaan: str = "") -> Response:
    """Show one, with what can be done."""
    return await _one(request, parts, manager, account, {}, done=DONE.get(gedaan, ""))


@router.post("/{account}")
async def change(request: Request, account: UUID, parts: CurrentParts, manager: Manager) -> Response:
    """Change name, address and roles."""
    session, known = manager
    given, chosen = await forms.fields(request), await forms.chosen(request, "rollen")
    platforms = await forms.chosen(request, "platforms")
    opgave, faults = forms.read(Persoon, given)
    if opgave is not None:
        try:
            async with parts.database.transaction() as tx:
                await people.change(
                    tx,
                    session.account.actor,
                    known,
                    account,
                    naam=opgave.naam,
                    email=opgave.email,
                    rollen=tuple(chosen),
                    platforms=tuple(platforms),
                )
        except (Forbidden, InvalidInput) as refused:
            faults = forms.faults_in(refused)
        else:
            return RedirectResponse(f"/accounts/{account}?gedaan=gewijzigd", 303, HEADERS)
    return await _one(request, parts, manager, account, faults)


@router.post("/{account}/uitnodigen")
async def invite_again(account: UUID, parts: CurrentParts, manager: Manager) -> Response:
    """Mail the invitation again."""
    async with parts.database.transaction() as tx:
        await people.invite_again(tx, parts.post, manager[0].account.actor, account)
    return RedirectResponse(f"/accounts/{account}?gedaan=uitgenodigd", 303, HEADERS)


@router.post("/{account}/stoppen")
async def stop(account: UUID, parts: CurrentParts, manager: Manager) -> Response:
    """Let someone in no more."""
    async with parts.database.transaction() as tx:
        await people.stop(tx, manager[0].account.actor, account)
    return RedirectResponse(f"/accounts/{account}?gedaan=gestopt", 303, HEADERS)


@router.post("/{account}/vrijgeven")
async def unlock(account: UUID, parts: CurrentParts, manager: Manager) -> Response:
    """Let someone try again who tried too often."""
    async with parts.database.transaction() as tx:
        await people.unlock(tx, parts.post, manager[0].account.actor, account)
    return RedirectResponse(f"/accounts/{account}?gedaan=vrij", 303, HEADERS)


@router.post("/{account}/tweede-factor")
async def approve(account: UUID, parts: CurrentParts, manager: Manager) -> Response:
    """Give leave to set up another app."""
    async with parts.database.transaction() as tx:
        await people.approve_factor(tx, parts.post, manager[0].account.actor, account)
    return RedirectResponse(f"/accounts/{account}?gedaan=goedgekeurd", 303, HEADERS)


@router.post("/{account}/tokens/{token}/intrekken")
async def withdraw_token(account: UUID, token: UUID, parts: CurrentParts, manager: Manager) -> Response:
    """Let a program of someone in no more."""
    async with parts.database.transaction() as tx:
        await people.withdraw_token(tx, manager[0].account.actor, account, token)
    return RedirectResponse(f"/accounts/{account}?gedaan=ingetrokken", 303, HEADERS)


def _is_shown(role: Rolnaam, held: Collection[str]) -> bool:
    """An alias is offered to nobody; who has it by that name keeps it."""
    return not role.is_alias or role.naam in held


async def _platforms(parts: Parts, session: Session, known: Collection[Rolnaam]) -> list[dict[str, str]]:
    """The platforms of the SWV, where its rules have a role that is bound to one."""
    if not any(role.per_platform for role in known):
        return []
    found = await organisaties.listed(parts.services, session.account.actor, soort="platform")
    return [{"naam": each.code, "uitleg": each.naam} for each in found.organisaties]


async def _new(
    request: Request,
    parts: Parts,
    manager: tuple[Session, tuple[Rolnaam, ...]],
    given: dict[str, str],
    chosen: list[str],
    faults: forms.Faults,
) -> Response:
    session, known = manager
    return parts.pages.show(
        request,
        "account_nieuw.html",
        session,
        code=400 if faults else 200,
        soorten=list(SOORTEN.items()),
        roles=[role for role in known if not role.is_alias],
        platforms=await _platforms(parts, session, known),
        given=given,
        chosen=chosen,
        faults=faults,
    )


async def _one(
    request: Request,
    parts: Parts,
    manager: tuple[Session, tuple[Rolnaam, ...]],
    account: UUID,
    faults: forms.Faults,
    *,
    done: str = "",
) -> Response:
    session, known = manager
    async with parts.database.transaction() as tx:
        person = await people.find(tx, session.account.actor, account)
        tokens = await people.tokens_of(tx, session.account.actor, account)
    return parts.pages.show(
        request,
        "account.html",
        session,
        code=400 if faults else 200,
        one=person.account,
        lost=person.lost,
        tokens=tokens,
        is_self=person.is_self,
        roles=[role for role in known if role.soort == person.account.soort and _is_shown(role, person.account.rollen)],
        platforms=await _platforms(parts, session, known) if person.account.soort == "swv" else [],
        staat=STATEN[person.account.staat],
        soort=SOORTEN[person.account.soort],
        faults=faults,
        done=done,
    )
