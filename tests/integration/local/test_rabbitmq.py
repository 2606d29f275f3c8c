import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aio_pika
import aio_pika.abc
import aiormq
import httpx
import pytest

from schakel_local.loopback import NO_TLS
from schakel_local.management import Management
from schakel_local.rabbitmq import RabbitMQ
from schakel_local.stack import Stack

QUORUM: dict[str, Any] = {"x-queue-type": "quorum"}


@pytest.fixture
def broker(stack: Stack) -> RabbitMQ:
    return stack.rabbitmq


@asynccontextmanager
async def channel_of(url: str) -> AsyncIterator[aio_pika.abc.AbstractChannel]:
    connection = await aio_pika.connect(url)
    try:
        yield await connection.channel()
    finally:
        await connection.close()


@pytest.fixture
def user(broker: RabbitMQ) -> Iterator[str]:
    """A user who may publish to ``events``, under its own keys, and read ``intake.*``."""
    broker.management.add_user("intake", "geheim", configure="^$", write="^events$", read=r"^intake\.")
    broker.management.set_topic_permission("intake", "events", write=r"^intake\.", read="")
    yield broker.amqp_url("intake", "geheim")
    broker.management.delete_user("intake")


async def test_a_confirmed_message_survives_kill_9(broker: RabbitMQ) -> None:
    async with channel_of(broker.amqp_url()) as channel:
        await channel.declare_queue("kept", durable=True, arguments=QUORUM)
        message = aio_pika.Message(b"hulpvraag", delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        # RabbitMQ 3.10 writes down which quorum queues it has up to a second late: one that is younger is lost in a crash.
        await asyncio.sleep(1.5)
        await channel.default_exchange.publish(message, "kept")

        await asyncio.to_thread(broker.kill)
        await asyncio.to_thread(broker.start)

    async with channel_of(broker.amqp_url()) as channel:
        queue = await channel.get_queue("kept")
        async with queue.iterator(timeout=20) as messages:
            received = await anext(messages)
        await received.ack()
        assert received.body == b"hulpvraag"
        await queue.delete(if_unused=False, if_empty=False)


async def test_a_user_can_do_what_it_may_and_nothing_else(broker: RabbitMQ, user: str) -> None:
    async with channel_of(broker.amqp_url()) as channel:
        await channel.declare_exchange("events", aio_pika.ExchangeType.TOPIC, durable=True)

    async with channel_of(user) as channel:
        events = await channel.get_exchange("events", ensure=False)
        await events.publish(aio_pika.Message(b""), "intake.ontvangen", mandatory=False)
        with pytest.raises(aiormq.exceptions.ChannelAccessRefused):
            await events.publish(aio_pika.Message(b""), "workflow.besloten", mandatory=False)
    async with channel_of(user) as channel:
        with pytest.raises(aiormq.exceptions.ChannelAccessRefused):
            await channel.declare_queue("nieuw")
    with pytest.raises(httpx.HTTPStatusError, match="401"):
        Management(broker.management_url, "intake", "geheim").request("GET", "queues")


async def test_definitions_can_be_imported(broker: RabbitMQ) -> None:
    broker.management.import_definitions(
        {
            "vhosts": [{"name": "proef"}],
            "permissions": [{"user": "admin", "vhost": "proef", "configure": ".*", "write": ".*", "read": ".*"}],
            "queues": [{"name": "q", "vhost": "proef", "durable": True, "auto_delete": False, "arguments": QUORUM}],
        }
    )

    async with channel_of(broker.amqp_url(vhost="proef")) as channel:
        assert (await channel.get_queue("q")).name == "q"
    broker.management.request("DELETE", "vhosts", "proef")


async def test_the_memory_alarm_blocks_who_publishes_until_it_is_cleared(broker: RabbitMQ) -> None:
    async with channel_of(broker.amqp_url()) as channel:
        queue = await channel.declare_queue("alarmed", exclusive=True)
        await asyncio.to_thread(broker.alarm, on=True)
        try:
            publish = asyncio.ensure_future(channel.default_exchange.publish(aio_pika.Message(b"x"), queue.name))
            done, _ = await asyncio.wait([publish], timeout=0.5)
            assert not done
        finally:
            await asyncio.to_thread(broker.alarm, on=False)
        await asyncio.wait_for(publish, 5)


async def test_it_closes_its_clients_connections_on_demand(broker: RabbitMQ) -> None:
    connection = await aio_pika.connect(broker.amqp_url())
    closed = asyncio.Event()
    connection.close_callbacks.add(lambda *_: closed.set())

    await asyncio.to_thread(broker.close_connections)

    await asyncio.wait_for(closed.wait(), 5)
    await connection.close()


async def test_a_frozen_one_confirms_nothing_and_goes_on_where_it_was(broker: RabbitMQ) -> None:
    async with channel_of(broker.amqp_url()) as channel:
        queue = await channel.declare_queue("frozen", exclusive=True)
        broker.freeze()
        try:
            publish = asyncio.ensure_future(channel.default_exchange.publish(aio_pika.Message(b"x"), queue.name))
            done, _ = await asyncio.wait([publish], timeout=0.3)
            assert not done
        finally:
            broker.thaw()
        await asyncio.wait_for(publish, 5)


def test_it_serves_metrics(broker: RabbitMQ) -> None:
    assert "rabbitmq_build_info" in httpx.get(broker.metrics_url, trust_env=False, verify=NO_TLS).text


def test_its_version_is_the_one_that_was_asked_for(broker: RabbitMQ, rabbitmq: RabbitMQ, rabbitmq_root: Path | None) -> None:
    asked = "4." if rabbitmq_root else debian_version("rabbitmq-server")
    for server in (broker, rabbitmq):
        assert server.management.request("GET", "overview")["rabbitmq_version"].startswith(asked)


def debian_version(package: str) -> str:
    """The version of a package that is installed here, without what Debian adds to it."""
    command = ["dpkg-query", "--show", "--showformat", "${Version}", package]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.partition("-")[0]
