"""Messages of one queue that wait for each other share a transaction: one claim, one commit, one flush for all of them.

>>> together = Together(database, "notify.status-gewijzigd")
>>> await together.take(Piece(message_id, subject, handle, refuse))
'handled'

A message that comes alone is handled alone and at once. While ``AT_ONCE`` transactions of the queue run, what comes gathers for
the next one; the prefetch bounds how many. Each message keeps its own inbox row, effect, events and audit rows, and is
acknowledged after the commit that holds them. When anything in a shared transaction fails, nothing of it remains and each
message is handled again in one of its own, so that nobody pays for another's fault.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from uuid import UUID

from shared import clock, failpoints
from shared.database import Database, Transaction
from shared.log import get_logger

log = get_logger()

_CLAIM = """
WITH fresh AS (
    INSERT INTO inbox (consumer, message_id, received_at) SELECT $1, unnest($2::uuid[]), $3
    ON CONFLICT DO NOTHING RETURNING message_id)
SELECT message_id, EXISTS (SELECT FROM vernietigd WHERE hulpvraag = subject) AS erased
FROM fresh JOIN unnest($2::uuid[], $4::uuid[]) AS asked (message_id, subject) USING (message_id)
"""
AT_ONCE = 2
"""Shared transactions of one queue at a time: one may wait for the disk while the next one works."""
HANDLED, DUPLICATE = "handled", "duplicate"


@dataclass(eq=False)
class Piece:
    """One message in hand. ``subject`` is the hulpvraag it is about, if any; ``refuse`` it when that was erased."""

    identity: UUID
    subject: UUID | None
    handle: Callable[[], Awaitable[None]]
    refuse: Callable[[Transaction], None]
    context: Context = field(default_factory=copy_context)
    outcome: "asyncio.Future[str | None]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Together:
    """The shared transactions of one queue."""

    def __init__(self, database: Database, consumer: str) -> None:
        self._database = database
        self._consumer = consumer
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting: list[Piece] = []

    async def take(self, piece: Piece) -> str:
        """Handle a message, with those that wait too; return HANDLED or DUPLICATE when it is committed. Raises what failed."""
        self._waiting.append(piece)
        try:
            async with self._turns:
                if piece in self._waiting:
                    pieces, self._waiting = self._waiting, []
                    await self._share(pieces)
            outcome = await piece.outcome
        finally:
            if piece in self._waiting:
                self._waiting.remove(piece)
        return outcome or await alone(self._database, self._consumer, piece)

    async def _share(self, pieces: Sequence[Piece]) -> None:
        """Handle these in one transaction and tell each its outcome: None where it must be handled again, alone."""
        outcomes: Sequence[str | None] = [None] * len(pieces)
        try:
            outcomes = await _handle(self._database, self._consumer, pieces)
        except Exception as error:
            if len(pieces) == 1:
                raise
            log.warning("messages_apart", queue=self._consumer, count=len(pieces), error=type(error).__name__)
        finally:
            for piece, outcome in zip(pieces, outcomes, strict=True):
                if not piece.outcome.done():
                    piece.outcome.set_result(outcome)


async def alone(database: Database, consumer: str, piece: Piece) -> str:
    """Handle a message in a transaction of its own."""
    (outcome,) = await _handle(database, consumer, [piece])
    return outcome


async def claim(tx: Transaction, consumer: str, asked: Mapping[UUID, UUID | None]) -> dict[UUID, bool]:
    """Claim these messages, each with its subject, for this consumer.

    Returns those that had no effect before, and of each whether its subject was erased after its term.
    """
    ids = sorted(asked)  # in one order, so that two who are brought the same messages wait for each other and never for ever
    rows = await tx.fetch(_CLAIM, consumer, ids, clock.now(), [asked[one] for one in ids])
    return {row["message_id"]: row["erased"] for row in rows}


async def _handle(database: Database, consumer: str, pieces: Sequence[Piece]) -> list[str]:
    outcomes = []
    async with database.transaction() as tx:
        fresh = await claim(tx, consumer, {piece.identity: piece.subject for piece in pieces})
        for piece in pieces:
            failpoints.hit("inbox.in-transaction")
            erased = fresh.pop(piece.identity, None)
            if erased is not None:
                # In the context of its own task: its trace, its chain of work, FastStream's message.
                await asyncio.create_task(_run(piece, tx, erased=erased), context=piece.context)
            outcomes.append(DUPLICATE if erased is None else HANDLED)
            failpoints.hit("inbox.before-commit")
    return outcomes


async def _run(piece: Piece, tx: Transaction, *, erased: bool) -> None:
    with tx.in_hand():
        if erased:
            piece.refuse(tx)
        else:
            await piece.handle()
