"""The append-only log of one service: who did or saw what, chained so that a change shows.

Rows are written in the transaction of the act. A sealer, one at a time, binds all rows of finished transactions into
the next block: its hash covers the previous block's hash and every row, in the order (transaction, id). Altering,
removing, adding or reordering a sealed row breaks the chain from that block on. The app role can insert and read
only; an owner who rewrites everything is caught by the heads that are anchored elsewhere.

>>> await verify(connection)
Verdict(blocks=12, entries=804, broken=None, head=b'…')
>>> await hashes_at(connection, [7])         # to compare with heads that were kept elsewhere
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from shared import clock, context

_APPEND = """
INSERT INTO audit_log (id, at, action, subject, actor, correlation_id, details)
SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::jsonb[])
"""
_HEAD = "SELECT number, below, hash FROM audit_block ORDER BY number DESC LIMIT 1"
_HORIZON = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text"
_ENTRIES = """
SELECT id, transaction_id::text AS tx, at, action, subject, actor, correlation_id, details::text AS details FROM audit_log
WHERE transaction_id >= $1::text::xid8 AND transaction_id < $2::text::xid8 ORDER BY transaction_id, id
"""
_SEAL = """
INSERT INTO audit_block (number, below, entries, previous, hash, sealed_at) VALUES ($1, $2::text::xid8, $3, $4, $5, $6)
"""
_BEHIND = """
SELECT pg_snapshot_xmax(pg_current_snapshot()) < below FROM audit_block ORDER BY number DESC LIMIT 1
"""
_BLOCKS = "SELECT number, below::text AS below, entries, previous, hash FROM audit_block ORDER BY number"
_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended('audit-seal', to_regclass('audit_block')::oid::bigint))"
GENESIS = bytes(32)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log. ``subject`` names what was acted on, ``actor`` who acted (an account id, or a service)."""

    id: UUID
    at: datetime
    action: str
    subject: str
    actor: str | None
    correlation_id: UUID
    details: Mapping[str, object]

    @classmethod
    def new(cls, action: str, subject: object, actor: object, details: Mapping[str, object]) -> "Entry":
        """Stamp an entry with the time, the present chain of work, and the ground on which this actor acts.

        What a program does by a token names the token.
        """
        who, work = None if actor is None else str(actor), context.current()
        ground = work.trail.who if who is not None and who == work.trail.actor else {}
        token = {} if work.token is None else {"token": work.token}
        return cls(clock.new_id(), clock.now(), action, str(subject), who, work.correlation_id, {**ground, **details, **token})


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of ``verify``: ``broken`` is the number of the first block that does not fit, or None.

    ``head`` is the hash of the last block that fits: kept elsewhere, it shows later whether all up to there is still the same.
    """

    blocks: int
    entries: int
    broken: int | None
    head: bytes = GENESIS


async def append(connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]", entries: Sequence[Entry]) -> None:
    """Write these entries with one statement."""
    if entries:
        await connection.execute(
            _APPEND,
            [entry.id for entry in entries],
            [entry.at for entry in entries],
            [entry.action for entry in entries],
            [entry.subject for entry in entries],
            [entry.actor for entry in entries],
            [entry.correlation_id for entry in entries],
            [entry.details for entry in entries],
        )


async def seal(connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]") -> int:
    """Bind what finished transactions wrote into the next block; return how many entries.

    Runs in a transaction of the caller. Another sealer at work: returns 0. Rows of a transaction that still runs lie above
    the snapshot's horizon and wait for the next block, so that no row is ever passed over.
    """
    if not await connection.fetchval(_LOCK):
        return 0
    horizon: str = await connection.fetchval(_HORIZON)
    head = await connection.fetchrow(_HEAD)
    number, below, previous = (head["number"], str(head["below"]), head["hash"]) if head else (0, "0", GENESIS)
    entries = await connection.fetch(_ENTRIES, below, horizon)
    if entries:
        await connection.execute(
            _SEAL, number + 1, horizon, len(entries), previous, _hash(previous, horizon, entries), clock.now()
        )
    return len(entries)


async def require_ahead(connection: "asyncpg.Connection[asyncpg.Record] | asyncpg.Pool[asyncpg.Record]") -> None:
    """Raise RuntimeError when this server numbers its transactions below what is sealed: no log can go on from there.

    So it is after loading a dump into a new server; a physical copy keeps the numbers.
    """
    if await connection.fetchval(_BEHIND):
        msg = "restored from a dump: transactions are numbered below the sealed log; bring a physical copy (deploy/README)"
        raise RuntimeError(msg)


async def verify(connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]") -> Verdict:
    """Recompute the whole chain."""
    previous, below, total, blocks = GENESIS, "0", 0, 0
    for block in await connection.fetch(_BLOCKS):
        entries = await connection.fetch(_ENTRIES, below, block["below"])
        fits = (
            block["number"] == blocks + 1
            and block["previous"] == previous
            and block["entries"] == len(entries)
            and block["hash"] == _hash(previous, block["below"], entries)
        )
        if not fits:
            return Verdict(blocks, total, blocks + 1, previous)
        previous, below, total, blocks = block["hash"], block["below"], total + len(entries), blocks + 1
    return Verdict(blocks, total, None, previous)


async def hashes_at(
    connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]", numbers: Collection[int]
) -> dict[int, bytes]:
    """Return the hashes of these blocks; one that is not there (any more) is left out."""
    rows = await connection.fetch("SELECT number, hash FROM audit_block WHERE number = ANY($1::bigint[])", list(numbers))
    return {row["number"]: row["hash"] for row in rows}


def _hash(previous: bytes, below: str, entries: Sequence[asyncpg.Record]) -> bytes:
    digest = hashlib.sha256(previous)
    digest.update(below.encode())
    for entry in entries:
        row = [str(entry[key]) for key in ("id", "tx", "action", "subject", "actor", "correlation_id", "details")]
        row.append(entry["at"].isoformat())
        digest.update(json.dumps(row, ensure_ascii=False).encode())
    return digest.digest()
