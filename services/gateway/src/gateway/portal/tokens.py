"""One's own tokens for programs: see them, make one, withdraw one."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from gateway import token_store
from gateway.domain.token import SCOPES, may_have, read_scopes
from gateway.models.base import Command, Line
from gateway.parts import CurrentParts, Parts
from gateway.portal import forms
from gateway.portal.pages import HEADERS
from gateway.sessions import PortalSession
from gateway.store import Session
from gateway.usecases import tokens
from shared.errors import Conflict, Forbidden, InvalidInput

router = APIRouter(prefix="/mijn-account/tokens")

DONE = {"ingetrokken": "Het token is ingetrokken. Het werkt niet meer."}


class TokenOpgave(Command):
    """What is filled in beside the rights."""

    naam: Line
    tot_en_met: date


@router.get("")
async def listed(request: Request, parts: CurrentParts, session: PortalSession, gedaan: str = "") -> Response:
    """Show those that work, and the form for another."""
    return await _page(request, parts, session, {}, [], {}, done=DONE.get(gedaan, ""))


@router.post("")
async def make(request: Request, parts: CurrentParts, session: PortalSession) -> Response:
    """Make one and show it, this once."""
    given, chosen = await forms.fields(request), await forms.chosen(request, "scopes")
    opgave, faults = forms.read(TokenOpgave, given)
    proof = tokens.Proof(given.get("huidig", "")[:256], given.get("code", ""), parts.address(request))
    try:
        scopes = read_scopes(chosen)
        if opgave is not None:
            wish = tokens.Wish(opgave.naam, scopes, opgave.tot_en_met)
            made, secret = await tokens.make(
                parts.database, parts.passwords, parts.post, session, wish, proof, most=parts.settings.token_days
            )
            return parts.pages.show(request, "token_gemaakt.html", session, one=made, secret=secret)
    except (Conflict, InvalidInput) as refused:
        faults |= forms.faults_in(refused)
    return await _page(request, parts, session, given, chosen, faults)


@router.post("/{token}/intrekken")
async def withdraw(token: UUID, parts: CurrentParts, session: PortalSession) -> Response:
    """Let one work no more, at once."""
    async with parts.database.transaction() as tx:
        await tokens.withdraw(tx, session.account.id, token, by=session.account.id)
    return RedirectResponse("/mijn-account/tokens?gedaan=ingetrokken", 303, HEADERS)


async def _page(
    request: Request,
    parts: Parts,
    session: Session,
    given: dict[str, str],
    chosen: list[str],
    faults: forms.Faults,
    *,
    done: str = "",
) -> Response:
    if not may_have(session.account):
        raise Forbidden(tokens.NOT_FOR_GUESTS)
    async with parts.database.transaction() as tx:
        living = await token_store.living(tx, session.account.id)
    return parts.pages.show(
        request,
        "tokens.html",
        session,
        code=400 if faults else 200,
        tokens=living,
        scopes=[{"naam": scope, "uitleg": text} for scope, text in SCOPES.items()],
        most=parts.settings.token_days,
        given=given,
        chosen=chosen,
        faults=faults,
        done=done,
    )
