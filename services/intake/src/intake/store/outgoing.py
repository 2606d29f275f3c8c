"""The SQL of what goes back to connectors: rows, numbered and sent in order by one sender per connector."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from uuid import UUID

import asyncpg

from intake.store.arrays import literal
from shared import clock, telemetry
from shared.contracts.connector import Public
from shared.database import Transaction

_SETTLE = """
WITH done AS (
    SELECT * FROM unnest($3::bigint[], $4::text[], $5::uuid[], $6::boolean[]) AS done (id, uitkomst, hulpvraag, wissen)),
settled AS (
    UPDATE ontvangst SET staat = 'verwerkt', uitkomst = done.uitkomst, hulpvraag = done.hulpvraag, reden = NULL, sleutel = NULL,
        volgende_poging_op = NULL, body = CASE WHEN done.wissen THEN NULL ELSE ontvangst.body END
    FROM done WHERE ontvangst.id = done.id),
line AS (
    UPDATE lijn SET genummerd = genummerd + cardinality($7::bigint[]) WHERE connector = $1
    RETURNING genummerd - cardinality($7::bigint[]) AS before)
INSERT INTO uitgaand
    (connector, volgnummer, gemaakt_op, ontvangst, type, betreft, hulpvraag, message_id, body, traceparent, over)
SELECT $1, line.before + place, $2, ontvangst, type, betreft, hulpvraag, message_id, body, traceparent, over::uuid[]
FROM line, unnest($7::bigint[], $8::text[], $9::text[], $10::uuid[], $11::uuid[], $12::bytea[], $13::text[], $14::text[])
    WITH ORDINALITY AS answer (ontvangst, type, betreft, hulpvraag, message_id, body, traceparent, over, place)
ORDER BY place
"""
_STATUS = """
WITH newer AS (
    UPDATE hulpvraag SET statusversie = $2, einde = $8,
        laatste_status = CASE WHEN connector IS NOT NULL THEN convert_from($5, 'UTF8')::jsonb END
    WHERE id = $1 AND statusversie < $2 RETURNING connector, verwijderd_op),
heard AS (
    SELECT connector, EXISTS (SELECT FROM notificatie WHERE notificatie.hulpvraag = $1) AS aangekondigd
    FROM newer WHERE connector IS NOT NULL AND verwijderd_op IS NULL),
-- Who sent it by OSO-SWV is told that way, and reads no queue.
written AS (
    INSERT INTO uitgaand (connector, hulpvraag, type, message_id, body, traceparent, gemaakt_op)
    SELECT connector, $1, $3, $4, $5, $6, $7 FROM heard WHERE NOT aangekondigd)
SELECT connector, aangekondigd FROM heard
"""
_ABOUT = """
INSERT INTO uitgaand (connector, hulpvraag, type, message_id, body, traceparent, gemaakt_op)
SELECT connector, $1, $3, $4, $5, $6, $7 FROM hulpvraag
WHERE id = $1 AND connector = coalesce($2, connector) AND verwijderd_op IS NULL
    AND NOT EXISTS (SELECT FROM notificatie WHERE notificatie.hulpvraag = $1)
RETURNING connector
"""
_REPLY = """
WITH asked AS (
    UPDATE slotaanvraag SET beantwoord_op = $6 WHERE id = $1 AND beantwoord_op IS NULL RETURNING connector, ontvangst, betreft)
INSERT INTO uitgaand (connector, betreft, ontvangst, type, message_id, body, traceparent, gemaakt_op, hulpvraag)
SELECT connector, betreft, ontvangst, $2, $3, $4, $5, $6, $7 FROM asked RETURNING connector
"""
_ASKED = "SELECT betreft FROM slotaanvraag WHERE id = $1"
_NUMBER = "SELECT dossiernummer FROM hulpvraag WHERE id = $1"
_EXISTS = "SELECT EXISTS (SELECT FROM hulpvraag WHERE id = $1)"
_WAITING = """
SELECT genummerd > verzonden OR EXISTS (SELECT FROM uitgaand WHERE uitgaand.connector = $1 AND volgnummer IS NULL
    AND NOT (EXISTS (SELECT FROM koppeling WHERE koppeling.connector = $1) AND ingehouden(uitgaand)))
FROM lijn WHERE lijn.connector = $1
"""
_CLAIM = """
WITH next AS (
    SELECT id, row_number() OVER (ORDER BY id) AS place FROM uitgaand WHERE connector = $1 AND volgnummer IS NULL
        -- Asked of no row of a connector without koppelingen: each asking is a statement of its own to PostgreSQL.
        AND NOT (EXISTS (SELECT FROM koppeling WHERE koppeling.connector = $1) AND ingehouden(uitgaand))
    ORDER BY id LIMIT $4),
line AS (
    UPDATE lijn SET houder = $2, fence = fence + 1, verloopt_op = now() + $3 * interval '1 second',
        genummerd = genummerd + (SELECT count(*) FROM next)
    WHERE connector = $1 AND (verloopt_op < now() OR houder = $2)
        -- What `next` saw must still be so: who took the line while we waited for its lock, raised the fence.
        AND fence = (SELECT fence FROM lijn AS seen WHERE seen.connector = $1)
    RETURNING fence, verzonden, genummerd - (SELECT count(*) FROM next) AS before),
numbered AS (
    UPDATE uitgaand SET volgnummer = line.before + next.place FROM next, line WHERE uitgaand.id = next.id
    RETURNING volgnummer, type, betreft, message_id, body, traceparent, gemaakt_op)
SELECT line.fence, line.verzonden, waiting.*,
    -- A lease that a crash forgets does no harm, so it need not wait for the disk; a number given out must never be forgotten.
    CASE WHEN NOT EXISTS (SELECT FROM next) THEN set_config('synchronous_commit', 'off', true) END
FROM line LEFT JOIN (
    SELECT * FROM numbered
    UNION ALL
    SELECT volgnummer, type, betreft, message_id, body, traceparent, gemaakt_op FROM uitgaand, line
    WHERE connector = $1 AND volgnummer > line.verzonden AND volgnummer <= line.before) AS waiting ON true
ORDER BY waiting.volgnummer LIMIT $4
"""
_SENT = """
UPDATE lijn SET verzonden = greatest(verzonden, $4), verloopt_op = '-infinity'
FROM (SELECT set_config('synchronous_commit', 'off', true)) AS forgotten_it_is_sent_again
WHERE connector = $1 AND houder = $2 AND fence = $3
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back about one message. ``betreft`` is the id of that message, as sent."""

    type: str
    betreft: str
    body: bytes
    traceparent: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row of ``ontvangst``. ``erase``: the original may not be kept.

    ``over`` are the hulpvragen that the answer tells of, when that is not the one of the row.
    """

    row: int
    uitkomst: str
    answer: Answer | None = None
    hulpvraag: UUID | None = None
    erase: bool = False
    over: tuple[UUID, ...] | None = None


def encode(message: Public) -> bytes:
    """Write a message of the public contract as JSON."""
    return message.model_dump_json(by_alias=True, exclude_none=True).encode()


async def settle(tx: Transaction, connector: str, outcomes: Sequence[Outcome]) -> None:
    """Mark these rows as processed and write their answers with the next numbers, in this order, with one statement."""
    answered = [(outcome, outcome.answer) for outcome in outcomes if outcome.answer is not None]
    await tx.execute(
        _SETTLE,
        connector,
        clock.now(),
        [outcome.row for outcome in outcomes],
        [outcome.uitkomst for outcome in outcomes],
        [outcome.hulpvraag for outcome in outcomes],
        [outcome.erase for outcome in outcomes],
        [outcome.row for outcome, _ in answered],
        [answer.type for _, answer in answered],
        [answer.betreft for _, answer in answered],
        [outcome.hulpvraag for outcome, _ in answered],
        [clock.new_id() for _ in answered],
        [answer.body for _, answer in answered],
        [answer.traceparent for _, answer in answered],
        [None if outcome.over is None else literal(outcome.over) for outcome, _ in answered],
    )


async def status(
    tx: Transaction, hulpvraag: UUID, versie: int, kind: str, message: Public, *, einde: bool
) -> tuple[str, bool] | None:
    """Write a status message when this version is newer than any before.

    Returns the connector that must hear it, if any, and whether it hears by OSO-SWV: then there is no row, and
    ``usecases.notificaties.meld_status`` tells it.
    """
    row = (hulpvraag, versie, kind, clock.new_id(), encode(message), telemetry.current(), clock.now(), einde)
    found = await tx.fetchrow(_STATUS, *row)
    return (found["connector"], found["aangekondigd"]) if found else None


async def about(tx: Transaction, hulpvraag: UUID, only: str | None, kind: str, message: Public) -> str | None:
    """Write a message about a hulpvraag that came from a connector (``only`` from this one); return the connector, if any.

    About what came by OSO-SWV nothing is written: nobody reads that queue.
    """
    row = (hulpvraag, only, kind, clock.new_id(), encode(message), telemetry.current(), clock.now())
    connector: str | None = await tx.fetchval(_ABOUT, *row)
    return connector


async def reply(tx: Transaction, aanvraag: UUID, kind: str, message: Public, *, hulpvraag: UUID | None = None) -> str | None:
    """Answer a request that documents was asked for, once; return the connector, or None when it was answered."""
    row = (aanvraag, kind, clock.new_id(), encode(message), telemetry.current(), clock.now(), hulpvraag)
    connector: str | None = await tx.fetchval(_REPLY, *row)
    return connector


async def asked(tx: Transaction, aanvraag: UUID) -> str | None:
    """Return the id of the message that asked for these uploadslots, or this letter."""
    betreft: str | None = await tx.fetchval(_ASKED, aanvraag)
    return betreft


async def number(tx: Transaction, hulpvraag: UUID) -> int | None:
    """Return the dossiernummer of a hulpvraag; None when it is not there (any more)."""
    found: int | None = await tx.fetchval(_NUMBER, hulpvraag)
    return found


async def exists(tx: Transaction, hulpvraag: UUID) -> bool:
    """Tell whether intake knows this hulpvraag."""
    return bool(await tx.fetchval(_EXISTS, hulpvraag))


async def waiting(pool: "asyncpg.Pool[asyncpg.Record]", connector: str) -> bool:
    """Tell whether something waits to be sent."""
    return bool(await pool.fetchval(_WAITING, connector))


async def claim(
    pool: "asyncpg.Pool[asyncpg.Record]", connector: str, holder: UUID, lease: float, most: int
) -> tuple[int, list[asyncpg.Record]] | None:
    """Become the one sender of this connector for ``lease`` seconds; return the fence and what must be sent, in order.

    Rows without a number get the next ones. None: another sends. What was numbered while we waited for the line is not seen
    yet; nothing behind it is returned either, so that no number is ever passed over.
    """
    rows = await pool.fetch(_CLAIM, connector, holder, lease, most)
    if not rows:
        return None
    last: int = rows[0]["verzonden"]
    following = takewhile(lambda found: found[1]["volgnummer"] == last + found[0], enumerate(rows, start=1))
    return rows[0]["fence"], [row for _, row in following]


async def sent(pool: "asyncpg.Pool[asyncpg.Record]", connector: str, holder: UUID, fence: int, last: int) -> None:
    """Note up to where the broker confirmed, and let another send. Without effect for who lost the lease."""
    await pool.execute(_SENT, connector, holder, fence, last)
