"""Log in with two factors, go on with a session, log out.

>>> opened = await log_in(database, passwords, box, limits, Attempt("PO2507", "a.jansen", "…", "123456", "192.0.2.7"), "portal")
>>> session = await resume(database, limits, opened.token, "portal")    # on every request

Whatever is wrong, the answer is the same and takes as long (ASVS 5.0, 6.3.8): an unknown name costs a hash too.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from gateway import store
from gateway.adapters.passwords import Passwords
from gateway.adapters.secretbox import SecretBox
from gateway.domain import code
from gateway.domain.account import Name
from gateway.domain.guard import ADDRESS, NAME
from gateway.store import Kind, Session
from shared import clock
from shared.database import Database, Transaction
from shared.errors import NotFound, TooManyRequests, Unauthenticated

REFUSED = "De organisatie, de gebruikersnaam, het wachtwoord of de code klopt niet. Kijk het na en gebruik een nieuwe code."
_NOT_AN_ACCOUNT = code.new_secret()
_SEEN_EVERY = timedelta(seconds=30)


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


async def log_in(
    database: Database, passwords: Passwords, box: SecretBox, limits: Limits, attempt: Attempt, kind: Kind
) -> Opened:
    """Open a session. Raises Unauthenticated, or TooManyRequests with ``retry_after``.

    Takes the database and not a transaction: the attempt must stay counted when it fails, and no connection is held while
    the password is hashed.
    """
    name = Name.typed(attempt.organisatie, attempt.gebruikersnaam)
    by_name = box.blind("name", name.organisatie, name.gebruikersnaam)
    by_address = box.blind("address", attempt.address)
    async with database.transaction() as tx:
        blocked = await store.attempt(tx, by_name, NAME) or await store.attempt(tx, by_address, ADDRESS)
        known = None if blocked else await store.find_login(tx, name)
        if blocked:
            tx.audit("login.blocked", subject=by_name.hex())
    if blocked:
        raise _wait(blocked)
    right = await passwords.verify(known.password_hash if known else None, attempt.password)
    secret = box.open(known.account.id, known.totp_secret) if known else _NOT_AN_ACCOUNT
    step = code.matching_step(secret, attempt.code, clock.now())
    async with database.transaction() as tx:
        if known and right and step is not None and await store.use_code(tx, known.account.id, step):
            await store.forget_attempts(tx, by_name, by_address)
            if passwords.is_outdated(known.password_hash):
                await store.change_hash(tx, known.account.id, await passwords.hash(attempt.password))
            return await _open(tx, limits, known, kind)
        tx.audit("login.refused", subject=known.account.id if known else by_name.hex())
    raise Unauthenticated(REFUSED)


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


def _wait(until: datetime) -> TooManyRequests:
    seconds = max(1, int((until - clock.now()).total_seconds()) + 1)
    minutes = -(-seconds // 60)
    how_long = "een minuut" if minutes == 1 else f"{minutes} minuten"
    text = f"Er is te vaak geprobeerd in te loggen. Wacht {how_long} en probeer het dan opnieuw."
    return TooManyRequests(text, retry_after=seconds)
