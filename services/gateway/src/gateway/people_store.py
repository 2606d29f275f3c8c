"""The gateway's SQL about people beside their log-in: who is invited, links, recovery codes, lost telephones."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from gateway.domain.account import Account, Soort
from gateway.domain.link import Doel
from gateway.store import PERSON, account_in
from shared import clock
from shared.database import Transaction

# ruff: noqa: S608 - statements are put together from the constant above, never from input
_INVITE = """
INSERT INTO account (id, organisatie, gebruikersnaam, naam, email, soort, swv, rollen, tweede_factor, state, created_at,
    changed_at, platforms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'invited', $10, $10, $11)
ON CONFLICT ON CONSTRAINT account_name DO NOTHING RETURNING true
"""
_INVITE_AGAIN = """
UPDATE account SET state = 'invited', password_hash = NULL, totp_secret = NULL, changed_at = $2 WHERE id = $1
"""
_BY_ID = f"SELECT id, {PERSON} FROM account WHERE id = $1 AND swv = $2 FOR UPDATE"
_BY_EMAIL = f"""
SELECT id, {PERSON} FROM account WHERE swv = $1 AND organisatie = $2 AND lower(email) = $4 AND state <> 'stopped'
    AND CASE WHEN $3::text IS NULL THEN soort NOT IN ('extern', 'ouder') ELSE soort = $3 END
ORDER BY state, created_at LIMIT 1
"""
_LIST = f"""
SELECT id, {PERSON}, EXISTS (SELECT FROM factor_request WHERE factor_request.account = account.id) AS lost
FROM account WHERE swv = $1 AND ($2 = '' OR position(lower($2) IN lower(
    concat_ws(' ', naam, gebruikersnaam, email, organisatie, array_to_string(rollen, ' ')))) > 0)
ORDER BY state = 'stopped', organisatie, gebruikersnaam LIMIT $3
"""
_ACTIVATE = """
UPDATE account SET state = 'active', password_hash = $2, totp_secret = $3, changed_at = $4 WHERE id = $1 AND state = 'invited'
"""
_CHANGE_TOTP = "UPDATE account SET totp_secret = $2, changed_at = $3 WHERE id = $1"
_FACTORS = "SELECT password_hash, totp_secret FROM account WHERE id = $1"

_PUT_LINK = """
INSERT INTO link (account, doel, token_hash, created_at, ends_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT ON CONSTRAINT link_pkey DO UPDATE SET token_hash = excluded.token_hash, secret = NULL,
    created_at = excluded.created_at, ends_at = excluded.ends_at
"""
_FIND_LINK = f"""
SELECT link.doel, link.secret, account.id, {PERSON} FROM link JOIN account ON account.id = link.account
WHERE link.token_hash = $1 AND link.ends_at > $2 AND link.doel <> 'code' AND account.state <> 'stopped'
FOR UPDATE
"""
_KEEP_FACTOR = "UPDATE link SET secret = $3 WHERE account = $1 AND doel = $2"
_USE_LINK = "DELETE FROM link WHERE account = $1 AND doel = $2 AND token_hash = $3 AND ends_at > $4 RETURNING true"
_DROP_LINKS = "DELETE FROM link WHERE account = $1"

_DROP_CODES = "DELETE FROM recovery_code WHERE account = $1"
_ADD_CODES = "INSERT INTO recovery_code (account, code_hash) SELECT $1, unnest($2::bytea[])"
_NAMES = "SELECT id::text, naam FROM account WHERE id::text = ANY($1::text[])"
_USE_RECOVERY = "DELETE FROM recovery_code WHERE account = $1 AND code_hash = $2 RETURNING true"
_COUNT_CODES = "SELECT count(*) FROM recovery_code WHERE account = $1"

_ASK_FACTOR = "INSERT INTO factor_request (account, asked_at) VALUES ($1, $2) ON CONFLICT DO NOTHING"
_SETTLE_FACTOR = "DELETE FROM factor_request WHERE account = $1 RETURNING true"


@dataclass(frozen=True, slots=True)
class Link:
    """A link that still works, whose it is, and the second factor that is being set up with it, sealed."""

    account: Account
    doel: Doel
    secret: bytes | None


@dataclass(frozen=True, slots=True)
class Listed:
    """An account in the list; ``lost``: it waits for leave to set up another second factor."""

    account: Account
    lost: bool


async def invite(tx: Transaction, account: Account) -> bool:
    """Store an account that cannot log in yet; False when the name is taken."""
    row = (account.id, account.name.organisatie, account.name.gebruikersnaam, account.naam, account.email, account.soort)
    more = (account.swv, list(account.rollen), account.factor, clock.now(), list(account.platforms))
    return bool(await tx.fetchval(_INVITE, *row, *more))


async def invite_again(tx: Transaction, account: UUID) -> None:
    """Take both factors away: who comes in again sets them up anew."""
    await tx.execute(_INVITE_AGAIN, account, clock.now())
    await tx.execute(_DROP_CODES, account)


async def by_id(tx: Transaction, account: UUID, swv: str) -> Account | None:
    """Return an account of this SWV, and keep it from changing until the commit."""
    row = await tx.fetchrow(_BY_ID, account, swv)
    return None if row is None else account_in(row)


async def by_email(tx: Transaction, swv: str, organisatie: str, soort: Soort | None, email: str) -> Account | None:
    """Return the account of this address at an organisation; ``soort`` None is anyone who works there."""
    row = await tx.fetchrow(_BY_EMAIL, swv, organisatie, soort, email)
    return None if row is None else account_in(row)


async def list_accounts(tx: Transaction, swv: str, zoek: str, limit: int) -> list[Listed]:
    """List the accounts of an SWV and of its boards and schools, by organisation; stopped ones last."""
    return [Listed(account_in(row), row["lost"]) for row in await tx.fetch(_LIST, swv, zoek.strip(), limit)]


async def names(pool: "asyncpg.Pool[asyncpg.Record]", accounts: Collection[str]) -> dict[str, str]:
    """The names of these accounts, by id; what is no account is left out."""
    return {row["id"]: row["naam"] for row in await pool.fetch(_NAMES, list(accounts))}


async def is_waiting(tx: Transaction, account: UUID) -> bool:
    """Tell whether this account waits for leave to set up another second factor."""
    return bool(await tx.fetchval("SELECT EXISTS (SELECT FROM factor_request WHERE account = $1)", account))


async def activate(tx: Transaction, account: UUID, password_hash: str, totp_secret: bytes | None) -> None:
    """Let an invited account log in from now on."""
    await tx.execute(_ACTIVATE, account, password_hash, totp_secret, clock.now())


async def change_totp(tx: Transaction, account: UUID, totp_secret: bytes) -> None:
    """Store another second factor."""
    await tx.execute(_CHANGE_TOTP, account, totp_secret, clock.now())


async def factors(tx: Transaction, account: UUID) -> tuple[str | None, bytes | None]:
    """Return the hash of the password and the sealed second factor."""
    row = await tx.fetchrow(_FACTORS, account)
    return (None, None) if row is None else (row["password_hash"], row["totp_secret"])


async def put_link(tx: Transaction, account: UUID, doel: Doel, token_hash: bytes, ends_at: datetime) -> None:
    """Store a link or code; an older one of the same kind works no more."""
    await tx.execute(_PUT_LINK, account, doel, token_hash, clock.now(), ends_at)


async def find_link(tx: Transaction, token_hash: bytes) -> Link | None:
    """Return a link that works now, and keep it from being used elsewhere until the commit."""
    row = await tx.fetchrow(_FIND_LINK, token_hash, clock.now())
    return None if row is None else Link(account_in(row), row["doel"], row["secret"])


async def keep_secret(tx: Transaction, account: UUID, doel: Doel, secret: bytes) -> None:
    """Remember the second factor that is being set up."""
    await tx.execute(_KEEP_FACTOR, account, doel, secret)


async def use_link(tx: Transaction, account: UUID, doel: Doel, token_hash: bytes) -> bool:
    """Use up a link or code; False when it does not work."""
    return bool(await tx.fetchval(_USE_LINK, account, doel, token_hash, clock.now()))


async def drop_links(tx: Transaction, account: UUID) -> None:
    """Let nothing that was mailed to this account work any more."""
    await tx.execute(_DROP_LINKS, account)


async def set_recovery_codes(tx: Transaction, account: UUID, hashes: Sequence[bytes]) -> None:
    """Store new recovery codes in place of the old ones."""
    await tx.execute(_DROP_CODES, account)
    await tx.execute(_ADD_CODES, account, hashes)


async def use_recovery_code(tx: Transaction, account: UUID, code_hash: bytes) -> bool:
    """Use up a recovery code; False when it is none, or was used."""
    return bool(await tx.fetchval(_USE_RECOVERY, account, code_hash))


async def recovery_codes_left(pool: "asyncpg.Pool[asyncpg.Record]", account: UUID) -> int:
    """Count the recovery codes that can still be used."""
    left: int = await pool.fetchval(_COUNT_CODES, account)
    return left


async def ask_for_factor(tx: Transaction, account: UUID) -> None:
    """Note that someone lost their telephone."""
    await tx.execute(_ASK_FACTOR, account, clock.now())


async def settle_factor_request(tx: Transaction, account: UUID) -> bool:
    """Take away the note; False when there was none."""
    return bool(await tx.fetchval(_SETTLE_FACTOR, account))
