"""One connection with the broker, as this connector's user, until it breaks. ``Connector`` makes another."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress

import aio_pika
from aio_pika.abc import AbstractConnection, AbstractExchange, AbstractIncomingMessage, AbstractQueue
from aiormq.exceptions import AMQPError, ChannelInvalidStateError
from yarl import URL

from schakel_lvs.errors import Unreachable
from schakel_lvs.messages import Sent

PREFETCH = 200
_SECONDS = 10
_ERRORS = (AMQPError, ChannelInvalidStateError, OSError, RuntimeError, TimeoutError)
"""What aio-pika raises when the connection is not there, or goes while it is used."""


@contextmanager
def broken() -> Iterator[None]:
    """Turn whatever tells of a broken connection into Unreachable; aio-pika tells of a lost heartbeat by CancelledError."""
    task = asyncio.current_task()
    try:
        yield
    except _ERRORS as error:
        raise Unreachable(f"de broker is niet bereikbaar ({type(error).__name__}: {error})") from error
    except asyncio.CancelledError:
        if task is not None and task.cancelling():
            raise
        raise Unreachable("de verbinding met de broker is weggevallen") from None


class Link:
    """An open connection: ``publish``, and ``deliveries`` until it breaks."""

    def __init__(self, connection: AbstractConnection, exchange: AbstractExchange, queue: AbstractQueue, user: str) -> None:
        self._connection = connection
        self._exchange = exchange
        self._queue = queue
        self._user = user
        self._arrived: asyncio.Queue[AbstractIncomingMessage | None] = asyncio.Queue()

    @classmethod
    async def open(cls, url: str, connector: str) -> "Link":
        """Connect. Raises Unreachable."""
        with broken():
            connection = await aio_pika.connect(
                url, timeout=_SECONDS, client_properties={"connection_name": f"lvs-{connector}"}
            )
            try:
                channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
                await channel.set_qos(prefetch_count=PREFETCH)
                exchange = await channel.get_exchange(f"lvs.{connector}.in", ensure=False)
                queue = await channel.get_queue(f"lvs.{connector}.uit", ensure=False)
            except BaseException:
                await connection.close()
                raise
        link = cls(connection, exchange, queue, URL(url).user or "")
        connection.close_callbacks.add(link._broke)
        channel.close_callbacks.add(link._broke)
        (await channel.get_underlay_channel()).on_consumer_cancel_callbacks.add(link._broke)  # the queue was deleted
        return link

    def _broke(self, *_: object) -> None:
        self._arrived.put_nowait(None)

    async def close(self) -> None:
        """Let go; what was not acknowledged comes again."""
        with suppress(*_ERRORS, Unreachable), broken():
            async with asyncio.timeout(_SECONDS):
                await self._connection.close()

    async def publish(self, sent: Sent, traceparent: str | None = None) -> None:
        """Hand a command to the broker; once this returns it will not be lost there. Raises Unreachable."""
        outgoing = aio_pika.Message(
            sent.body,
            message_id=str(sent.id),
            type=sent.type,
            user_id=self._user,
            content_type="application/json",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            headers={"traceparent": traceparent} if traceparent else {},
        )
        with broken():
            await self._exchange.publish(outgoing, routing_key="", mandatory=True, timeout=_SECONDS)

    async def deliveries(self) -> AsyncIterator[list[AbstractIncomingMessage]]:
        """Read, as many at a time as are there; end when the connection breaks."""
        with broken():
            await self._queue.consume(self._take)
        while True:
            batch = [await self._arrived.get()]
            while not self._arrived.empty():
                batch.append(self._arrived.get_nowait())
            whole = [delivery for delivery in batch if delivery is not None]
            if whole:
                yield whole
            if len(whole) < len(batch):
                return

    async def _take(self, delivery: AbstractIncomingMessage) -> None:
        self._arrived.put_nowait(delivery)
