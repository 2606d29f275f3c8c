"""Log in with two factors, go on with a session, log out.

>>> attempt = Attempt("PO2507", "a.jansen", "…", "123456", "192.0.2.7")
>>> opened = await log_in(database, passwords, post, limits, attempt, "portal")
>>> session = await resume(database, limits, opened.token, "portal")    # on every request

Whatever is wrong, the answer is the same and takes as long (ASVS 5.0, 6.3.8): an unknown name costs a hash too.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from gateway import store
from gateway.adapters.passwords import Passwords
from gateway.domain.account import Name
from gateway.domain.guard import NAME
from gateway.store import Kind, Session
from gateway.usecases import guarding
from gateway.usecases.factor import is_second_factor
from gateway.usecases.post import Post
from shared import clock
from shared.database import Database, Transaction
from shared.errors import NotFound, Unauthenticated

REFUSED = "De organisatie, de gebruikersnaam, het wachtwoord of de code klopt niet. Kijk het na en gebruik een nieuwe code."
CODE_NEEDED = (
    "Vul ook een code in. Die staat in de app op uw telefoon. Krijgt u codes per mail en kloppen uw gegevens, dan is er nu een "
    "naar u onderweg."
)
_SEEN_EVERY = timedelta(seconds=30)


class CodeNeeded(Unauthenticated):
    """No code was given. The same for everyone, so that it tells nothing; who gets codes by mail has one by now."""

    slug = "code-nodig"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lives: without use, and at all."""

    idle: timedelta
    absolute: timedelta


@dataclass(frozen=True, slots=True)
class Attempt:
    """What someone typed, and from which network address."""

    organisatie: str
    gebruikersnaam: str
    password: str
    code: str
    address: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session, and its token: the only time it is seen."""

    session: Session
    token: str


async def log_in(database: Database, passwords: Passwords, post: Post, limits: Limits, attempt: Attempt, kind: Kind) -> Opened:
    """Open a session. Raises Unauthenticated, CodeNeeded, or TooManyRequests with ``retry_after``.

    Takes the database and not a transaction: the attempt must stay counted when it fails, and no connection is held while
    the password is hashed.
    """
    name = Name.typed(attempt.organisatie, attempt.gebruikersnaam)
    async with database.transaction() as tx:
        who, blocked = await guarding.count(tx, guarding.guesser(post.box, name, attempt.address))
        known = None if blocked else await store.find_login(tx, name)
    if blocked:
        raise guarding.wait(blocked)
    right = await passwords.verify(known.password_hash if known else None, attempt.password)
    has_code = bool(attempt.code.strip())
    async with database.transaction() as tx:
        if known and right and has_code and await is_second_factor(tx, post, known.account, known.totp_secret, attempt.code):
            await store.forget_attempts(tx, who.name, who.address)
            if passwords.is_outdated(known.password_hash):
                await store.change_hash(tx, known.account.id, await passwords.hash(attempt.password))
            return await _open(tx, limits, known, kind)
        if known and right and not has_code and known.account.factor == "mail":
            await post.send_code(tx, known.account)
        else:
            tx.audit("login.refused", subject=known.account.id if known else who.name.hex())
        if known and who.attempts == NAME.free:
            post.tell(tx, known.account, "vergrendeld")
    raise Unauthenticated(REFUSED) if has_code else CodeNeeded(CODE_NEEDED)


async def resume(database: Database, limits: Limits, token: str, kind: Kind, *, touch: bool = True) -> Session:
    """Return the session of this token, alive. Raises Unauthenticated.

    ``touch=False`` is for what a page asks by itself: an open page must not keep a session alive.
    """
    session = await store.find_session(database.pool, _hash(token), kind, limits.idle)
    if session is None:
        raise Unauthenticated("U bent niet aangemeld, of te lang niet bezig geweest. Log opnieuw in.")
    if touch and clock.now() - session.seen_at > _SEEN_EVERY:
        await store.see_session(database.pool, session.id)
    return session


async def log_out(tx: Transaction, session: UUID, account: UUID) -> None:
    """End a session of this account. Raises NotFound when it has no such living session."""
    if not await store.end_session(tx, session, account):
        raise NotFound("Deze sessie bestaat niet of is al beëindigd.")
    tx.audit("session.ended", subject=session, actor=account)


async def _open(tx: Transaction, limits: Limits, known: store.Credentials, kind: Kind) -> Opened:
    now = clock.now()
    token = secrets.token_urlsafe(32)
    session = Session(clock.new_id(), known.account, now, now, now + limits.absolute)
    await store.open_session(tx, session, _hash(token), kind)
    tx.audit("session.started", subject=session.id, actor=known.account.id, kind=kind)
    return Opened(session, token)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
