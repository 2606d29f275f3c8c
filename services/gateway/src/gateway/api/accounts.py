"""``/accounts``: for who manages the accounts of an SWV. No token opens it; what it does, the portal's pages do the same way.

Changing who someone is, and leave for another code app after having spoken to them, stay with the pages.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from gateway.api.base import PREFIX, problems
from gateway.models.accounts import Accountgegevens, AccountOpgave, Accounts, Tokengegevens, Tokens
from gateway.parts import CurrentParts
from gateway.sessions import LoggedIn
from gateway.usecases import people
from shared.contracts.workflow import Rolnaam
from shared.text import READABLE
from shared.tokens import Actor

router = APIRouter(prefix="/accounts", tags=["accounts"])


async def _roles(parts: CurrentParts, session: LoggedIn) -> tuple[Rolnaam, ...]:
    return await people.roles_of_manager(parts.database, session.account.actor)


Roles = Annotated[tuple[Rolnaam, ...], Depends(_roles)]
"""The roles that who manages accounts can give; nobody else comes past it."""


@router.get("", operation_id="accountsTonen")
async def listed(
    parts: CurrentParts,
    session: LoggedIn,
    _: Roles,
    zoek: Annotated[
        str, READABLE, Query(max_length=100, description="in naam, mailadres, organisatie, gebruikersnaam of rol")
    ] = "",
) -> Accounts:
    """List the accounts of one's SWV, its boards and schools, parents and experts."""
    async with parts.database.transaction() as tx:
        found = await people.listed(tx, session.account.actor, zoek)
    return Accounts(accounts=[Accountgegevens.of(row.account, lost=row.lost) for row in found.rows], meer=found.more)


@router.post("", status_code=201, operation_id="accountUitnodigen", responses=problems(409))
async def invite(
    body: AccountOpgave, parts: CurrentParts, session: LoggedIn, known: Roles, response: Response
) -> Accountgegevens:
    """Make an account and mail its owner how to come in."""
    new = people.new_account(body, session.account.swv, body.rollen, body.platforms)
    async with parts.database.transaction() as tx:
        made = await people.invite(tx, parts.post, known, new, by=session.account.id)
    response.headers["location"] = f"{PREFIX}{router.prefix}/{made.id}"
    return Accountgegevens.of(made, lost=False)


@router.get("/{account}", operation_id="accountTonen", responses=problems(404))
async def show(account: UUID, parts: CurrentParts, session: LoggedIn, _: Roles) -> Accountgegevens:
    """Show one account."""
    return await _shown(parts, session.account.actor, account)


@router.delete("/{account}", status_code=204, operation_id="accountStoppen", response_class=Response, responses=problems(404))
async def stop(account: UUID, parts: CurrentParts, session: LoggedIn, _: Roles) -> None:
    """Let someone in no more: sessions, tokens and links end at once. The account stays, and can be invited anew."""
    async with parts.database.transaction() as tx:
        await people.stop(tx, session.account.actor, account)


@router.post("/{account}/uitnodigingen", status_code=202, operation_id="accountOpnieuwUitnodigen", responses=problems(404, 409))
async def invite_again(account: UUID, parts: CurrentParts, session: LoggedIn, _: Roles) -> Accountgegevens:
    """Mail the invitation again, also to who was stopped."""
    async with parts.database.transaction() as tx:
        await people.invite_again(tx, parts.post, session.account.actor, account)
    return await _shown(parts, session.account.actor, account)


@router.delete(
    "/{account}/blokkade", status_code=204, operation_id="accountVrijgeven", response_class=Response, responses=problems(404)
)
async def unlock(account: UUID, parts: CurrentParts, session: LoggedIn, _: Roles) -> None:
    """Let someone try again who tried too often to log in."""
    async with parts.database.transaction() as tx:
        await people.unlock(tx, parts.post, session.account.actor, account)


@router.get("/{account}/tokens", operation_id="tokensTonen", responses=problems(404))
async def tokens(account: UUID, parts: CurrentParts, session: LoggedIn, _: Roles) -> Tokens:
    """List the tokens for programs that an account has."""
    async with parts.database.transaction() as tx:
        found = await people.tokens_of(tx, session.account.actor, account)
    return Tokens(tokens=[Tokengegevens.of(one) for one in found])


@router.delete(
    "/{account}/tokens/{token}",
    status_code=204,
    operation_id="tokenIntrekken",
    response_class=Response,
    responses=problems(404),
)
async def withdraw(account: UUID, token: UUID, parts: CurrentParts, session: LoggedIn, _: Roles) -> None:
    """Let a token open nothing more, at once."""
    async with parts.database.transaction() as tx:
        await people.withdraw_token(tx, session.account.actor, account, token)


async def _shown(parts: CurrentParts, actor: Actor, account: UUID) -> Accountgegevens:
    async with parts.database.transaction() as tx:
        person = await people.find(tx, actor, account)
    return Accountgegevens.of(person.account, lost=person.lost)
