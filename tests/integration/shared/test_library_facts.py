"""What the chassis does where FastStream, aio-pika and RabbitMQ would lose or block by default: on the real servers.

The numbers are those of the research: facts of stack-and-style §0, traps of peers-and-reliability B.2. The defaults themselves,
under the same numbers, stand in test_library_defaults.py.
"""

import asyncio
import time
from dataclasses import replace
from typing import Any

import aio_pika
import aiormq
import pytest

from schakel_local.network import Proxy
from shared.envelope import Event
from shared.errors import BrokerUnavailable, Conflict, Unroutable
from shared.outbox import Outgoing
from shared.publisher import Publisher
from shared.service import Service, Tx
from shared.settings import BaseServiceSettings
from support.frames import ACK, NACK, REJECT, Recorder
from support.ping import Ping, Pong, inboxed, ping, service_with
from support.sandbox import Sandbox, eventually, running

pytestmark = pytest.mark.in_turn(of=3)


async def nothing(event: Event[Ping], tx: Tx) -> None:
    """A handler with no effect of its own."""


def message(number: int = 0) -> aio_pika.Message:
    return aio_pika.Message(b"{}", message_id=f"m-{number}")


async def test_fact_1_no_requeue_by_nack_is_ever_sent(sandbox: Sandbox) -> None:
    handled: list[int] = []

    async def fail(event: Event[Ping], tx: Tx) -> None:
        handled.append(event.data.n)
        if event.data.n == 0:
            raise RuntimeError
        if event.data.n == 1:
            raise Conflict("kan niet")
        if handled.count(2) == 1:
            raise BrokerUnavailable  # as when the ladder cannot be reached: the one case in which a message is handed back

    with Recorder("127.0.0.1", sandbox.rabbitmq.port) as wire:
        url = sandbox.amqp_url.replace(f":{sandbox.rabbitmq.port}/", f":{wire.port}/")
        service = service_with(sandbox, fail, amqp_url=url)
        service.inbox.hand_back_after = 0.1
        async with running(service):
            await sandbox.publish(*(ping(n) for n in range(3)))

            async def all_settled() -> bool:
                async with sandbox.connect() as connection:
                    dead = await connection.fetchval("SELECT count(*) FROM notify.dead_letter")
                return dead == 2 and await inboxed(sandbox) == 1

            await eventually(all_settled)
    assert handled.count(2) == 2
    assert wire.sent[REJECT] == 1
    assert wire.sent[ACK] > 0
    assert wire.sent[NACK] == 0


async def test_fact_2_trap_1_an_unroutable_event_is_not_taken_for_sent(sandbox: Sandbox) -> None:
    service = service_with(sandbox, nothing)
    async with running(service, declared_for=(Ping.TYPE,)):
        async with service.database.transaction() as tx:
            tx.publish(Event.about(Pong(n=1), subject="zaak-1", sequence=1))

        async def row() -> Any:
            async with sandbox.connect() as connection:
                return await connection.fetchrow("SELECT sent_at, attempts, last_error FROM notify.outbox WHERE attempts > 0")

        found = await eventually(row)
    assert found["sent_at"] is None
    assert "Unroutable" in found["last_error"]


async def test_fact_2_an_unroutable_event_holds_back_only_its_own_subject(sandbox: Sandbox) -> None:
    service = service_with(sandbox, nothing)
    async with running(service, declared_for=(Ping.TYPE,)):
        async with service.database.transaction() as tx:
            tx.publish(Event.about(Pong(n=1), subject="zaak-1", sequence=1))
            tx.publish(ping(1, "zaak-1"))
            tx.publish(ping(2, "zaak-2"))
        await eventually(lambda: inboxed(sandbox))
        async with sandbox.connect() as connection:
            unsent = await connection.fetch("SELECT subject FROM notify.outbox WHERE sent_at IS NULL ORDER BY id")
    assert [row["subject"] for row in unsent] == ["zaak-1", "zaak-1"]


async def test_a_message_over_which_the_broker_closes_the_channel_holds_back_only_its_own_subject(sandbox: Sandbox) -> None:
    service = service_with(sandbox, nothing)
    async with running(service, declared_for=(Ping.TYPE,)):
        async with service.database.transaction() as tx:
            tx.send(replace(Outgoing.event(ping(0, "zaak-0"), None), exchange="bestaat-niet"))
            for n in range(1, 10):
                tx.publish(ping(n, f"zaak-{n}"))
            tx.publish(ping(10, "zaak-0"))
        await eventually(lambda: _is(inboxed(sandbox), 9))
        async with sandbox.connect() as connection:
            left = await connection.fetch(
                "SELECT subject, attempts > 0 AS tried FROM notify.outbox WHERE sent_at IS NULL ORDER BY id"
            )
    assert [(row["subject"], row["tried"]) for row in left] == [("zaak-0", True), ("zaak-0", False)]


async def test_fact_3_prefetch_limits_the_handlers_although_the_queue_is_declared_before(sandbox: Sandbox) -> None:
    busy: list[int] = [0, 0]

    async def slow(event: Event[Ping], tx: Tx) -> None:
        busy[0] += 1
        busy[1] = max(busy)
        await asyncio.sleep(0.05)
        busy[0] -= 1

    async with running(service_with(sandbox, slow, prefetch=3, pool_size=20)):
        await sandbox.publish(*(ping(n) for n in range(20)))
        await eventually(lambda: _is(inboxed(sandbox), 20))
    assert busy[1] == 3


async def test_fact_4_a_service_that_starts_before_the_broker_becomes_ready_when_it_comes(
    sandbox: Sandbox, broker_network: Proxy
) -> None:
    broker_network.refuse()
    url = sandbox.amqp_url.replace(f":{sandbox.rabbitmq.port}/", f":{broker_network.port}/")
    service = service_with(sandbox, nothing, amqp_url=url)
    async with service.http.router.lifespan_context(service.http):
        await asyncio.sleep(0.5)
        assert not await service._is_started()
        broker_network.heal()
        await eventually(service._is_started, within=10)
        assert await service._broker_ok()


async def test_fact_5_a_deleted_queue_comes_back_with_its_consumer(sandbox: Sandbox) -> None:
    async with running(service_with(sandbox, nothing)):
        connection = await aio_pika.connect(sandbox.amqp_url)
        async with connection:
            channel = await connection.channel()
            await channel.queue_delete("notify.ping", if_unused=False, if_empty=False)

        async def delivered() -> bool:
            try:
                await sandbox.publish(ping(1))
            except aiormq.exceptions.PublishError:
                return False
            return bool(await inboxed(sandbox))

        await eventually(delivered, within=15, every=0.3)


async def test_fact_6_publishing_during_an_outage_fails_at_once_and_works_again_after_it(
    sandbox: Sandbox, broker_network: Proxy
) -> None:
    url = sandbox.amqp_url.replace(f":{sandbox.rabbitmq.port}/", f":{broker_network.port}/")
    publisher = Publisher(url, timeout=60, heartbeat=2)
    await publisher.connect()
    try:
        broker_network.refuse()
        await eventually(lambda: _done(not publisher.is_connected))
        begin = time.monotonic()
        with pytest.raises(BrokerUnavailable):
            await publisher.publish("amq.fanout", "", message())
        assert time.monotonic() - begin < 20
        broker_network.heal()
        await eventually(lambda: _fails_with(publisher, Unroutable), within=10)
    finally:
        await publisher.close()


async def test_fact_7_a_duplicate_gives_its_prefetch_slot_back(sandbox: Sandbox) -> None:
    async with running(service_with(sandbox, nothing, prefetch=2)):
        same = ping(1)
        await sandbox.publish(*[same] * 10)
        await sandbox.publish(ping(2))
        await eventually(lambda: _is(inboxed(sandbox), 2))


async def test_fact_8_trap_10_a_stop_lets_running_handlers_finish_and_loses_nothing(sandbox: Sandbox) -> None:
    started = asyncio.Event()

    async def slow(event: Event[Ping], tx: Tx) -> None:
        started.set()
        await asyncio.sleep(0.5)

    async with running(service_with(sandbox, slow, prefetch=2)):
        await sandbox.publish(*(ping(n) for n in range(6)))
        await started.wait()
    assert 1 <= await inboxed(sandbox) < 6
    async with running(service_with(sandbox, nothing)):
        await eventually(lambda: _is(inboxed(sandbox), 6))
        async with sandbox.connect() as connection:
            assert await connection.fetchval("SELECT count(*) FROM notify.dead_letter") == 0


async def test_trap_2_a_message_without_an_id_is_not_published(sandbox: Sandbox) -> None:
    publisher = Publisher(sandbox.amqp_url)
    await publisher.connect()
    try:
        with pytest.raises(ValueError, match="message_id"):
            await publisher.publish("amq.topic", "x", aio_pika.Message(b""))
    finally:
        await publisher.close()


async def test_trap_3_a_frozen_broker_does_not_hang_the_publisher(sandbox: Sandbox, broker_network: Proxy) -> None:
    url = sandbox.amqp_url.replace(f":{sandbox.rabbitmq.port}/", f":{broker_network.port}/")
    publisher = Publisher(url, timeout=0.5, heartbeat=30)
    await publisher.connect()
    try:
        broker_network.freeze()
        begin = time.monotonic()
        with pytest.raises(BrokerUnavailable):
            await publisher.publish("amq.topic", "x", message())
        assert time.monotonic() - begin < 10
    finally:
        broker_network.heal()
        await publisher.close()


async def test_trap_4_a_failing_message_is_never_discarded(sandbox: Sandbox) -> None:
    async def fail(event: Event[Ping], tx: Tx) -> None:
        raise RuntimeError

    async with running(service_with(sandbox, fail)):
        await sandbox.publish(ping(1))

        async def dead() -> Any:
            async with sandbox.connect() as connection:
                return await connection.fetchrow("SELECT queue, reason, attempts FROM notify.dead_letter")

        row = await eventually(dead)
    assert tuple(row) == ("notify.ping", "RuntimeError", 3)


async def test_trap_7_what_the_broker_gives_up_on_becomes_a_row_too(sandbox: Sandbox) -> None:
    service = service_with(sandbox, nothing)
    async with running(service):
        connection = await aio_pika.connect(sandbox.amqp_url)
        async with connection:
            channel = await connection.channel()
            work = await channel.get_exchange("notify.work", ensure=False)
            await service.broker.stop()
            await work.publish(aio_pika.Message(b"{}", message_id="given-up", type="x"), "notify.ping")
            queue = await channel.get_queue("notify.ping")
            taken = await queue.get(timeout=5)
            assert taken is not None
            await taken.reject(requeue=False)
            await service.broker.start()

        async def dead() -> Any:
            async with sandbox.connect() as connection:
                return await connection.fetchrow("SELECT queue, message_id, reason FROM notify.dead_letter")

        assert tuple(await eventually(dead)) == ("notify.ping", "given-up", "rejected")


@pytest.mark.parametrize("resource", ["memory", "disk"])
async def test_trap_8_an_alarm_of_the_broker_only_makes_events_wait(sandbox: Sandbox, resource: str) -> None:
    service = service_with(sandbox, nothing, publish_timeout=0.5)
    async with running(service):
        await asyncio.to_thread(sandbox.rabbitmq.alarm, on=True, of=resource)
        try:
            async with service.database.transaction() as tx:
                tx.publish(ping(1))
            await asyncio.sleep(1.5)
            async with sandbox.connect() as connection:
                row = await connection.fetchrow("SELECT sent_at, attempts FROM notify.outbox")
            assert tuple(row or ()) == (None, 0)
        finally:
            await asyncio.to_thread(sandbox.rabbitmq.alarm, on=False, of=resource)
        await eventually(lambda: inboxed(sandbox), within=15)


async def test_a_service_refuses_a_database_that_loses_commits(sandbox: Sandbox) -> None:
    async with sandbox.connect() as connection:
        await connection.execute(f"ALTER DATABASE {sandbox.name} SET synchronous_commit = off")
    service = Service("notify", sandbox.settings(BaseServiceSettings, "notify"), title="Probe")
    with pytest.raises(RuntimeError, match="synchronous_commit"):
        await service.database.connect()


async def _is(count: Any, expected: int) -> bool:
    return int(await count) == expected


async def _done(value: bool) -> bool:  # noqa: FBT001 - a value to wait for
    return value


async def _fails_with(publisher: Publisher, kind: type[Exception]) -> bool:
    try:
        await publisher.publish("amq.topic", "nobody.reads", message())
    except kind:
        return True
    except BrokerUnavailable:
        return False
    return False
