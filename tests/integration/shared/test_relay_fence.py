"""Two relays on one outbox: one that slept through its lease gets no rows, whatever its own clock says."""

import asyncio
import math
from collections.abc import AsyncIterator

import aio_pika
import pytest

from shared import relay
from shared.database import Database
from shared.outbox import EVENTS
from shared.publisher import Publisher
from shared.relay import Relay
from support.ping import ping
from support.sandbox import Sandbox

LEASE = 0.3
FENCE = "AND EXISTS (SELECT FROM relay_lease WHERE fence = $1 AND holder = $2 AND expires_at > now())"


@pytest.fixture
async def queue(sandbox: Sandbox) -> AsyncIterator[aio_pika.abc.AbstractQueue]:
    """A queue in which every event lands."""
    connection = await aio_pika.connect(sandbox.amqp_url)
    async with connection:
        channel = await connection.channel()
        exchange = await channel.declare_exchange(EVENTS, aio_pika.ExchangeType.TOPIC, durable=True)
        queue = await channel.declare_queue("test.unread", durable=True)
        await queue.bind(exchange, "#")
        yield queue


@pytest.fixture
async def database(sandbox: Sandbox) -> AsyncIterator[Database]:
    database = Database(sandbox.database_url("notify"))
    await database.connect()
    yield database
    await database.close()


@pytest.fixture
async def publisher(sandbox: Sandbox) -> AsyncIterator[Publisher]:
    publisher = Publisher(sandbox.amqp_url)
    await publisher.connect()
    yield publisher
    await publisher.close()


@pytest.mark.parametrize("fenced", [True, False], ids=["fenced", "without the fence"])
async def test_who_lost_the_lease_gets_no_rows_even_when_its_own_clock_stood_still(
    database: Database,
    publisher: Publisher,
    queue: aio_pika.abc.AbstractQueue,
    monkeypatch: pytest.MonkeyPatch,
    *,
    fenced: bool,
) -> None:
    if not fenced:
        assert FENCE in relay._CLAIM
        monkeypatch.setattr(relay, "_CLAIM", relay._CLAIM.replace(FENCE, "AND ($1::bigint, $2::uuid) IS NOT NULL"))
    slept, other = (Relay(database, publisher, lease=LEASE) for _ in range(2))
    assert await slept._hold()
    assert not await other._hold()
    async with database.transaction() as tx:
        tx.publish(ping(1))
    await asyncio.sleep(LEASE + 0.1)
    assert await other._hold()

    slept._deadline = math.inf  # a virtual machine that is suspended takes its monotonic clock with it
    taken = await slept._round()

    assert taken == (0 if fenced else 1)
    assert (await queue.get(fail=False, no_ack=True) is None) is fenced
    assert await other._round() == (1 if fenced else 0)


async def test_an_expired_lease_that_nobody_took_gives_no_rows_until_it_is_renewed(
    database: Database, publisher: Publisher, queue: aio_pika.abc.AbstractQueue
) -> None:
    holder = Relay(database, publisher, lease=LEASE)
    assert await holder._hold()
    async with database.transaction() as tx:
        tx.publish(ping(1))
    await asyncio.sleep(LEASE + 0.1)
    assert await holder._round() == 0
    assert await holder._hold()
    assert await holder._round() == 1
