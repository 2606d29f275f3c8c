"""Tokens for programs: made by their owner with both factors, used on ``/api/v1``, withdrawn by the owner or the SWV.

>>> made = await make(database, passwords, post, session, Wish("LAS", scopes, date(2027, 6, 30)), proof, most=365)
>>> made.secret                     # shown this once
'schakel_…'
>>> session = await resume(database, "schakel_…", "hulpvragen:lezen")         # on every request

All of them die when the sessions of their account do (``store.end_sessions``).
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gateway import people_store, store, token_store
from gateway.adapters.passwords import Passwords
from gateway.domain import token as tokens
from gateway.domain.token import Scope, Token
from gateway.store import Session
from gateway.usecases import own
from gateway.usecases.factor import WRONG, is_second_factor, refuse
from gateway.usecases.post import Post
from shared import clock, context
from shared.database import Database, Transaction
from shared.errors import Conflict, Forbidden, NotFound, Unauthenticated
from shared.log import get_logger

log = get_logger()
NOT_FOR_GUESTS = "Tokens zijn er voor medewerkers die inloggen met een code-app. Met uw account kan dit niet."
INVALID = "Dit token geldt niet (meer). Maak een nieuw token op de pagina Mijn account."


class InvalidToken(Unauthenticated):
    """What was sent as bearer token opens nothing: unknown, ended, withdrawn, or its account is stopped (RFC 6750, 3.1)."""

    slug = "token-ongeldig"


class InsufficientScope(Forbidden):
    """A token that counts, at a route that it was not made for (RFC 6750, 3.1). ``extra['scope']`` names what it lacks."""

    slug = "scope-ontbreekt"


@dataclass(frozen=True, slots=True)
class Wish:
    """The token someone wants: a name of their own, what it may do, and its last day."""

    naam: str
    scopes: frozenset[Scope]
    tot_en_met: date


@dataclass(frozen=True, slots=True)
class Proof:
    """That it is really they: password, a new code, and from which network address."""

    password: str
    code: str
    address: str


async def make(
    database: Database, passwords: Passwords, post: Post, session: Session, wish: Wish, proof: Proof, *, most: int
) -> tuple[Token, str]:
    """Make a token, and give its secret: the only time it is seen. ``most`` is its longest life in days.

    Raises Forbidden for who may have none, InvalidInput for the field that is wrong, Conflict for one too many,
    TooManyRequests.
    """
    tokens.check_last_day(wish.tot_en_met, clock.today(), most)
    confirmed = await own.confirm(database, passwords, post, session, proof.password, proof.address)
    async with database.transaction() as tx:
        account = await people_store.by_id(tx, session.account.id, session.account.swv)
        if account is None or account.staat != "active" or not tokens.may_have(account):
            raise Forbidden(NOT_FOR_GUESTS)
        hashed, sealed = await people_store.factors(tx, account.id)
        if hashed != confirmed.password_hash:
            raise refuse("huidig", "klopt", own.NOT_YOURS)  # changed this very moment, which withdraws all tokens
        if not await is_second_factor(tx, post, account, sealed, proof.code):
            raise refuse("code", "klopt", WRONG)
        if len(await token_store.living(tx, account.id)) >= tokens.MOST:
            raise Conflict(f"U heeft al {tokens.MOST} tokens. Trek er eerst een in.")
        await store.forget_attempts(tx, confirmed.who.name, confirmed.who.address)
        secret, now = tokens.new_token(), clock.now()
        made = Token(clock.new_id(), account, wish.naam, wish.scopes, now, clock.end_of(wish.tot_en_met))
        await token_store.add(tx, made, tokens.hash_of(secret), clock.reminder(made.ends_at, now))
        tx.audit("token.made", subject=made.id, actor=account.id, scopes=sorted(made.scopes), tot=made.ends_at.isoformat())
        post.tell(tx, account, "token-gemaakt", token=made.naam)
    return made, secret


async def resume(database: Database, secret: str, scope: Scope | None) -> Session:
    """Return who a program works for. ``scope`` is what the route takes; None takes a log-in.

    From here on each row of the log, here and in the service that is asked, names the token. Raises InvalidToken or
    InsufficientScope.
    """
    found = await token_store.find(database.pool, tokens.hash_of(secret))
    if found is None:
        raise InvalidToken(INVALID)
    now = clock.now()
    if dead := found.dead(now):
        await _refused(database, found, dead)
        raise InvalidToken(INVALID)
    if scope is None or scope not in found.scopes:
        await _refused(database, found, "scope")
        raise _lacks(scope)
    if not found.is_seen(now):
        await token_store.see(database.pool, found.id)
    context.by_token(found.id)
    return Session(found.id, found.account, found.created_at, now, found.ends_at)


async def withdraw(tx: Transaction, account: UUID, token: UUID, *, by: UUID) -> None:
    """Let a token of this account open nothing from now on. Raises NotFound. That ``by`` may is for the caller to know."""
    if not await token_store.withdraw(tx, token, account):
        raise NotFound("Dit token bestaat niet of geldt niet meer.")
    tx.audit("token.withdrawn", subject=token, actor=by, account=account)


class Tokenwachter:
    """Tells owners what ends in a week: ``step`` is a worker's. Each once, however many replicas look."""

    def __init__(self, database: Database, post: Post) -> None:
        self._database = database
        self._post = post

    async def step(self) -> bool:
        """Tell of one; True when there may be more."""
        async with self._database.transaction() as tx:
            found = await token_store.due(tx)
            if found is None:
                return False
            await token_store.reminded(tx, found.id)
            if found.dead(clock.now()) is None:
                self._post.tell(tx, found.account, "token-loopt-af", token=found.naam)
        return True


async def _refused(database: Database, token: Token, reden: str) -> None:
    log.info("token_refused", token=str(token.id), reason=reden)
    async with database.transaction() as tx:
        if await token_store.refuse(tx, token.id):  # a program that goes on and on must not fill the log
            tx.audit("token.refused", subject=token.id, actor=token.account.id, reden=reden)


def _lacks(scope: Scope | None) -> InsufficientScope:
    if scope is None:
        return InsufficientScope("Dit kan niet met een token. Log hiervoor in.")
    return InsufficientScope(f"Dit token heeft het recht {scope} niet. Maak een token met dat recht.", scope=scope)
