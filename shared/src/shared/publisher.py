"""Publishing to RabbitMQ with a certain outcome: confirmed, or an error that says what is known.

Used by the relay and by the retry ladder only. Three traps are closed here, each with a test on the real broker: an unroutable
message raises (``on_return_raises`` and a message id), a wait has an end, and a lost heartbeat, which shows as a CancelledError
nobody asked for, becomes an error.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import aio_pika
from aio_pika.abc import AbstractRobustChannel, AbstractRobustConnection
from aiormq.exceptions import (
    AMQPError,
    ChannelAccessRefused,
    ChannelInvalidStateError,
    ChannelNotFoundEntity,
    DeliveryError,
    PublishError,
)

from shared import failpoints
from shared.errors import BrokerUnavailable, Refused, Unroutable
from shared.log import get_logger

log = get_logger()


class Publisher:
    """One connection and one channel with confirms, restored by itself after an outage.

    >>> await publisher.publish("events", "nl.passend-onderwijs.…", message)
    """

    def __init__(self, url: str, *, timeout: float = 5.0, heartbeat: int = 10, name: str = "schakel") -> None:
        self._url = url
        self._timeout = timeout
        self._heartbeat = heartbeat
        self._name = name
        self._connection: AbstractRobustConnection | None = None
        self._channel: AbstractRobustChannel | None = None
        self._on_connect: list[Callable[[aio_pika.abc.AbstractChannel], Awaitable[None]]] = []

    def on_connect(self, declare: Callable[[aio_pika.abc.AbstractChannel], Awaitable[None]]) -> None:
        """Run this on the channel at the first connect and after each reconnect: topology, for one."""
        self._on_connect.append(declare)

    async def connect(self) -> None:
        """Connect, waiting as long as the broker is away."""
        self._connection = await aio_pika.connect_robust(
            self._url,
            timeout=5,
            reconnect_interval=1,
            fail_fast=False,
            heartbeat=self._heartbeat,
            client_properties={"connection_name": f"{self._name}-publisher"},
        )
        self._channel = await self._connection.channel(publisher_confirms=True, on_return_raises=True)
        for declare in self._on_connect:
            await declare(self._channel)
        self._connection.reconnect_callbacks.add(self._reconnected)

    async def _reconnected(self, _: object = None) -> None:
        log.info("broker_reconnected")
        try:
            await self.declare_again()
        except (AMQPError, ChannelInvalidStateError, OSError, RuntimeError) as error:
            log.warning("topology_not_declared", error=type(error).__name__)

    async def declare_again(self) -> None:
        """Run what ``on_connect`` registered on a channel of its own: a refused declaration closes its channel."""
        if self._connection is None:
            raise BrokerUnavailable
        async with self._connection.channel() as channel:
            for declare in self._on_connect:
                await declare(channel)

    async def has_consumers(self, queues: Sequence[str]) -> bool:
        """Ask the broker whether each of these queues has a consumer."""
        if self._connection is None:
            return False
        try:
            async with asyncio.timeout(2), self._connection.channel() as channel:
                for name in queues:
                    found = await channel.declare_queue(name, passive=True)
                    if not found.declaration_result.consumer_count:
                        return False
        except (AMQPError, ChannelInvalidStateError, OSError, RuntimeError):
            return False
        return True

    async def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            await self._connection.close()
            self._connection = self._channel = None

    @property
    def is_connected(self) -> bool:
        """Whether the connection stands, as far as the socket tells."""
        return self._connection is not None and self._connection.connected.is_set()

    async def publish(
        self,
        exchange: str,
        routing_key: str,
        message: aio_pika.Message,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - part of the contract
    ) -> None:
        """Publish and wait for the confirm.

        Raises Unroutable when no queue took it, BrokerUnavailable when the outcome is unknown: publish again with the same id.
        Refused means that the broker closed the channel over one of the messages that were under way: this one or another.
        """
        if message.message_id is None:
            msg = "a message without message_id cannot be told apart when the broker returns it"
            raise ValueError(msg)
        if self._channel is None:
            raise BrokerUnavailable
        task = asyncio.current_task()
        try:
            async with asyncio.timeout(timeout or self._timeout):
                target = await self._channel.get_exchange(exchange, ensure=False)
                failpoints.hit_soon("publisher.unconfirmed", 0.0003)
                await target.publish(message, routing_key, mandatory=True, timeout=timeout or self._timeout)
        except asyncio.CancelledError as error:
            if task is not None and task.cancelling():
                raise
            raise BrokerUnavailable("de verbinding viel weg") from error
        except (ChannelAccessRefused, ChannelNotFoundEntity) as error:
            raise Refused(f"{exchange}: {routing_key}") from error
        except PublishError as error:
            raise Unroutable(f"{exchange}: {routing_key}") from error
        except DeliveryError as error:
            raise BrokerUnavailable("de broker weigerde het bericht") from error
        except (AMQPError, ChannelInvalidStateError, OSError, RuntimeError) as error:
            raise BrokerUnavailable(type(error).__name__) from error
