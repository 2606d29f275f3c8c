"""A fresh database and a fresh vhost for one test, on servers that the session shares.

>>> async def test_x(sandbox):
...     settings = sandbox.settings(Settings, "notify", smtp_host="127.0.0.1")
...     async with running(make_service(settings)) as http:
...         ...
"""

import asyncio
import json
import os
import secrets
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import aio_pika
import asyncpg
import httpx

from schakel_local.postgres import Postgres
from schakel_local.rabbitmq import RabbitMQ
from shared import tokens
from shared.envelope import AnyEvent
from shared.migrate import CHASSIS, migrate
from shared.outbox import EVENTS
from shared.service import Service
from shared.settings import BaseServiceSettings

ROOT = Path(__file__).parents[2]
SERVICES = ("gateway", "intake", "workflow", "documents", "notify", "bron-export")
PASSWORD = "only-for-tests"
GATEWAY_KEY = tokens.new_key()
WORKFLOW_KEY = tokens.new_key()

S = TypeVar("S", bound=BaseServiceSettings)


def schema_of(service: str) -> str:
    return service.replace("-", "_")


async def make_template(postgres: Postgres, database: str = "template_schakel") -> None:
    """Make roles, and one database with every schema migrated, to copy for each test."""
    env = {
        schema_of(name).upper() + suffix: PASSWORD for name in SERVICES for suffix in ("_APP_PASSWORD", "_MIGRATOR_PASSWORD")
    }
    command = ["bash", str(ROOT / "deploy/postgres/roles.sh")]
    url = httpx.URL(postgres.superuser_dsn())
    connect = {"PGHOST": url.host, "PGPORT": str(url.port), "PGUSER": url.username, "PGPASSWORD": url.password}
    run = partial(subprocess.run, command, env={**os.environ, **env, **connect, "SCHAKEL_DATABASE": database}, check=True)
    await asyncio.to_thread(run)
    for name in SERVICES:
        url_of = postgres.dsn(f"{schema_of(name)}_migrator", PASSWORD, database)
        await migrate(url_of, schema=schema_of(name), folders=[CHASSIS, ROOT / "services" / name / "migrations"])


class Sandbox:
    """One test's own database and vhost."""

    def __init__(self, postgres: Postgres, rabbitmq: RabbitMQ, name: str) -> None:
        self.postgres = postgres
        self.rabbitmq = rabbitmq
        self.name = name

    def database_url(self, service: str, role: str = "app") -> str:
        return self.postgres.dsn(f"{schema_of(service)}_{role}", PASSWORD, self.name)

    @property
    def superuser_url(self) -> str:
        return self.postgres.superuser_dsn(self.name)

    @property
    def amqp_url(self) -> str:
        return self.rabbitmq.amqp_url(vhost=self.name)

    def settings(self, kind: type[S], service: str, **own: Any) -> S:
        """Settings of a service in this sandbox: short retries, so that a test need not wait for minutes."""
        given = {
            "database_url": self.database_url(service),
            "amqp_url": self.amqp_url,
            "gateway_public_key": tokens.dump_key(GATEWAY_KEY, private=False),
            "workflow_public_key": tokens.dump_key(WORKFLOW_KEY, private=False),
            "retry_delays": (0.2, 0.4, 0.6),
            "poll": 0.2,
            "lease": 2.0,
            "graceful_timeout": 3.0,
            "erase_settle": 0.0,
            "log_level": "error",
        }
        return kind(**{**given, **own})

    @asynccontextmanager
    async def connect(self) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        """A superuser's connection, to look at any schema: ``SELECT … FROM notify.mail``."""
        connection = await asyncpg.connect(self.superuser_url)
        try:
            yield connection
        finally:
            await connection.close()

    async def publish(self, *events: AnyEvent) -> None:
        """Publish events as another service would, confirmed and routed."""
        connection = await aio_pika.connect(self.amqp_url)
        async with connection:
            channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
            exchange = await channel.get_exchange(EVENTS, ensure=False)
            for event in events:
                message = aio_pika.Message(
                    event.model_dump_json(exclude_none=True).encode(),
                    content_type="application/json",
                    message_id=str(event.id),
                    correlation_id=str(event.correlationid),
                    type=event.type,
                    delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
                )
                await exchange.publish(message, event.type)

    async def published(self, service: str, type_: str) -> list[dict[str, Any]]:
        """The events of this type in a service's outbox, oldest first, as dictionaries."""
        async with self.connect() as connection:
            rows = await connection.fetch(
                f"SELECT convert_from(body, 'UTF8')::json AS body FROM {schema_of(service)}.outbox WHERE type = $1 ORDER BY id",
                type_,
            )
        return [json.loads(row["body"]) for row in rows]


async def open_sandbox(postgres: Postgres, rabbitmq: RabbitMQ) -> Sandbox:
    name = f"test_{secrets.token_hex(6)}"
    connection = await asyncpg.connect(postgres.superuser_dsn())
    await connection.execute(f"CREATE DATABASE {name} TEMPLATE template_schakel")
    for service in SERVICES:
        schema = schema_of(service)
        await connection.execute(f"GRANT CONNECT ON DATABASE {name} TO {schema}_app, {schema}_migrator")
    await connection.close()
    await asyncio.to_thread(rabbitmq.management.request, "PUT", "vhosts", name)
    user = rabbitmq.management.user
    rights = {"configure": ".*", "write": ".*", "read": ".*"}
    await asyncio.to_thread(rabbitmq.management.request, "PUT", "permissions", name, user, content=rights)
    return Sandbox(postgres, rabbitmq, name)


async def close_sandbox(sandbox: Sandbox) -> None:
    await asyncio.to_thread(sandbox.rabbitmq.management.request, "DELETE", "vhosts", sandbox.name)
    connection = await asyncpg.connect(sandbox.postgres.superuser_dsn())
    await connection.execute(f"DROP DATABASE {sandbox.name} WITH (FORCE)")
    await connection.close()


@asynccontextmanager
async def sandbox_on(postgres: Postgres, rabbitmq: RabbitMQ) -> AsyncIterator[Sandbox]:
    """A sandbox until the block ends."""
    sandbox = await open_sandbox(postgres, rabbitmq)
    try:
        yield sandbox
    finally:
        await close_sandbox(sandbox)


@asynccontextmanager
async def servers_of_its_own(
    folder: Path, *, postgres: Postgres | None = None, rabbitmq: RabbitMQ | None = None
) -> AsyncIterator[tuple[Postgres, RabbitMQ]]:
    """A database and a broker until the block ends: those given, and new ones in place of those that are not."""
    own: list[Postgres | RabbitMQ] = []
    name = secrets.token_hex(6)
    try:
        if rabbitmq is None:
            rabbitmq = RabbitMQ(folder / f"rabbitmq-{name}")
            own.append(rabbitmq)
            await asyncio.to_thread(rabbitmq.start)
        if postgres is None:
            postgres = Postgres(folder / f"postgres-{name}")
            own.append(postgres)
            await asyncio.to_thread(postgres.start)
            await make_template(postgres)
        yield postgres, rabbitmq
    finally:
        for server in own:
            server.kill()


@asynccontextmanager
async def running(service: Service, *, declared_for: tuple[str, ...] = ()) -> AsyncIterator[httpx.AsyncClient]:
    """Run a service in this process until the block ends; yield a client for its routes.

    ``declared_for`` names event types whose readers do not run here: a queue takes them, so that nothing is unroutable.
    """
    await _catch_all(service, declared_for)
    async with service.http.router.lifespan_context(service.http):
        transport = httpx.ASGITransport(app=service.http)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{service.name}") as http:
            await eventually(lambda: _is_ready(http), within=15)
            yield http


async def _is_ready(http: httpx.AsyncClient) -> bool:
    return (await http.get("/health/ready")).status_code == 200


async def _catch_all(service: Service, types: tuple[str, ...]) -> None:
    connection = await aio_pika.connect(service.settings.amqp_url.get_secret_value())
    async with connection:
        channel = await connection.channel()
        exchange = await channel.declare_exchange(EVENTS, aio_pika.ExchangeType.TOPIC, durable=True)
        queue = await channel.declare_queue("test.unread", durable=True, arguments={"x-queue-type": "quorum"})
        for type_ in types or ("#",):
            await queue.bind(exchange, type_)


async def eventually(check: Any, *, within: float = 20.0, every: float = 0.02) -> Any:
    """Wait until ``check`` gives something true, and return it; fail with what it last gave."""
    deadline = asyncio.get_running_loop().time() + within
    while True:
        found = await check()
        if found:
            return found
        if asyncio.get_running_loop().time() > deadline:
            msg = f"not within {within} s; last seen: {found!r}"
            raise AssertionError(msg)
        await asyncio.sleep(every)


def token_for(actor: tokens.Actor, audience: str) -> dict[str, str]:
    """The header a gateway would send for this actor."""
    return {"Authorization": f"Bearer {tokens.sign(actor, audience=audience, key=GATEWAY_KEY)}"}
