"""The gateway's SQL: accounts, sessions, used codes, attempts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import asyncpg

from gateway.domain.account import Account, Name
from shared import clock, token_epoch
from shared.database import Transaction
from shared.guard import Guard

Kind = Literal["portal", "api"]
"""A session of the portal travels in a cookie, one of the API as bearer token; the one is never taken for the other."""

# ruff: noqa: S608 - statements are put together from the constant below, never from input
PERSON = """account.organisatie, account.gebruikersnaam, account.naam, account.email, account.soort, account.swv,
account.rollen, account.tweede_factor, account.state, account.platforms"""

_FIND_LOGIN = f"""
SELECT id, {PERSON}, password_hash, totp_secret FROM account
WHERE organisatie = $1 AND gebruikersnaam = $2 AND state = 'active'
"""
_FIND_ACCOUNT = f"SELECT id, {PERSON} FROM account WHERE organisatie = $1 AND gebruikersnaam = $2 FOR UPDATE"
_ADD_ACCOUNT = """
INSERT INTO account (id, organisatie, gebruikersnaam, naam, email, soort, swv, rollen, password_hash, totp_secret, created_at,
    platforms, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $11) ON CONFLICT ON CONSTRAINT account_name DO NOTHING RETURNING true
"""
_CHANGE_ACCOUNT = """
UPDATE account SET naam = $2, email = $3, soort = $4, swv = $5, rollen = $6, platforms = $7, changed_at = $8 WHERE id = $1
"""
_CHANGE_FACTORS = """
UPDATE account SET password_hash = $2, totp_secret = $3, changed_at = $4, tweede_factor = 'app',
    state = CASE WHEN state = 'invited' THEN 'active' ELSE state END
WHERE id = $1
"""
_CHANGE_HASH = "UPDATE account SET password_hash = $2 WHERE id = $1"
_STOP_ACCOUNT = "UPDATE account SET state = 'stopped', changed_at = $2 WHERE id = $1 AND state <> 'stopped' RETURNING true"

_USE_CODE = "INSERT INTO used_code (account, step, used_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING true"

_FORGET_CODES = "DELETE FROM used_code WHERE account = $1"

_OPEN_SESSION = """
INSERT INTO session (id, token_hash, account, kind, created_at, seen_at, ends_at) VALUES ($1, $2, $3, $4, $5, $5, $6)
"""
_FIND_SESSION = f"""
SELECT session.id AS session, session.created_at, session.seen_at, session.ends_at, account.id, {PERSON}
FROM session JOIN account ON account.id = session.account
WHERE session.token_hash = $1 AND session.kind = $2 AND session.ended_at IS NULL
    AND session.ends_at > $3 AND session.seen_at > $4 AND account.state = 'active'
"""
_SEE_SESSION = "UPDATE session SET seen_at = $2 WHERE id = $1 AND seen_at < $2"
_SESSIONS = """
SELECT id, kind, created_at, seen_at, ends_at FROM session
WHERE account = $1 AND ended_at IS NULL AND ends_at > $2 AND seen_at > $3 ORDER BY created_at
"""
_END_SESSION = "UPDATE session SET ended_at = $3 WHERE id = $1 AND account = $2 AND ended_at IS NULL RETURNING true"
# What lets someone in without asking the factors anew goes as one: the tokens of programs too.
_END_OTHER_SESSIONS = """
WITH tokens AS (UPDATE api_token SET withdrawn_at = $3 WHERE account = $1 AND withdrawn_at IS NULL)
UPDATE session SET ended_at = $3 WHERE account = $1 AND id <> $2 AND ended_at IS NULL
"""
_END_SESSIONS = """
WITH tokens AS (UPDATE api_token SET withdrawn_at = $2 WHERE account = $1 AND withdrawn_at IS NULL)
UPDATE session SET ended_at = $2 WHERE account = $1 AND ended_at IS NULL
"""

# The row is locked from here to the commit: of many attempts at the same moment each sees the count of the one before.
_ATTEMPT = """
INSERT INTO login_guard AS guard (key, attempts, since) VALUES ($1, 1, $2)
ON CONFLICT (key) DO UPDATE SET
    attempts = CASE WHEN guard.since < $3 THEN 1 ELSE guard.attempts + 1 END,
    since = CASE WHEN guard.since < $3 THEN $2 ELSE guard.since END
WHERE guard.blocked_until IS NULL OR guard.blocked_until <= $2
RETURNING attempts
"""
_BLOCK = "UPDATE login_guard SET blocked_until = $2 WHERE key = $1"
_BLOCKED_UNTIL = "SELECT blocked_until FROM login_guard WHERE key = $1"
_FORGET = "DELETE FROM login_guard WHERE key = $1"
_TAKE_BACK = "UPDATE login_guard SET attempts = greatest(attempts - 1, 0), blocked_until = NULL WHERE key = $1"

_PURGE_CODES = "DELETE FROM used_code WHERE used_at < $1"
_PURGE_GUARDS = "DELETE FROM login_guard WHERE since < $1 AND (blocked_until IS NULL OR blocked_until < $1)"
_PURGE_SESSIONS = "DELETE FROM session WHERE ends_at < $1"
_PURGE_TOKENS = "DELETE FROM api_token WHERE least(ends_at, withdrawn_at) < $1"
_PURGE_LINKS = "DELETE FROM link WHERE ends_at < $1"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a log-in is checked against."""

    account: Account
    password_hash: str
    totp_secret: bytes | None


@dataclass(frozen=True, slots=True)
class Counted:
    """An attempt that may go on, with its number; or until when the next one must wait."""

    attempts: int
    blocked_until: datetime | None


@dataclass(frozen=True, slots=True)
class Session:
    """A session that is alive now, with the account as it is now."""

    id: UUID
    account: Account
    created_at: datetime
    seen_at: datetime
    ends_at: datetime


def account_in(row: asyncpg.Record) -> Account:
    """Make an account of a row with the columns of ``PERSON``."""
    name = Name(row["organisatie"], row["gebruikersnaam"])
    factors = (row["tweede_factor"], row["state"], tuple(row["platforms"]))
    return Account(row["id"], name, row["naam"], row["email"], row["soort"], row["swv"], tuple(row["rollen"]), *factors)


async def find_login(tx: Transaction, name: Name) -> Credentials | None:
    """Return what to check a log-in against; None for a name that may not log in."""
    row = await tx.fetchrow(_FIND_LOGIN, name.organisatie, name.gebruikersnaam)
    return None if row is None else Credentials(account_in(row), row["password_hash"], row["totp_secret"])


async def find_account(tx: Transaction, name: Name) -> Account | None:
    """Return an account, stopped or not, and keep it from changing until the commit."""
    row = await tx.fetchrow(_FIND_ACCOUNT, name.organisatie, name.gebruikersnaam)
    return None if row is None else account_in(row)


async def add_account(tx: Transaction, account: Account, password_hash: str, totp_secret: bytes) -> bool:
    """Store a new account; False when the name is taken."""
    row = (account.id, account.name.organisatie, account.name.gebruikersnaam, account.naam, account.email, account.soort)
    more = (account.swv, list(account.rollen), password_hash, totp_secret, clock.now(), list(account.platforms))
    return bool(await tx.fetchval(_ADD_ACCOUNT, *row, *more))


async def change_account(tx: Transaction, account: Account) -> None:
    """Store who this person is now."""
    who = (account.id, account.naam, account.email, account.soort, account.swv, list(account.rollen), list(account.platforms))
    await tx.execute(_CHANGE_ACCOUNT, *who, clock.now())


async def change_factors(tx: Transaction, account: UUID, password_hash: str, totp_secret: bytes) -> None:
    """Store another password and another secret."""
    await tx.execute(_CHANGE_FACTORS, account, password_hash, totp_secret, clock.now())


async def change_hash(tx: Transaction, account: UUID, password_hash: str) -> None:
    """Store the same password under today's parameters."""
    await tx.execute(_CHANGE_HASH, account, password_hash)


async def stop_account(tx: Transaction, account: UUID) -> bool:
    """Let this account log in no more; False when it could not already."""
    return bool(await tx.fetchval(_STOP_ACCOUNT, account, clock.now()))


async def use_code(tx: Transaction, account: UUID, step: int) -> bool:
    """Use up a code; False when it was used before, here or on another node. Waits for one who is at it."""
    return bool(await tx.fetchval(_USE_CODE, account, step, clock.now()))


async def forget_codes(tx: Transaction, account: UUID) -> None:
    """Let another second factor begin afresh: the codes that were used are of one that is gone."""
    await tx.execute(_FORGET_CODES, account)


async def open_session(tx: Transaction, session: Session, token_hash: bytes, kind: Kind) -> None:
    """Store a new session."""
    await tx.execute(_OPEN_SESSION, session.id, token_hash, session.account.id, kind, session.created_at, session.ends_at)


async def find_session(pool: "asyncpg.Pool[asyncpg.Record]", token_hash: bytes, kind: Kind, idle: timedelta) -> Session | None:
    """Return the session of this token when it is alive and its account may still log in."""
    now = clock.now()
    row = await pool.fetchrow(_FIND_SESSION, token_hash, kind, now, now - idle)
    return None if row is None else Session(row["session"], account_in(row), row["created_at"], row["seen_at"], row["ends_at"])


async def see_session(pool: "asyncpg.Pool[asyncpg.Record]", session: UUID) -> None:
    """Note that a session was used now."""
    await pool.execute(_SEE_SESSION, session, clock.now())


async def sessions(pool: "asyncpg.Pool[asyncpg.Record]", account: UUID, idle: timedelta) -> Sequence[asyncpg.Record]:
    """List the living sessions of an account, oldest first."""
    now = clock.now()
    return await pool.fetch(_SESSIONS, account, now, now - idle)


async def end_session(tx: Transaction, session: UUID, account: UUID) -> bool:
    """End a session of this account; False when there is no such living session."""
    return bool(await tx.fetchval(_END_SESSION, session, account, clock.now()))


async def end_other_sessions(tx: Transaction, account: UUID, kept: UUID) -> None:
    """End every session of an account but this one, and every token."""
    await tx.execute(_END_OTHER_SESSIONS, account, kept, clock.now())


async def end_sessions(tx: Transaction, account: UUID) -> None:
    """End every session of an account, every API token, and what is signed for it inside."""
    token_epoch.begin(tx, account)
    await tx.execute(_END_SESSIONS, account, clock.now())


async def attempt(tx: Transaction, key: bytes, guard: Guard) -> Counted:
    """Count an attempt."""
    now = clock.now()
    attempts = await tx.fetchval(_ATTEMPT, key, now, now - guard.window)
    if attempts is None:
        return Counted(0, await tx.fetchval(_BLOCKED_UNTIL, key))
    if wait := guard.wait_after(attempts):
        await tx.execute(_BLOCK, key, now + wait)
    return Counted(attempts, None)


async def forget_attempts(tx: Transaction, name: bytes, address: bytes | None = None) -> None:
    """The log-in was right: the name starts afresh, the address gets this one attempt back."""
    await tx.execute(_FORGET, name)
    if address is not None:
        await tx.execute(_TAKE_BACK, address)


async def purge(pool: "asyncpg.Pool[asyncpg.Record]") -> None:
    """Delete what protects nothing any more."""
    now = clock.now()
    await pool.execute(_PURGE_CODES, now - timedelta(hours=1))
    await pool.execute(_PURGE_GUARDS, now - timedelta(hours=24))
    await pool.execute(_PURGE_SESSIONS, now - timedelta(days=30))
    await pool.execute(_PURGE_TOKENS, now - timedelta(days=30))
    await pool.execute(_PURGE_LINKS, now)
