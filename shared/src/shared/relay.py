"""The relay: takes outbox rows to the broker, in order per subject, and marks them once the broker confirmed.

One replica of a service is active, by a lease row with an expiry and a fencing token. A holder that freezes loses the lease;
when it thaws, its next claim finds another fence and returns nothing. What it still had in hand may go out twice, with
the same message id, and the inbox on the other side absorbs that.

A row the broker cannot route, or closes the channel over, waits longer each time and holds back only its own subject. An outage
of the broker is nobody's fault: the rows wait and count no attempt.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

import aio_pika
import asyncpg
from opentelemetry import trace

from shared import clock, failpoints, telemetry
from shared.database import Database, is_outage
from shared.errors import BrokerUnavailable, Refused, SchakelError
from shared.log import get_logger
from shared.metrics import OUTBOX_SENT
from shared.publisher import Publisher

log = get_logger()

BATCH = 200
_LEASE = """
UPDATE relay_lease SET holder = $1, fence = CASE WHEN holder = $1 THEN fence ELSE fence + 1 END,
    expires_at = now() + $2 * interval '1 second'
WHERE holder = $1 OR expires_at < now() RETURNING fence
"""
_RELEASE = "UPDATE relay_lease SET expires_at = '-infinity' WHERE holder = $1"
_CLAIM = """
SELECT id, message_id, exchange, routing_key, subject, type, correlation_id, traceparent, headers, body, created_at, attempts
FROM outbox
WHERE sent_at IS NULL AND EXISTS (SELECT FROM relay_lease WHERE fence = $1 AND holder = $2 AND expires_at > now())
    AND NOT EXISTS (
        SELECT FROM outbox AS failing WHERE failing.subject = outbox.subject AND failing.sent_at IS NULL
            AND failing.attempts > 0 AND failing.next_attempt_at > $3)
ORDER BY id LIMIT $4
"""
_MARK = "UPDATE outbox SET sent_at = $2 WHERE id = ANY($1::bigint[])"
_FAILED = """
UPDATE outbox SET attempts = attempts + 1, last_error = $2,
    next_attempt_at = $3::timestamptz + least(300, 2 ^ least(attempts, 10)) * interval '1 second'
WHERE id = $1
"""
_PURGE = "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE sent_at < $1 ORDER BY sent_at LIMIT 5000)"


class Relay:
    """Runs inside each replica; ``wake`` after a commit makes it start at once, ``poll`` seconds is the latest."""

    def __init__(self, database: Database, publisher: Publisher, *, lease: float = 10.0, poll: float = 1.0) -> None:
        self._database = database
        self._publisher = publisher
        self._lease = lease
        self._poll = poll
        self._me = clock.new_id()
        self._fence: int | None = None
        self._deadline = 0.0
        self._woken = asyncio.Event()
        self._stopping = False
        self._careful = False

    @property
    def is_active(self) -> bool:
        """Whether this replica holds the lease, as far as it knows."""
        return self._fence is not None and time.monotonic() < self._deadline

    def wake(self) -> None:
        """Look for rows now."""
        self._woken.set()

    async def run(self) -> None:
        """Relay until ``stop``; an outage of broker or database only makes it wait."""
        while not self._stopping:
            try:
                full = await self._hold() and await self._round() == BATCH
            except Exception as error:
                if not (is_outage(error) or isinstance(error, BrokerUnavailable | Refused)):
                    log.exception("relay_failed")
                self._fence = None if is_outage(error) else self._fence
                full = False
            if not full:
                await self._rest()
        await self._release()

    def stop(self) -> None:
        """Finish the batch in hand and give the lease back."""
        self._stopping = True
        self._woken.set()

    async def purge(self, before: datetime) -> None:
        """Delete rows sent before this moment, a few thousand at a time."""
        while (await self._database.pool.execute(_PURGE, before)) == "DELETE 5000":  # noqa: ASYNC110 - waits for rows, not for a flag
            await asyncio.sleep(0)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self._poll):
                await self._woken.wait()
        except TimeoutError:
            pass
        self._woken.clear()

    async def _hold(self) -> bool:
        asked = time.monotonic()
        if self._fence is not None and asked < self._deadline - self._lease / 2:
            return True
        self._fence = await self._database.pool.fetchval(_LEASE, self._me, self._lease)
        self._deadline = asked + self._lease
        return self._fence is not None

    async def _release(self) -> None:
        try:
            await self._database.pool.execute(_RELEASE, self._me)
        except Exception as error:
            if not is_outage(error):
                raise

    async def _round(self) -> int:
        rows = await self._database.pool.fetch(_CLAIM, self._fence, self._me, clock.now(), BATCH)
        if not rows:
            return 0
        failpoints.hit("relay.after-claim")
        subjects: dict[str, list[asyncpg.Record]] = defaultdict(list)
        for row in rows:
            subjects[row["subject"]].append(row)
        confirmed: list[int] = []
        results: list[BaseException | None]
        if self._careful:
            results = [await self._one_by_one(subjects.values(), confirmed)]
        else:
            sending = (self._send_in_order(group, confirmed) for group in subjects.values())
            results = await asyncio.gather(*sending, return_exceptions=True)
        if confirmed:
            failpoints.hit("relay.after-confirm")
            await self._database.pool.execute(_MARK, confirmed, clock.now())
            failpoints.hit("relay.after-mark")
            OUTBOX_SENT.inc(len(confirmed))
        trouble = next((result for result in results if isinstance(result, BaseException)), None)
        self._careful = isinstance(trouble, BrokerUnavailable | Refused)
        if trouble is not None:
            raise trouble
        return len(rows)

    async def _one_by_one(self, groups: Iterable[Sequence[asyncpg.Record]], confirmed: list[int]) -> BrokerUnavailable | None:
        """Send with nothing else under way: a message that the broker will not have closes the channel on all that are."""
        for group in groups:
            try:
                await self._send_in_order(group, confirmed, alone=True)
            except BrokerUnavailable as error:
                return error
        return None

    async def _send_in_order(self, rows: Sequence[asyncpg.Record], confirmed: list[int], *, alone: bool = False) -> None:
        for row in rows:
            if time.monotonic() >= self._deadline:
                return
            try:
                await self._send(row)
            except BrokerUnavailable:
                raise
            except Refused:
                if not alone:
                    raise
                await self._failed(row, "Refused: the broker does not let us publish this")
                return
            except (SchakelError, ValueError) as error:
                await self._failed(row, f"{type(error).__name__}: {error}"[:500])
                return
            confirmed.append(row["id"])

    async def _failed(self, row: asyncpg.Record, error: str) -> None:
        log.warning("outbox_row_failed", id=row["id"], type=row["type"], error=error.partition(":")[0])
        await self._database.pool.execute(_FAILED, row["id"], error, clock.now())

    async def _send(self, row: asyncpg.Record) -> None:
        with telemetry.span(f"send {row['type']}", row["traceparent"], trace.SpanKind.PRODUCER) as traceparent:
            headers = dict(row["headers"])
            if traceparent:
                headers["traceparent"] = traceparent
            message = aio_pika.Message(
                row["body"],
                headers=headers,
                content_type="application/json",
                delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
                message_id=str(row["message_id"]),
                correlation_id=str(row["correlation_id"]),
                timestamp=row["created_at"],
                type=row["type"],
            )
            failpoints.hit("relay.before-publish")
            await self._publisher.publish(row["exchange"], row["routing_key"], message)
            failpoints.hit("relay.after-publish")
