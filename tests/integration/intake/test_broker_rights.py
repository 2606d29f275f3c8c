"""What the broker itself refuses a connector, for every queue and exchange there is."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage
from aiormq.exceptions import ChannelAccessRefused, ChannelPreconditionFailed

from intake.domain import names
from shared.contracts.connector import Aanvaard
from support.intake import Lvs, Served, hulpvraag

Attempt = Callable[[AbstractChannel], Awaitable[object]]


@pytest.fixture
async def connection(served: Served, lvs: Lvs) -> AsyncIterator[AbstractConnection]:
    """One as the connector's user, on which a channel may break for each thing that is tried."""
    broker = served.sandbox.rabbitmq
    async with await aio_pika.connect(broker.amqp_url(lvs.user, lvs.user, served.sandbox.name)) as connection:
        yield connection


async def refused(connection: AbstractConnection, attempt: Attempt) -> bool:
    """Whether the broker refuses it; what it closes is the channel."""
    channel = await connection.channel(publisher_confirms=True)
    try:
        await asyncio.wait_for(attempt(channel), 5)
    except ChannelAccessRefused:
        return True
    await channel.close()
    return False


async def named(served: Served, kind: str) -> list[str]:
    management = served.sandbox.rabbitmq.management
    found = await asyncio.to_thread(management.request, "GET", kind, served.sandbox.name)
    return [one["name"] for one in found]


async def _take(_: AbstractIncomingMessage) -> None:
    """Nothing lies there in these tests."""


def reads(queue: str) -> list[Attempt]:
    """Every way to take or lose what lies in a queue."""

    async def get(channel: AbstractChannel) -> object:
        return await (await channel.get_queue(queue, ensure=False)).get(fail=False, no_ack=False)

    async def consume(channel: AbstractChannel) -> object:
        return await (await channel.get_queue(queue, ensure=False)).consume(_take)

    async def purge(channel: AbstractChannel) -> object:
        return await (await channel.get_queue(queue, ensure=False)).purge()

    return [get, consume, purge]


def writes(exchange: str) -> Attempt:
    async def publish(channel: AbstractChannel) -> object:
        target = await channel.get_exchange(exchange, ensure=False) if exchange else channel.default_exchange
        return await target.publish(aio_pika.Message(b"{}"), "x", mandatory=False)

    return publish


def changes(queue: str, exchange: str) -> list[Attempt]:
    """Every way to make, bind or remove: of what is there, and of what is not."""

    async def bind(channel: AbstractChannel) -> object:
        return await (await channel.get_queue(queue, ensure=False)).bind(exchange, "#")

    async def delete(channel: AbstractChannel) -> object:
        return await (await channel.get_queue(queue, ensure=False)).delete(if_unused=False, if_empty=False)

    async def delete_exchange(channel: AbstractChannel) -> object:
        return await (await channel.get_exchange(exchange, ensure=False)).delete()

    async def make(channel: AbstractChannel) -> object:
        return await channel.declare_queue(f"{queue}.van-mij")

    async def make_exchange(channel: AbstractChannel) -> object:
        return await channel.declare_exchange(f"{exchange}.van-mij")

    return [bind, delete, delete_exchange, make, make_exchange]


async def test_a_connector_reads_its_own_outbound_queue_and_no_other(
    served: Served, lvs: Lvs, connection: AbstractConnection
) -> None:
    queues = await named(served, "queues")
    assert {names.inbox(lvs.connector), names.uit(lvs.connector), names.inbox("parnassys"), names.uit("parnassys")} < set(
        queues
    )
    for queue in queues:
        for attempt in reads(queue):
            assert await refused(connection, attempt) == (queue != names.uit(lvs.connector)), (queue, attempt.__name__)


async def test_a_connector_writes_to_its_own_exchange_and_no_other(
    served: Served, lvs: Lvs, connection: AbstractConnection
) -> None:
    exchanges = await named(served, "exchanges")
    assert {names.exchange(lvs.connector), names.exchange("parnassys"), "events", "dead"} < set(exchanges)
    for exchange in exchanges:
        assert await refused(connection, writes(exchange)) == (exchange != names.exchange(lvs.connector)), exchange


async def test_a_connector_makes_binds_and_removes_nothing(served: Served, lvs: Lvs, connection: AbstractConnection) -> None:
    pairs = [
        (names.uit(lvs.connector), names.exchange(lvs.connector)),
        (names.uit(lvs.connector), "events"),
        (names.inbox("parnassys"), names.exchange("parnassys")),
    ]
    for queue, exchange in pairs:
        for attempt in changes(queue, exchange):
            assert await refused(connection, attempt), (queue, exchange, attempt.__name__)


async def test_a_message_in_the_name_of_another_user_is_refused_by_the_broker(
    served: Served, lvs: Lvs, connection: AbstractConnection
) -> None:
    channel = await connection.channel(publisher_confirms=True)
    exchange = await channel.get_exchange(names.exchange(lvs.connector), ensure=False)
    other = served.world.users["parnassys"]
    with pytest.raises(ChannelPreconditionFailed):
        await exchange.publish(aio_pika.Message(b"{}", user_id=other), "")
    kept = "SELECT count(*) FROM intake.ontvangst WHERE connector = $1"
    assert (await lvs.answer_to(await lvs.send(hulpvraag())))["_"].type == Aanvaard.TYPE
    assert await served.world.fetchval(kept, lvs.connector) == 1


async def test_the_user_that_the_broker_vouched_for_is_stored_with_the_message(served: Served, lvs: Lvs) -> None:
    await lvs.answer_to(await lvs.send(hulpvraag()))
    sender = "SELECT eigenschappen->>'user_id' FROM intake.ontvangst WHERE connector = $1"
    assert await served.world.fetchval(sender, lvs.connector) == lvs.user
