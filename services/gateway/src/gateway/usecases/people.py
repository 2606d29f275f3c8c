"""What those who manage the accounts of an SWV do: of its own people, its boards and schools, parents and experts from outside.

>>> account = await invite(tx, post, roles, new, by=session.account.id)      # and mail them how to come in

Who may is in the rules of the SWV: a role of the base kind ``beheerder``. Nobody manages their own account, and nobody one of
another SWV: that is not there.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from gateway import people_store, store, token_store
from gateway.domain.account import Account, Factor, Name, Soort
from gateway.domain.token import Token
from gateway.models.accounts import NieuwPersoon
from gateway.people_store import Listed
from gateway.usecases import guarding, tokens
from gateway.usecases.accounts import NewAccount
from gateway.usecases.post import Post
from shared import clock, roles
from shared.contracts.workflow import Rolnaam
from shared.database import Database, Transaction
from shared.errors import Conflict, Fault, Forbidden, InvalidInput, NotFound
from shared.tokens import Actor

LISTED = 200
_ORGANISATION: dict[Soort, str] = {"school": r"\d{2}[A-Z]{2}\d{2}", "bestuur": r"\d{5}"}


@dataclass(frozen=True, slots=True)
class Found:
    """Accounts, those who wait for leave first; ``more``: there are more than fit."""

    rows: Sequence[Listed]
    more: bool


@dataclass(frozen=True, slots=True)
class Person:
    """An account as its manager sees it."""

    account: Account
    lost: bool
    is_self: bool


async def roles_of_manager(database: Database, actor: Actor) -> tuple[Rolnaam, ...]:
    """Return the roles that someone can give. Raises Forbidden for who does not manage the accounts of their SWV."""
    known = await roles.of_swv(database.pool, actor.swv)
    roles.require_manager(actor, known)
    return known


def new_account(person: NieuwPersoon, swv: str, rollen: Iterable[str], platforms: Iterable[str] = ()) -> NewAccount:
    """Who someone is that was filled in by name; who belongs to no school or board belongs to the SWV."""
    who = (person.organisatie or swv, person.gebruikersnaam, person.naam, person.email)
    return NewAccount(*who, person.soort, swv, tuple(rollen), tuple(platforms))


async def listed(tx: Transaction, actor: Actor, zoek: str) -> Found:
    """List the accounts of this SWV; that someone looked is on record."""
    found = await people_store.list_accounts(tx, actor.swv, zoek[:100], LISTED + 1)
    tx.audit("accounts.bekeken", subject=actor.swv, actor=actor.sub)
    return Found(sorted(found[:LISTED], key=lambda row: not row.lost), len(found) > LISTED)


async def find(tx: Transaction, actor: Actor, account: UUID) -> Person:
    """Return one account of this SWV. Raises NotFound."""
    found = await people_store.by_id(tx, account, actor.swv)
    if found is None:
        raise NotFound("Dit account bestaat niet.")
    return Person(found, await people_store.is_waiting(tx, account), is_self=found.id == actor.sub)


async def invite(tx: Transaction, post: Post, roles: Iterable[Rolnaam], new: NewAccount, *, by: UUID | str) -> Account:
    """Make an account and mail its owner how to come in. Raises InvalidInput, or Conflict when the name is taken.

    That ``by`` may do this for the SWV of ``new`` is for the caller to know.
    """
    name = Name.typed(new.organisatie, new.gebruikersnaam)
    _check(new.swv, name, new.soort, new.rollen, roles, new.platforms)
    factor: Factor = "mail" if new.soort == "ouder" else "app"
    who = (name, new.naam, new.email, new.soort, new.swv, new.rollen)
    account = Account(clock.new_id(), *who, factor, "invited", new.platforms)
    if not await people_store.invite(tx, account):
        raise Conflict("Deze gebruikersnaam bestaat al bij deze organisatie.")
    await post.send_link(tx, account, "uitnodiging")
    tx.audit("account.invited", subject=account.id, actor=by, organisatie=name.organisatie, rollen=new.rollen)
    return account


async def change(
    tx: Transaction,
    actor: Actor,
    roles: Iterable[Rolnaam],
    account: UUID,
    *,
    naam: str,
    email: str,
    rollen: tuple[str, ...],
    platforms: tuple[str, ...] = (),
) -> None:
    """Change who someone is and what they may. Who loses a role loses it now: each request reads the row."""
    person = await find(tx, actor, account)
    known = person.account
    if person.is_self and (set(rollen), set(platforms)) != (set(known.rollen), set(known.platforms)):
        raise Forbidden("Uw eigen rollen wijzigt een ander.")
    _check(actor.swv, known.name, known.soort, rollen, roles, platforms)
    await store.change_account(tx, replace(known, naam=naam, email=email, rollen=rollen, platforms=platforms))
    if email != known.email:
        await people_store.drop_links(tx, account)  # what was mailed to the old address
    given = {"rollen": rollen, "platforms": platforms} if platforms else {"rollen": rollen}
    tx.audit("account.changed", subject=account, actor=actor.sub, organisatie=known.name.organisatie, **given)


async def invite_again(tx: Transaction, post: Post, actor: Actor, account: UUID) -> None:
    """Mail the invitation again. Who was stopped comes in anew, with other factors. Raises Conflict for who is in."""
    person = await _other(tx, actor, account)
    if person.account.staat == "active":
        raise Conflict("Dit account is al in gebruik. Een nieuw wachtwoord vraagt de gebruiker zelf aan bij het inloggen.")
    await people_store.invite_again(tx, account)
    await post.send_link(tx, person.account, "uitnodiging")
    tx.audit("account.invited", subject=account, actor=actor.sub)


async def stop(tx: Transaction, actor: Actor, account: UUID) -> None:
    """Let someone in no more; sessions and tokens end, and nothing that was mailed works."""
    await _other(tx, actor, account)
    if await store.stop_account(tx, account):
        await store.end_sessions(tx, account)
        await people_store.drop_links(tx, account)
        await people_store.settle_factor_request(tx, account)
        tx.audit("account.stopped", subject=account, actor=actor.sub)


async def tokens_of(tx: Transaction, actor: Actor, account: UUID) -> Sequence[Token]:
    """List the tokens for programs that someone of this SWV has. Raises NotFound."""
    return await token_store.living(tx, (await find(tx, actor, account)).account.id)


async def withdraw_token(tx: Transaction, actor: Actor, account: UUID, token: UUID) -> None:
    """Let a program of someone of this SWV in no more. Raises NotFound."""
    person = await find(tx, actor, account)
    await tokens.withdraw(tx, person.account.id, token, by=actor.sub)


async def unlock(tx: Transaction, post: Post, actor: Actor, account: UUID) -> None:
    """Let someone try again who tried too often."""
    person = await find(tx, actor, account)
    who = guarding.guesser(post.box, person.account.name, "")
    await store.forget_attempts(tx, who.name)
    tx.audit("account.unlocked", subject=account, actor=actor.sub)


async def approve_factor(tx: Transaction, post: Post, actor: Actor, account: UUID) -> None:
    """Let someone who lost their telephone set up another app: this is the second person. Raises Conflict without a request."""
    person = await _other(tx, actor, account)
    if not person.lost:
        raise Conflict("Voor dit account is niet om een nieuwe code-app gevraagd.")
    await people_store.settle_factor_request(tx, account)
    await post.send_link(tx, person.account, "tweede-factor")
    tx.audit("account.factor_approved", subject=account, actor=actor.sub)


async def _other(tx: Transaction, actor: Actor, account: UUID) -> Person:
    person = await find(tx, actor, account)
    if person.is_self:
        raise Forbidden("Dit doet een ander voor u: niemand beheert het eigen account.")
    return person


def _check(
    swv: str, name: Name, soort: Soort, rollen: tuple[str, ...], roles: Iterable[Rolnaam], platforms: tuple[str, ...]
) -> None:
    faults, roles = [], tuple(roles)
    if not re.fullmatch(_ORGANISATION.get(soort, re.escape(swv)), name.organisatie):
        faults.append(Fault(field="organisatie", rule="soort", message="Deze organisatie past niet bij het soort gebruiker."))
    known = {role.naam for role in roles if role.soort == soort}
    if unknown := sorted(set(rollen) - known):
        message = f"Deze rol kent het samenwerkingsverband hier niet: {', '.join(unknown)}."
        faults.append(Fault(field="rollen", rule="bekend", message=message))
    if soort in {"swv", "school"} and not rollen:
        faults.append(Fault(field="rollen", rule="minstens-een", message="Kies minstens één rol."))
    faults += _platform_faults(swv, platforms, bound={role.naam for role in roles if role.per_platform} & set(rollen))
    if faults:
        raise InvalidInput(faults)


def _platform_faults(swv: str, platforms: tuple[str, ...], *, bound: Collection[str]) -> Iterator[Fault]:
    """Whoever has a role that is bound to a platform has one of this SWV, and nobody else has any."""
    if bound and not platforms:
        message = f"Kies minstens één platform bij de rol {', '.join(sorted(bound))}."
        yield Fault(field="platforms", rule="minstens-een", message=message)
    if platforms and not bound:
        message = "Een platform hoort bij een rol voor een platform. Kies die rol, of geen platform."
        yield Fault(field="platforms", rule="rol", message=message)
    if foreign := sorted(code for code in platforms if not code.startswith(f"{swv}-")):
        message = f"Dit platform is niet van dit samenwerkingsverband: {', '.join(foreign)}."
        yield Fault(field="platforms", rule="bekend", message=message)
