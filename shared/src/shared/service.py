"""One process of one service: HTTP, consumers, relay and workers, started and stopped in the right order.

>>> service = Service("notify", settings, title="Statusmails")
>>> @service.on(StatusGewijzigd, "status-gewijzigd")
... async def plan(event: Event[StatusGewijzigd], tx: Tx) -> None:
...     await usecases.plan_mails(tx, event)
>>> service.worker("mail", send_due, every=1.0)
>>> service.http.include_router(api.router)

Start: HTTP answers at once (live), then database, broker, topology, consumers, workers, relay: then it is ready. Whatever is
away is waited for. Stop: no new requests, running handlers finish (``graceful_timeout``), workers and relay finish their
batch, connections close. What is not finished stays with the broker or in its row.

Over 300 lines: the order in which the parts start and stop is one idea, and they are told of here only.
"""

import asyncio
import inspect
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar, cast

import aio_pika
from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from faststream import AckPolicy
from faststream.rabbit import Channel, ExchangeType, QueueType, RabbitBroker, RabbitExchange, RabbitQueue
from faststream.rabbit.annotations import RabbitMessage

from shared import (
    anchors,
    asyncapi,
    audit,
    clock,
    deadletter,
    envelope,
    erasure,
    health,
    idempotency,
    log,
    logboek,
    openapi,
    problem,
    telemetry,
    token_epoch,
    topology,
)
from shared.contracts.every_service import LogboekVerzegeld, TokensVervallen, VernietigingBevestigd
from shared.contracts.workflow import DossierVernietigd
from shared.database import Database, Transaction, transaction_in_hand
from shared.envelope import Data, Event
from shared.http import WorkMiddleware
from shared.inbox import Inbox, InboxMiddleware
from shared.metrics import DEAD_LETTERS, OUTBOX_AGE, OUTBOX_WAITING
from shared.migrate import CHASSIS, migrate
from shared.outbox import EVENTS
from shared.publisher import Publisher
from shared.relay import Relay
from shared.settings import BaseServiceSettings
from shared.together import Together
from shared.worker import Worker

Tx = Transaction
"""The transaction of the message in hand, as a handler's argument."""

D = TypeVar("D", bound=Data)
Handler = TypeVar("Handler", bound=Callable[..., Awaitable[None]])

OUTBOX_BOUND = 60.0
"""Seconds an outbox row may wait before the service calls itself not ready."""

_OUTBOX = """
SELECT count(*) AS waiting, coalesce(extract(epoch FROM $1::timestamptz - min(created_at)), 0)::float8 AS age
FROM outbox WHERE sent_at IS NULL
"""
_PURGE_INBOX = """
DELETE FROM inbox WHERE (consumer, message_id) IN (SELECT consumer, message_id FROM inbox WHERE received_at < $1 LIMIT 5000)
"""
_NO_TELEMETRY: TelemetryConfig = {"auto_configure": False, "tracing": False, "metrics": False, "logs": False}
"""FastAPI's own spans have the whole address: a link's token, the name somebody searched for. ``WorkMiddleware`` makes ours."""
_logger = log.get_logger()


class Service:
    """The composition of one process. ``name`` is the folder's name (``bron-export``), ``schema`` the database schema."""

    def __init__(self, name: str, settings: BaseServiceSettings, *, title: str, version: str = "1.0.0") -> None:
        self.name = name
        self.schema = name.replace("-", "_")
        self.settings = settings
        self.database = Database(settings.database_address, size=settings.pool_size, application=name)
        amqp = settings.broker_address
        self.publisher = Publisher(amqp, timeout=settings.publish_timeout, heartbeat=settings.heartbeat, name=name)
        self.publisher.on_connect(self._declare)
        self.inbox = Inbox(name, self.database, self.publisher, settings.retry_delays)
        self.relay = Relay(self.database, self.publisher, lease=settings.lease, poll=settings.poll)
        self.database.wake_relay = self.relay.wake
        self.broker = RabbitBroker(
            _with_heartbeat(amqp, settings.heartbeat),
            default_channel=Channel(prefetch_count=settings.prefetch, on_return_raises=True),
            fail_fast=False,
            reconnect_interval=1.0,
            graceful_timeout=settings.graceful_timeout,
            app_id=name,
            ack_policy=AckPolicy.MANUAL,
            middlewares=(InboxMiddleware,),
            logger=None,
        )
        self.broker.context.set_global("inbox", self.inbox)
        self.queues: list[topology.WorkQueue] = []
        self.workers: list[Worker] = []
        self._resources: list[Callable[[], AbstractAsyncContextManager[None]]] = []
        self._descriptions: list[Callable[[dict[str, Any]], None]] = []
        self._opened = AsyncExitStack()
        self._tasks: list[asyncio.Task[None]] = []
        self._outbox_age = 0.0
        self._rounds = 0
        self._ready = False
        self.failed = False
        self._recorder()
        self.worker("housekeeping", self._housekeep, every=5.0)
        self.publishes(LogboekVerzegeld)
        self.http = FastAPI(
            title=title,
            version=version,
            lifespan=self._lifespan,
            docs_url=None,
            redoc_url=None,
            telemetry=_NO_TELEMETRY,
        )
        self.http.state.name = name
        self.http.state.settings = settings
        self.http.state.service = self
        self.http.add_middleware(WorkMiddleware, api_version=version)
        self.checks: dict[str, health.Check] = {
            "started": self._is_started,
            "database": self.database.is_alive,
            "broker": self._broker_ok,
            "outbox": self._outbox_ok,
        }
        self.http.include_router(health.routes(self.checks))
        problem.install(self.http)
        openapi.install(self.http)
        log.configure(name, settings.log_level)
        envelope.configure_source(name)
        telemetry.configure(name, otlp_endpoint=settings.otlp_endpoint, trace_file=settings.trace_file)

    def on(self, data: type[D], handler: str, *, together: bool = False) -> Callable[[Handler], Handler]:
        """Register a handler for one type of event, with its own queue ``<service>.<handler>``.

        It takes ``event: Event[data]`` and ``tx: Tx``, calls one use case, and returns nothing. It runs once per message.
        ``together``: messages that wait may share a transaction (``shared.together``), for what every hulpvraag passes and
        takes a few statements.
        """
        queue = topology.WorkQueue(f"{self.name}.{handler}", data.TYPE)
        self.queues.append(queue)
        if together:
            self.inbox.together[queue.name] = Together(self.database, queue.name)
        subscriber = self.broker.subscriber(
            RabbitQueue(
                queue.name,
                QueueType.QUORUM,
                routing_key=queue.type,
                arguments=cast("Any", topology.work_arguments(queue.name)),
            ),
            RabbitExchange(EVENTS, type=ExchangeType.TOPIC),
            no_reply=True,
            title=queue.name,
            description=inspect.getdoc(data),
        )

        def register(function: Handler) -> Handler:
            async def handle(event: Event[D]) -> None:
                await function(event, transaction_in_hand())

            # FastStream's own way to give an argument that is not in the message takes a thread per message.
            handle.__name__ = function.__name__
            handle.__annotations__ = {"event": Event[data], "return": None}  # type: ignore[valid-type]
            subscriber(handle)
            return function

        return register

    def publishes(self, *types: type[Data]) -> None:
        """Name the events this service sends, for the AsyncAPI document. Sending goes through ``Transaction.publish``."""
        for data in types:
            self.broker.publisher(
                exchange=RabbitExchange(EVENTS, type=ExchangeType.TOPIC),
                routing_key=data.TYPE,
                schema=Event[data],  # type: ignore[valid-type]
                title=data.TYPE,
                description=inspect.getdoc(data),
                persist=True,
            )

    def worker(self, name: str, step: Callable[[], Awaitable[bool]], *, every: float) -> Worker:
        """Add a worker; ``every`` is in seconds. Keep it to ``wake`` it after a commit."""
        worker = Worker(name, step, every=every)
        self.workers.append(worker)
        return worker

    def during(self, resource: Callable[[], AbstractAsyncContextManager[None]]) -> None:
        """Keep this open from before the consumers start until after they stopped: a client, a pool of its own."""
        self._resources.append(resource)

    def shows_log(self) -> None:
        """Show who saw and did what with a hulpvraag, to who has leave of workflow (``shared.logboek``)."""
        self.http.include_router(logboek.routes(self.database))

    def erases(self, before: erasure.Before | None = None) -> None:
        """Erase what this service holds of a hulpvraag after its term (``shared.erasure``)."""
        settle = timedelta(seconds=self.settings.erase_settle)

        async def erase() -> bool:
            return await erasure.erase_next(self.database, self.name, settle, before)

        worker = self.worker("vernietiging", erase, every=5.0)
        self.publishes(VernietigingBevestigd)

        @self.on(DossierVernietigd, "dossier-vernietigd")
        async def dossier_vernietigd(event: Event[DossierVernietigd], tx: Tx) -> None:
            about = event.data
            await erasure.mark(tx, erasure.Marked(about.hulpvraag, about.dossiernummer, about.vernietiging))
            tx.after_commit(worker.wake)

    def honours_tokens(self) -> None:
        """Hear from when on what was signed for an account is void, as each service does that takes actor tokens."""

        @self.on(TokensVervallen, "tokens-vervallen")
        async def tokens_vervallen(event: Event[TokensVervallen], tx: Tx) -> None:
            await token_epoch.keep(tx, event.data)

    def describes(self, add: Callable[[dict[str, Any]], None]) -> None:
        """Have ``add`` complete the AsyncAPI document with what this service does beside its handlers and events."""
        self._descriptions.append(add)

    def asyncapi(self) -> dict[str, Any]:
        """Return the AsyncAPI 3 document of this service."""
        document = asyncapi.document(self.broker, title=self.http.title, version=self.http.version)
        for add in self._descriptions:
            add(document)
        return document

    async def prepare(self, migrator_url: str, migrations: Path) -> list[str]:
        """Bring schema and topology up to date: a one-shot job, done for all services before the first one starts."""
        applied = await migrate(migrator_url, schema=self.schema, folders=[CHASSIS, migrations])
        await self.publisher.connect()
        await self.publisher.close()
        return applied

    @asynccontextmanager
    async def _lifespan(self, _: FastAPI) -> AsyncIterator[None]:
        starting = asyncio.create_task(self._start())
        starting.add_done_callback(self._end_process_on_failure)
        try:
            yield
        finally:
            starting.cancel()
            with suppress(asyncio.CancelledError):
                await starting
            await self._stop()

    async def _start(self) -> None:
        await self.database.connect()
        await audit.require_ahead(self.database.pool)
        await self.publisher.connect()
        for resource in self._resources:
            await self._opened.enter_async_context(resource())
        await self.broker.start()
        self._tasks = [asyncio.create_task(worker.run()) for worker in self.workers]
        self._tasks.append(asyncio.create_task(self.relay.run()))
        self._ready = True
        _logger.info("service_ready")

    def _end_process_on_failure(self, task: asyncio.Task[None]) -> None:
        """A start that fails for a reason waiting cannot mend must not leave a process that serves nothing."""
        if not task.cancelled() and task.exception() is not None:
            _logger.error("service_failed", exc_info=task.exception())
            self.failed = True
            signal.raise_signal(signal.SIGTERM)

    async def _stop(self) -> None:
        self._ready = False
        self.inbox.stopping.set()
        await self.broker.stop()
        for worker in self.workers:
            worker.stop()
        self.relay.stop()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=self.settings.graceful_timeout)
            for task in late:
                task.cancel()
        await self._opened.aclose()
        await self.publisher.close()
        await self.database.close()
        _logger.info("service_stopped")

    async def _declare(self, channel: aio_pika.abc.AbstractChannel) -> None:
        await topology.declare(channel, self.name, self.queues, self.settings.retry_delays)

    def _recorder(self) -> None:
        queue = RabbitQueue(
            topology.dead_queue(self.name),
            QueueType.QUORUM,
            routing_key=f"{self.name}.#",
            arguments=cast("Any", topology.BED_ARGUMENTS),
        )

        @self.broker.subscriber(
            queue,
            RabbitExchange(topology.DEAD, type=ExchangeType.TOPIC),
            no_reply=True,
            decoder=_undecoded,
            title=queue.name,
            include_in_schema=False,
        )
        async def record(message: RabbitMessage) -> None:
            await deadletter.record(self.database, message.raw_message)

    async def _is_started(self) -> bool:
        return self._ready and all(task.done() is False for task in self._tasks)

    async def _broker_ok(self) -> bool:
        return (
            self.publisher.is_connected
            and await self.broker.ping(timeout=2)
            and await self.publisher.has_consumers([queue.name for queue in self.queues])
        )

    async def _outbox_ok(self) -> bool:
        return self._outbox_age < OUTBOX_BOUND

    async def _housekeep(self) -> bool:
        """Measure, seal the audit log and tell its head; once a minute mend the topology and clear what is past its term."""
        row = await self.database.pool.fetchrow(_OUTBOX, clock.now())
        if row is not None:
            self._outbox_age = row["age"]
            OUTBOX_WAITING.set(row["waiting"])
            OUTBOX_AGE.set(row["age"])
        DEAD_LETTERS.set(await deadletter.count_open(self.database.pool))
        async with self.database.transaction() as tx:
            await audit.seal(tx.connection)
            await anchors.tell_head(tx, self.name, every=timedelta(seconds=self.settings.anchor_every))
        self._rounds += 1
        if self._rounds % 12 == 0:
            await self.publisher.declare_again()
            await self.relay.purge(clock.now() - timedelta(days=self.settings.outbox_keep_days))
            await token_epoch.purge(self.database.pool)
            await idempotency.purge(self.database.pool, clock.now() - timedelta(days=self.settings.idempotency_keep_days))
            await self.database.pool.execute(_PURGE_INBOX, clock.now() - timedelta(days=self.settings.inbox_keep_days))
        return False


async def _undecoded(message: RabbitMessage, _: object = None) -> bytes:
    return message.body


def _with_heartbeat(url: str, seconds: int) -> str:
    return f"{url}{'&' if '?' in url else '?'}heartbeat={seconds}"
