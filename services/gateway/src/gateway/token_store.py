"""The gateway's SQL about tokens of programs. That they die with the sessions of their account stands in ``store``."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from gateway.domain.token import NOTED_EVERY, Token
from gateway.store import PERSON, account_in
from shared import clock
from shared.database import Transaction

# ruff: noqa: S608 - statements are put together from the constants here, never from input
_TOKEN = f"""
SELECT api_token.id AS token, api_token.naam AS token_naam, scopes, api_token.created_at, ends_at, seen_at, withdrawn_at,
    account.id, {PERSON}
FROM api_token JOIN account ON account.id = api_token.account
"""
_FIND = f"{_TOKEN} WHERE token_hash = $1"
_LIVING = f"{_TOKEN} WHERE api_token.account = $1 AND withdrawn_at IS NULL AND ends_at > $2 ORDER BY api_token.id"
_DUE = f"""
{_TOKEN} WHERE remind_at <= $1 AND withdrawn_at IS NULL ORDER BY remind_at LIMIT 1 FOR UPDATE OF api_token SKIP LOCKED
"""
_ADD = """
INSERT INTO api_token (id, account, token_hash, naam, scopes, created_at, ends_at, remind_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
_SEE = "UPDATE api_token SET seen_at = $2 WHERE id = $1 AND (seen_at IS NULL OR seen_at < $2)"
_REFUSE = "UPDATE api_token SET refused_at = $2 WHERE id = $1 AND (refused_at IS NULL OR refused_at <= $3) RETURNING true"
_WITHDRAW = """
UPDATE api_token SET withdrawn_at = $3 WHERE id = $1 AND account = $2 AND withdrawn_at IS NULL AND ends_at > $3 RETURNING true
"""
_REMINDED = "UPDATE api_token SET remind_at = NULL WHERE id = $1"


async def find(pool: "asyncpg.Pool[asyncpg.Record]", token_hash: bytes) -> Token | None:
    """Return a token, dead or alive, with its account as it is now."""
    row = await pool.fetchrow(_FIND, token_hash)
    return None if row is None else _token_in(row)


async def living(tx: Transaction, account: UUID) -> Sequence[Token]:
    """List the tokens of an account that can be used now, the oldest first."""
    return [_token_in(row) for row in await tx.fetch(_LIVING, account, clock.now())]


async def add(tx: Transaction, token: Token, token_hash: bytes, remind: datetime | None) -> None:
    """Store a new token."""
    row = (token.id, token.account.id, token_hash, token.naam, sorted(token.scopes), token.created_at, token.ends_at, remind)
    await tx.execute(_ADD, *row)


async def see(pool: "asyncpg.Pool[asyncpg.Record]", token: UUID) -> None:
    """Note that a token was used now."""
    await pool.execute(_SEE, token, clock.now())


async def refuse(tx: Transaction, token: UUID) -> bool:
    """Note that a token was refused; False when that was noted within the hour."""
    now = clock.now()
    return bool(await tx.fetchval(_REFUSE, token, now, now - NOTED_EVERY))


async def withdraw(tx: Transaction, token: UUID, account: UUID) -> bool:
    """Let a token of this account open nothing more; False when it did not already."""
    return bool(await tx.fetchval(_WITHDRAW, token, account, clock.now()))


async def due(tx: Transaction) -> Token | None:
    """Return a token of whose end its owner must hear, and keep it from other replicas until the commit."""
    row = await tx.fetchrow(_DUE, clock.now())
    return None if row is None else _token_in(row)


async def reminded(tx: Transaction, token: UUID) -> None:
    """Note that its owner was told, once."""
    await tx.execute(_REMINDED, token)


def _token_in(row: asyncpg.Record) -> Token:
    ends = (row["created_at"], row["ends_at"], row["seen_at"], row["withdrawn_at"])
    return Token(row["token"], account_in(row), row["token_naam"], frozenset(row["scopes"]), *ends)
