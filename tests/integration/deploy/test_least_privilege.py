"""What a service that was broken into cannot do: the broker's users and the database's roles, each tried for real.

Rights come from where the operator gets them: ``schakel broker users`` and ``deploy/postgres/roles.sh`` with the migrations.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aio_pika
import aio_pika.abc
import asyncpg
import pytest
from aiormq.exceptions import ChannelAccessRefused

from schakel.broker import TYPES, Management
from schakel_local.postgres import Postgres
from schakel_local.rabbitmq import RabbitMQ
from shared import topology
from shared.envelope import Event
from shared.outbox import EVENTS
from shared.service import Tx
from support.ping import Ping, inboxed, ping, service_with
from support.sandbox import PASSWORD, SERVICES, Sandbox, close_sandbox, eventually, open_sandbox, schema_of


@pytest.fixture(scope="module")
async def users(postgres: Postgres, rabbitmq: RabbitMQ) -> AsyncIterator[Sandbox]:
    """The six users of the broker, and of each service a queue and the exchanges around it."""
    sandbox = await open_sandbox(postgres, rabbitmq)
    broker, admin = rabbitmq, rabbitmq.management
    with Management(broker.management_url, admin.user, admin.password, sandbox.name) as management:
        for service in SERVICES:
            management.add_service(service, PASSWORD)
    async with channel_of(sandbox.amqp_url) as channel:
        for service in SERVICES:
            await topology.declare(channel, service, [topology.WorkQueue(f"{service}.proef", Ping.TYPE)], [0.2])
    yield sandbox
    for service in SERVICES:
        admin.delete_user(service)
    await close_sandbox(sandbox)


def others(service: str) -> list[str]:
    return [other for other in SERVICES if other != service]


def url_of(sandbox: Sandbox, service: str) -> str:
    return sandbox.rabbitmq.amqp_url(service, PASSWORD, sandbox.name)


@asynccontextmanager
async def channel_of(url: str) -> AsyncIterator[aio_pika.abc.AbstractChannel]:
    connection = await aio_pika.connect(url)
    async with connection:
        yield await connection.channel()


def message() -> aio_pika.Message:
    return aio_pika.Message(b"{}", message_id="vervalst")


async def test_with_its_rights_a_service_declares_consumes_retries_and_buries(users: Sandbox) -> None:
    async def handle(event: Event[Ping], tx: Tx) -> None:
        if event.data.n == 1:
            raise RuntimeError

    service = service_with(users, handle, amqp_url=url_of(users, "notify"))
    async with service.http.router.lifespan_context(service.http):
        await eventually(service._broker_ok)
        await users.publish(ping(0), ping(1))
        await eventually(lambda: _all_settled(users))


async def _all_settled(sandbox: Sandbox) -> bool:
    async with sandbox.connect() as connection:
        dead = await connection.fetchval("SELECT count(*) FROM notify.dead_letter")
    return dead == 1 and await inboxed(sandbox) == 1


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_publishes_its_own_events_and_no_other(users: Sandbox, service: str) -> None:
    for types in TYPES.values():
        for name in types:
            async with channel_of(url_of(users, service)) as channel:
                exchange = await channel.get_exchange(EVENTS, ensure=False)
                publish = exchange.publish(message(), f"nl.passend-onderwijs.{name}.v1", mandatory=False)
                if name in TYPES[service]:
                    await publish
                else:
                    with pytest.raises(ChannelAccessRefused):
                        await publish


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_cannot_touch_the_queues_of_another(users: Sandbox, service: str) -> None:
    for other in others(service):
        await assert_out_of_reach(f"{other}.proef", other, url_of(users, service))


async def assert_out_of_reach(queue: str, other: str, url: str) -> None:
    async with channel_of(url) as channel:
        with pytest.raises(ChannelAccessRefused):
            await (await channel.get_queue(queue, ensure=False)).get(fail=False)
    async with channel_of(url) as channel:
        with pytest.raises(ChannelAccessRefused):
            await (await channel.get_queue(queue, ensure=False)).consume(_ignore)
    async with channel_of(url) as channel:
        with pytest.raises(ChannelAccessRefused):
            await (await channel.get_queue(queue, ensure=False)).purge()
    async with channel_of(url) as channel:
        with pytest.raises(ChannelAccessRefused):
            await channel.queue_delete(queue)
    async with channel_of(url) as channel:
        with pytest.raises(ChannelAccessRefused):
            await (await channel.get_queue(queue, ensure=False)).bind(EVENTS, "#")
    for name in (topology.work_exchange(other), topology.DEAD):
        async with channel_of(url) as channel:
            exchange = await channel.get_exchange(name, ensure=False)
            with pytest.raises(ChannelAccessRefused):
                await exchange.publish(message(), queue, mandatory=False)
    async with channel_of(url) as channel:
        exchange = await channel.get_exchange(topology.retry_exchange(other, 0.2), ensure=False)
        with pytest.raises(ChannelAccessRefused):
            await exchange.publish(message(), queue, mandatory=False)
    async with channel_of(url) as channel:
        with pytest.raises(ChannelAccessRefused):
            await channel.default_exchange.publish(message(), queue, mandatory=False)


async def _ignore(message: aio_pika.abc.AbstractIncomingMessage) -> None:
    raise AssertionError(message)


@pytest.mark.parametrize("service", SERVICES)
async def test_the_role_of_a_service_cannot_read_or_write_the_schema_of_another(users: Sandbox, service: str) -> None:
    connection = await asyncpg.connect(users.database_url(service))
    try:
        assert await connection.fetchval("SELECT count(*) >= 0 FROM outbox")  # its own, so that a refusal means something
        for schema in map(schema_of, others(service)):
            for statement in (
                f"SELECT FROM {schema}.outbox",
                f"INSERT INTO {schema}.inbox VALUES ('x', gen_random_uuid(), now())",
                f"UPDATE {schema}.dead_letter SET state = 'dropped'",
                f"DELETE FROM {schema}.outbox",
                f"CREATE TABLE {schema}.eigen ()",
                f"SET ROLE {schema}_app",
            ):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(statement)
    finally:
        await connection.close()


@pytest.mark.parametrize("service", SERVICES)
async def test_the_role_of_a_service_adds_to_its_audit_log_and_changes_nothing_in_it(users: Sandbox, service: str) -> None:
    connection = await asyncpg.connect(users.database_url(service))
    try:
        await connection.execute(
            "INSERT INTO audit_log (id, at, action, subject, correlation_id, details)"
            " VALUES (gen_random_uuid(), now(), 'proef', 'x', gen_random_uuid(), '{}')"
        )
        assert await connection.fetchval("SELECT count(*) FROM audit_log WHERE action = 'proef'") == 1
        for statement in (
            "UPDATE audit_log SET actor = 'een ander'",
            "DELETE FROM audit_log",
            "TRUNCATE audit_log",
            "DROP TABLE audit_log",
            "ALTER TABLE audit_log DISABLE TRIGGER ALL",
            "UPDATE audit_block SET hash = ''",
            "DELETE FROM audit_block",
            "CREATE TABLE eigen ()",
            f"SET ROLE {schema_of(service)}_migrator",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()
