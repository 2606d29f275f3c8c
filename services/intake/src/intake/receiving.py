"""Messages of one connector, stored many at a time: one INSERT, one commit, one ack.

What arrives shortly after a commit, or during it, gathers for the next one. So one message is stored at once, and a thousand
need some ten commits; what follows then also goes by batches. Nothing is judged here: what came is kept as it came.
"""

import asyncio
import hashlib
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from aio_pika.abc import AbstractIncomingMessage
from aiormq.exceptions import ChannelInvalidStateError

from intake import metrics
from intake.adapters.acks import Acks, Tag
from intake.adapters.wire import properties_of
from intake.domain.reading import identity_of
from intake.pace import Pace, Rate
from intake.store import received
from intake.store.received import Arrival
from intake.usecases.batch import Connector
from shared import clock, failpoints
from shared.database import Database, is_outage
from shared.inbox import Stopping
from shared.log import get_logger

log = get_logger()

MOST = 200
"""Messages in one statement."""
MOST_BYTES = 4 * 1024 * 1024
failpoints.register("intake.before-store", "intake.after-store", "intake.after-ack")


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message in hand: what to store, and how to tell the broker that it is."""

    tag: Tag
    arrival: Arrival


class Collector:
    """Stores what a connector sends. ``hold`` carries work through outages of the database; ``stored`` follows a commit."""

    def __init__(
        self,
        connector: Connector,
        database: Database,
        *,
        limit: int,
        pace: float,
        per_minute: int,
        hold: Callable[[Callable[[], Awaitable[None]]], Awaitable[None]],
        stored: Callable[[], None],
    ) -> None:
        self._connector = connector
        self._database = database
        self._limit = limit
        self._pace = Pace(pace)
        self._rate = Rate(per_minute)
        self._hold = hold
        self._stored = stored
        self._acks = Acks()
        self._waiting: deque[Delivery] = deque()
        self._woken = asyncio.Event()
        self._stopping = False
        self._stopped = asyncio.Event()
        self._held_back = metrics.HELD_BACK.labels(connector.id)
        self._received = metrics.RECEIVED.labels(connector.id)
        self._repeated = metrics.REPEATED.labels(connector.id)

    async def receive(self, message: AbstractIncomingMessage) -> None:
        """Take one delivery; the broker's order is kept."""
        with suppress(ChannelInvalidStateError):  # already gone, and what it brought comes again
            self._waiting.append(Delivery((message.channel, message.delivery_tag or 0), self._arrival(message)))
            self._woken.set()

    def stop(self) -> None:
        """Finish what is in hand."""
        self._stopping = True
        self._woken.set()
        self._stopped.set()

    async def run(self) -> None:
        """Store and acknowledge until ``stop``. What is not stored then stays with the broker."""
        with suppress(Stopping):
            while self._waiting or not self._stopping:
                if not self._waiting:
                    await self._woken.wait()
                    self._woken.clear()
                    continue
                await self._pace.turn()
                if not (batch := self._take()):
                    continue
                failpoints.hit("intake.before-store")
                await self._hold(partial(self._store, batch))
                failpoints.hit("intake.after-store")
                self._stored()
                await self._acks.settle(delivery.tag for delivery in batch)
                failpoints.hit("intake.after-ack")
                await self._hold_back(len(batch))

    async def _hold_back(self, count: int) -> None:
        """Leave the rest with the broker for as long as the connector is over its rate."""
        if wait := self._rate.wait_after(count):
            begun = time.monotonic()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), wait)
            self._held_back.inc(time.monotonic() - begun)

    def _take(self) -> list[Delivery]:
        batch: list[Delivery] = []
        size = 0
        while self._waiting and len(batch) < MOST and size < MOST_BYTES:
            delivery = self._waiting.popleft()
            if delivery.tag[0].is_closed:
                continue  # the broker took it back, in an outage of the database for one, and brings it again
            size += len(delivery.arrival.body or b"")
            batch.append(delivery)
        return batch

    async def _store(self, batch: Sequence[Delivery]) -> None:
        """Store a batch; when the database refuses something in it, message by message, so that one cannot stop the others."""
        arrivals = [delivery.arrival for delivery in batch]
        try:
            await self._insert(arrivals)
        except Exception as error:
            if is_outage(error):
                raise
            log.exception("arrivals_refused", connector=self._connector.id, count=len(arrivals))
            for arrival in arrivals:
                await self._insert_alone(arrival)
        self._received.inc(len(arrivals))

    async def _insert(self, arrivals: Sequence[Arrival]) -> None:
        pool = self._database.pool
        fresh = set(await received.store(pool, self._connector.id, arrivals))
        for arrival in arrivals:
            if arrival.identity is None:
                continue
            if arrival.identity in fresh:
                fresh.remove(arrival.identity)
                continue
            self._repeated.inc()
            if not await received.repeat(pool, self._connector.id, arrival):
                # The same id with another content is another message: kept, and refused by name.
                await received.store(pool, self._connector.id, [replace(arrival, identity=None)])

    async def _insert_alone(self, arrival: Arrival) -> None:
        try:
            await self._insert([arrival])
        except Exception as error:
            if is_outage(error):
                raise
            log.exception("arrival_stored_bare", connector=self._connector.id)
            bare = replace(arrival, identity=None, properties={"onleesbaar": True}, traceparent=None)
            await received.store(self._database.pool, self._connector.id, [bare])

    def _arrival(self, message: AbstractIncomingMessage) -> Arrival:
        properties = properties_of(message)
        body = message.body
        traceparent = properties.get("headers", {}).get("traceparent")
        return Arrival(
            identity=identity_of(properties, self._connector.gebruiker),
            properties=properties,
            size=len(body),
            sha256=hashlib.sha256(body).digest(),
            body=body if len(body) <= self._limit else None,
            traceparent=traceparent if isinstance(traceparent, str) else None,
            at=clock.now(),
        )
