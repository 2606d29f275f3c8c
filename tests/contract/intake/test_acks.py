"""Acknowledging many with one frame: the same scenario on the fake channel of the unit tests and on a real one.

What the fake cannot catch: that the broker closes the channel of who acknowledges a delivery twice.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import cast

import aio_pika
import pytest
from aiormq.abc import AbstractChannel

from intake.adapters.acks import Acks
from support.intake import FakeChannel
from support.sandbox import Sandbox

Case = tuple[AbstractChannel, Callable[[], Awaitable[set[int]]]]


@asynccontextmanager
async def fake(_: Sandbox) -> AsyncIterator[Case]:
    channel = FakeChannel()

    async def left() -> set[int]:
        return {tag for tag in range(1, 6) if tag > channel.acked}

    yield cast("AbstractChannel", channel), left


@asynccontextmanager
async def real(sandbox: Sandbox) -> AsyncIterator[Case]:
    """Five messages, delivered; what is left is what comes again once the channel is closed."""
    connection = await aio_pika.connect(sandbox.amqp_url)
    channel = await connection.channel()
    queue = await channel.declare_queue("acks", durable=True, arguments={"x-queue-type": "quorum"})
    for number in range(1, 6):
        await channel.default_exchange.publish(aio_pika.Message(str(number).encode()), "acks")
    delivered: asyncio.Queue[aio_pika.abc.AbstractIncomingMessage] = asyncio.Queue()
    await queue.consume(delivered.put)
    under = (await asyncio.wait_for(delivered.get(), 10)).channel
    for _ in range(4):
        await asyncio.wait_for(delivered.get(), 10)

    async def left() -> set[int]:
        assert not channel.is_closed
        await channel.close()
        again = await connection.channel()
        found = await again.get_queue("acks")
        seen = set()
        while (message := await found.get(fail=False, no_ack=True)) is not None:
            seen.add(int(message.body))
        return seen

    yield under, left
    await connection.close()


@pytest.mark.parametrize("opened", [fake, real])
async def test_what_is_settled_is_acknowledged_up_to_the_first_that_is_not(
    opened: Callable[[Sandbox], AbstractAsyncContextManager[Case]], sandbox: Sandbox
) -> None:
    async with opened(sandbox) as (channel, left):
        acks = Acks()
        await acks.settle([(channel, 1), (channel, 3)])
        await acks.settle([(channel, 5)])
        await acks.settle([(channel, 2)])
        assert await left() == {4, 5}
