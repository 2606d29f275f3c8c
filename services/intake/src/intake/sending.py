"""Messages to one connector: numbered, published with confirms, in order, and never more than it leaves unread.

One sender at a time per connector, by a lease on its line; whoever has work takes it for one step and gives it back. A message
keeps its number and its id when it must be sent again, so that a connector can tell.
"""

import asyncio
from collections.abc import Sequence

import aio_pika
import asyncpg
from opentelemetry.trace import SpanKind

from intake import metrics
from intake.adapters.lvs import send_to
from intake.pace import Pace
from intake.store import outgoing
from intake.window import Window
from shared import clock, failpoints, telemetry
from shared.database import Database
from shared.errors import BrokerUnavailable, Unroutable
from shared.log import get_logger
from shared.publisher import Publisher

log = get_logger()

BATCH = 200
"""Messages published at a time."""
VOLGNUMMER = "volgnummer"
"""The header with the place of a message in the connector's row: 1, 2, 3, without gaps."""
_PATIENCE = 0.05
failpoints.register("answers.after-number", "answers.after-publish", "answers.after-mark")


class Sender:
    """Sends what waits for one connector. ``step`` is a worker's, ``expect`` tells that something was written for it."""

    def __init__(
        self, connector: str, database: Database, publisher: Publisher, window: Window, *, lease: float, pace: float
    ) -> None:
        self._connector = connector
        self._database = database
        self._publisher = publisher
        self._window = window
        self._lease = lease
        self._pace = Pace(pace)
        self._me = clock.new_id()
        self._expecting = True
        self._sent = metrics.SENT.labels(connector)
        self._sending = metrics.SENDING.labels(connector)

    def expect(self) -> None:
        """Something was written for this connector."""
        self._expecting = True

    async def step(self) -> bool:
        """Send as far as the window allows; True: there may be more."""
        if not (self._expecting or await outgoing.waiting(self._database.pool, self._connector)):
            return False
        try:
            room = min(BATCH, await self._window.room())
            if not room:
                return self._window.moves
            await self._pace.turn()
            self._expecting = False
            claimed = await outgoing.claim(self._database.pool, self._connector, self._me, self._lease, room)
            if claimed is None:  # another replica is at it, and may have looked before our row was there
                self._expecting = True
                await asyncio.sleep(_PATIENCE)
                return True
            failpoints.hit("answers.after-number")
            await self._send(*claimed)
            self._expecting = self._expecting or len(claimed[1]) == room
        except (BrokerUnavailable, Unroutable) as error:
            self._expecting = True
            log.warning("answers_wait", connector=self._connector, reason=error.slug)
            return False
        return self._expecting

    async def _send(self, fence: int, rows: Sequence[asyncpg.Record]) -> None:
        """Publish side by side, which keeps their order on one channel; what counts is what was confirmed without a gap."""
        results = await asyncio.gather(*(self._publish(row) for row in rows), return_exceptions=True)
        confirmed = next((place for place, result in enumerate(results) if result is not None), len(rows))
        failpoints.hit("answers.after-publish")
        last = rows[confirmed - 1]["volgnummer"] if confirmed else 0
        await outgoing.sent(self._database.pool, self._connector, self._me, fence, last)
        failpoints.hit("answers.after-mark")
        self._window.took(len(rows))
        self._sent.inc(confirmed)
        if confirmed < len(rows) and isinstance(error := results[confirmed], BaseException):
            raise error

    async def _publish(self, row: asyncpg.Record) -> None:
        with telemetry.span(f"send {row['type']}", row["traceparent"], SpanKind.PRODUCER) as traceparent:
            headers: dict[str, int | str] = {VOLGNUMMER: row["volgnummer"]}
            if traceparent:
                headers["traceparent"] = traceparent
            message = aio_pika.Message(
                row["body"],
                headers=dict(headers),
                content_type="application/json",
                delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
                message_id=str(row["message_id"]),
                correlation_id=row["betreft"],
                timestamp=row["gemaakt_op"],
                type=row["type"],
            )
            await self._publisher.publish(*send_to(self._connector), message)
        self._sending.observe((clock.now() - row["gemaakt_op"]).total_seconds())
