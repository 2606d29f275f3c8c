"""The traps themselves, on the real broker: what FastStream, aio-pika and RabbitMQ do when ours is not around them.

Each test has the number of the one in test_library_facts.py whose protection it lacks. A new version of a library that makes
one of these fail has closed that trap, and our part against it may go.
"""

import asyncio
import gc
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import aio_pika
import pytest
from aiormq.exceptions import AMQPConnectionError, ChannelInvalidStateError, DeliveryError, PublishError
from faststream import AckPolicy
from faststream.asgi import AsgiFastStream, make_ping_asgi
from faststream.exceptions import SkipMessage
from faststream.rabbit import Channel, RabbitBroker, RabbitQueue
from httpx import ASGITransport, AsyncClient
from pamqp.common import FieldTable

from schakel_local.network import Proxy
from shared.topology import safe_arguments
from support.frames import NACK, Recorder
from support.sandbox import Sandbox, eventually

pytestmark = pytest.mark.in_turn(of=3)

QUEUE = "proef"


@asynccontextmanager
async def channel_of(url: str, *, on_return_raises: bool = False) -> AsyncIterator[aio_pika.abc.AbstractChannel]:
    connection = await aio_pika.connect(url)
    async with connection:
        yield await connection.channel(publisher_confirms=True, on_return_raises=on_return_raises)


async def left_in(url: str, queue: str) -> list[bytes]:
    """Take what is in a queue."""
    async with channel_of(url) as channel:
        place = await channel.get_queue(queue, ensure=False)
        taken = []
        while (message := await place.get(fail=False, no_ack=True)) is not None:
            taken.append(message.body)
        return taken


def through(network: Proxy, sandbox: Sandbox) -> str:
    return sandbox.amqp_url.replace(f":{sandbox.rabbitmq.port}/", f":{network.port}/")


def message(body: bytes = b"x", message_id: str | None = None) -> aio_pika.Message:
    return aio_pika.Message(body, message_id=message_id)


async def still_waiting(task: "asyncio.Future[Any]", seconds: float) -> bool:
    done, _ = await asyncio.wait([task], timeout=seconds)
    return not done


async def test_fact_1_the_library_requeues_a_failed_message_by_nack(sandbox: Sandbox) -> None:
    tries: list[bytes] = []
    with Recorder("127.0.0.1", sandbox.rabbitmq.port) as wire:
        broker = RabbitBroker(through(wire, sandbox), logger=None)

        @broker.subscriber(QUEUE, ack_policy=AckPolicy.NACK_ON_ERROR)
        async def fail_once(body: bytes) -> None:
            tries.append(body)
            if len(tries) == 1:
                raise RuntimeError

        async with broker:
            await broker.start()
            await broker.publish(b"x", QUEUE)
            await eventually(lambda: _is(len(tries) == 2))
        assert wire.sent[NACK] == 1


async def test_fact_2_trap_1_an_unroutable_message_counts_as_published(sandbox: Sandbox) -> None:
    async with channel_of(sandbox.amqp_url) as channel:
        exchange = await channel.declare_exchange("nobody", aio_pika.ExchangeType.TOPIC)
        assert await exchange.publish(message(), "nobody.reads", mandatory=True) is not None


async def test_fact_3_prefetch_of_a_subscriber_is_ignored_when_its_queue_was_declared_before(sandbox: Sandbox) -> None:
    busy, peak, done = 0, 0, 0
    broker = RabbitBroker(sandbox.amqp_url, logger=None)

    @broker.subscriber(QUEUE, channel=Channel(prefetch_count=3))
    async def slow(_: bytes) -> None:
        nonlocal busy, peak, done
        busy += 1
        peak = max(peak, busy)
        await asyncio.sleep(0.1)
        busy -= 1
        done += 1

    async with broker:
        await broker.declare_queue(RabbitQueue(QUEUE))
        for _ in range(12):
            await broker.publish(b"x", QUEUE)
        await broker.start()
        await eventually(lambda: _is(done == 12))
    assert peak > 3


async def test_fact_4_a_process_that_starts_before_the_broker_stays_a_zombie_when_it_comes(
    sandbox: Sandbox, broker_network: Proxy
) -> None:
    broker_network.refuse()
    broker = RabbitBroker(through(broker_network, sandbox), logger=None)
    app = AsgiFastStream(broker, asgi_routes=[("/health", make_ping_asgi(broker, timeout=1))], logger=None)
    said: asyncio.Queue[Any] = asyncio.Queue()
    ends: asyncio.Queue[Any] = asyncio.Queue()
    ends.put_nowait({"type": "lifespan.startup"})
    process = asyncio.create_task(app({"type": "lifespan"}, ends.get, said.put))
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://zombie") as http:
        assert (await said.get())["type"] == "lifespan.startup.complete"  # "I am up", to the server that runs it
        assert (await said.get())["type"] == "lifespan.shutdown.failed"  # which no server acts upon before it is told to stop
        with pytest.raises(AMQPConnectionError):
            await process
        broker_network.heal()
        await asyncio.sleep(2)
        assert (await http.get("/health")).status_code == 500
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library leaves the closing of its connection unawaited
        del app, broker, http, process
        gc.collect()


async def test_fact_6_what_is_published_in_an_outage_is_an_error_at_once_and_never_comes(
    sandbox: Sandbox, broker_network: Proxy
) -> None:
    broker = RabbitBroker(through(broker_network, sandbox), logger=None, reconnect_interval=0.2)
    async with broker:
        await broker.start()
        await broker.declare_queue(RabbitQueue(QUEUE))
        broker_network.refuse()
        await asyncio.sleep(0.2)
        async with asyncio.timeout(0.5):
            with pytest.raises(ChannelInvalidStateError):
                await broker.publish(b"in the outage", QUEUE)
        broker_network.heal()
        await eventually(lambda: _published(broker, b"after it"))
    assert await left_in(sandbox.amqp_url, QUEUE) == [b"after it"]


async def test_fact_7_a_skipped_message_holds_its_prefetch_slot(sandbox: Sandbox) -> None:
    seen: list[bytes] = []
    broker = RabbitBroker(sandbox.amqp_url, logger=None, default_channel=Channel(prefetch_count=2))

    @broker.subscriber(QUEUE)
    async def skip(body: bytes) -> None:
        seen.append(body)
        raise SkipMessage

    async with broker:
        await broker.start()
        for body in (b"een", b"twee", b"drie"):
            await broker.publish(body, QUEUE)
        await eventually(lambda: _is(len(seen) >= 2))
        await asyncio.sleep(0.5)
        assert sorted(seen) == [b"een", b"twee"]
    assert sorted(await left_in(sandbox.amqp_url, QUEUE)) == [b"drie", b"een", b"twee"]


@pytest.mark.parametrize("graceful_timeout", [0, None, 0.01])
async def test_fact_8_without_a_graceful_timeout_a_stop_cancels_running_handlers(
    sandbox: Sandbox, graceful_timeout: float | None
) -> None:
    outcome: list[str] = []
    started = asyncio.Event()
    broker = RabbitBroker(sandbox.amqp_url, logger=None, graceful_timeout=graceful_timeout)

    @broker.subscriber(QUEUE)
    async def slow(_: bytes) -> None:
        started.set()
        try:
            await asyncio.sleep(1)
        except asyncio.CancelledError:
            outcome.append("cancelled")
            raise
        outcome.append("done")

    async with broker:
        await broker.start()
        await broker.publish(b"x", QUEUE)
        await started.wait()
    await eventually(lambda: _is(bool(outcome)))
    assert outcome == ["cancelled"]


async def test_trap_2_without_an_id_of_ours_each_copy_of_a_message_gets_another_one(sandbox: Sandbox) -> None:
    async with channel_of(sandbox.amqp_url) as channel:
        queue = await channel.declare_queue(QUEUE, durable=True)
        same = message()
        for _ in range(2):  # a confirm that did not come: publish it again
            await channel.default_exchange.publish(same, QUEUE)
        first, second = await queue.get(), await queue.get()
        assert first is not None
        assert second is not None
        assert first.message_id != second.message_id


async def test_trap_2_a_returned_message_whose_id_is_in_flight_twice_counts_as_published(sandbox: Sandbox) -> None:
    async with channel_of(sandbox.amqp_url, on_return_raises=True) as channel:
        outcomes = await asyncio.gather(
            *(channel.default_exchange.publish(message(message_id="same"), "nobody.reads") for _ in range(2)),
            return_exceptions=True,
        )
    assert sorted(isinstance(outcome, PublishError) for outcome in outcomes) == [False, True]


async def test_trap_3_without_a_time_limit_a_frozen_broker_hangs_the_publisher(sandbox: Sandbox, broker_network: Proxy) -> None:
    async with channel_of(through(broker_network, sandbox)) as channel:
        await channel.declare_queue(QUEUE)
        broker_network.freeze()
        publish = asyncio.ensure_future(channel.default_exchange.publish(message(), QUEUE))
        try:
            assert await still_waiting(publish, 2)
        finally:
            broker_network.heal()
        await asyncio.wait_for(publish, 5)


async def test_trap_4_a_failed_message_is_discarded_without_a_trace(sandbox: Sandbox) -> None:
    failed = asyncio.Event()
    broker = RabbitBroker(sandbox.amqp_url, logger=None)

    @broker.subscriber(QUEUE)
    async def fail(_: bytes) -> None:
        failed.set()
        raise RuntimeError

    async with broker:
        await broker.start()
        await broker.publish(b"x", QUEUE)
        await failed.wait()
        await asyncio.sleep(0.2)
    assert await left_in(sandbox.amqp_url, QUEUE) == []


@pytest.mark.parametrize(
    ("arguments", "arrived"),
    [({"x-queue-type": "quorum", "x-dead-letter-exchange": "proef.dood"}, False), (safe_arguments("proef.dood"), True)],
    ids=["at most once", "ours"],
)
async def test_trap_7_dead_letters_that_find_their_queue_full_are_lost(
    sandbox: Sandbox, arguments: FieldTable, *, arrived: bool
) -> None:
    # What the dead queue refused is offered to it again after three minutes; a test has less patience.
    patience = "application:set_env(rabbit, dead_letter_worker_publisher_confirm_timeout, {})."
    await asyncio.to_thread(sandbox.rabbitmq.control, "eval", patience.format(500))
    try:
        async with channel_of(sandbox.amqp_url) as channel:
            dead = await channel.declare_exchange("proef.dood", aio_pika.ExchangeType.FANOUT)
            # A classic queue: a full quorum queue takes dead letters all the same, or drops its oldest.
            bed = await channel.declare_queue(
                "proef.bed", durable=True, arguments={"x-overflow": "reject-publish", "x-max-length": 1}
            )
            await bed.bind(dead)
            queue = await channel.declare_queue(QUEUE, durable=True, arguments=arguments)
            sent = {b"%d" % number for number in range(8)}
            for body in sorted(sent):
                await channel.default_exchange.publish(message(body), QUEUE)
                taken = await queue.get(timeout=5)
                assert taken is not None
                await taken.reject(requeue=False)
                await asyncio.sleep(0.05)
            found: set[bytes] = set()

            async def all_found() -> bool:
                if (letter := await bed.get(fail=False, no_ack=True)) is not None:
                    found.add(letter.body)
                return found == sent

            with suppress(AssertionError):
                await eventually(all_found, within=15 if arrived else 2)
    finally:
        await asyncio.to_thread(sandbox.rabbitmq.control, "eval", patience.format(180_000))
    assert (found == sent) is arrived, found


@pytest.mark.parametrize("resource", ["memory", "disk"])
async def test_trap_8_without_a_time_limit_an_alarm_blocks_the_publisher(sandbox: Sandbox, resource: str) -> None:
    async with channel_of(sandbox.amqp_url) as channel:
        await channel.declare_queue(QUEUE)
        await asyncio.to_thread(sandbox.rabbitmq.alarm, on=True, of=resource)
        publish = asyncio.ensure_future(channel.default_exchange.publish(message(), QUEUE))
        try:
            assert await still_waiting(publish, 1)
        finally:
            await asyncio.to_thread(sandbox.rabbitmq.alarm, on=False, of=resource)
        await asyncio.wait_for(publish, 10)


@pytest.mark.parametrize("policy", [AckPolicy.ACK_FIRST, AckPolicy.REJECT_ON_ERROR])
async def test_trap_10_acked_early_or_rejected_in_a_stop_the_message_in_hand_is_lost(
    sandbox: Sandbox, policy: AckPolicy
) -> None:
    started, stopping = asyncio.Event(), asyncio.Event()
    finished: list[bytes] = []
    broker = RabbitBroker(sandbox.amqp_url, logger=None, graceful_timeout=0.2)

    @broker.subscriber(QUEUE, ack_policy=policy)
    async def slow(body: bytes) -> None:
        started.set()
        await stopping.wait()
        if policy is AckPolicy.REJECT_ON_ERROR:
            raise ConnectionError  # the pool was closed in the same stop
        await asyncio.sleep(5)
        finished.append(body)

    async with broker:
        await broker.start()
        await broker.publish(b"x", QUEUE)
        await started.wait()
        stopping.set()
    assert not finished
    assert await left_in(sandbox.amqp_url, QUEUE) == []


async def _is(value: bool) -> bool:  # noqa: FBT001 - a value to wait for
    return value


async def _published(broker: RabbitBroker, body: bytes) -> bool:
    try:
        await broker.publish(body, QUEUE)
    except (ChannelInvalidStateError, DeliveryError, OSError):
        return False
    return True
