"""The inbox: each message has its effect in the database once, however often and in whatever order it is delivered.

A FastStream middleware around every handler. For one message::

    transaction: inbox row (known? then done; erased? then refused) → handler → events and audit rows → commit
    then ack

Messages of a busy queue may share the transaction (``shared.together``).

What a handler raises decides what follows, and nothing is ever requeued by nack:

====================================  ==================================================================
the database is away                  hold the message, try again until it is back; counts no attempt
the broker takes the message back     let go of it: it is delivered again
PermanentError kinds, not readable    to the dead letters at once, with the reason
anything else                         to the next rung of the retry ladder, at last to the dead letters
the process dies, connection lost     the broker delivers again; the inbox row tells what was done
====================================  ==================================================================
"""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

import aio_pika
import asyncpg
from aiormq.exceptions import ChannelInvalidStateError
from fast_depends.exceptions import ValidationError as UnreadableArguments
from faststream import BaseMiddleware
from faststream.message import StreamMessage
from faststream.rabbit.message import RabbitMessage
from opentelemetry.trace import SpanKind
from pydantic import ValidationError

from shared import clock, context, failpoints, telemetry
from shared.database import Database, Transaction, is_outage
from shared.errors import BrokerUnavailable, InvalidInput, SchakelError, Unroutable
from shared.log import get_logger
from shared.metrics import HANDLING, MESSAGES, PAUSED
from shared.publisher import Publisher
from shared.together import Piece, Together, alone
from shared.topology import DEAD, dead_queue, retry_exchange

log = get_logger()

ATTEMPT = "x-attempt"
REASON = "x-reason"
DETAIL = "x-detail"
_UNREADABLE = (UnreadableArguments, ValidationError, json.JSONDecodeError, UnicodeDecodeError)
_AGAIN_AT_ONCE = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError, asyncpg.LockNotAvailableError)


class Stopping(Exception):
    """Leave the message unacknowledged: the process goes down, or the broker took the message back."""


class WithoutIdentity(SchakelError):
    """A message whose ``message_id`` is no UUID cannot be told apart from its copies."""

    slug = "zonder-message-id"


@dataclass
class Inbox:
    """What the middleware needs, one per process, put in FastStream's context as ``inbox``. Times are in seconds."""

    service: str
    database: Database
    publisher: Publisher
    retry_delays: Sequence[float]
    hand_back_after: float = 5.0
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    together: dict[str, Together] = field(default_factory=dict)
    paused: int = 0

    async def through_outages(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do the work, and do it again for as long as the database is away. Raises Stopping when the process goes down."""
        delay = 0.2
        while True:
            try:
                await work()
            except Exception as error:
                if not is_outage(error):
                    raise
                await self._pause(error, delay)
                delay = min(delay * 2, 5)
            else:
                return

    async def _pause(self, error: Exception, delay: float) -> None:
        if self.paused == 0:
            log.warning("consumer_paused", error=type(error).__name__)
        self.paused += 1
        PAUSED.set(1)
        try:
            async with asyncio.timeout(delay * random.uniform(0.8, 1.2)):
                await self.stopping.wait()
            raise Stopping
        except TimeoutError:
            return
        finally:
            self.paused -= 1
            if self.paused == 0:
                PAUSED.set(0)

    async def retry(self, queue: str, message: aio_pika.abc.AbstractIncomingMessage, error: Exception) -> None:
        """Publish a copy to the next rung, or after the last one to the dead letters."""
        attempt = attempts(message) + 1
        if attempt > len(self.retry_delays):
            await self.bury(queue, message, error)
            return
        failpoints.hit("inbox.before-retry-publish")
        exchange = retry_exchange(self.service, self.retry_delays[attempt - 1])
        await self.publisher.publish(exchange, queue, copy_of(message, {ATTEMPT: attempt, REASON: slug(error)}))
        failpoints.hit("inbox.after-retry-publish")
        MESSAGES.labels(queue, "retried").inc()
        log.warning("message_retried", queue=queue, attempt=attempt, reason=slug(error), message_id=message.message_id)

    async def bury(self, queue: str, message: aio_pika.abc.AbstractIncomingMessage, error: Exception) -> None:
        """Publish a copy to the dead letters, with what went wrong."""
        failpoints.hit("inbox.before-dead-publish")
        why = {ATTEMPT: attempts(message), REASON: slug(error), DETAIL: describe(error)}
        await self.publisher.publish(DEAD, queue, copy_of(message, why))
        failpoints.hit("inbox.after-dead-publish")
        MESSAGES.labels(queue, "dead").inc()
        log.error("message_dead", queue=queue, reason=slug(error), message_id=message.message_id)


class InboxMiddleware(BaseMiddleware[Any, Any]):
    """See the module. Registered on the broker by ``shared.service``; acknowledges by itself (AckPolicy.MANUAL)."""

    async def consume_scope(self, call_next: Callable[[StreamMessage[Any]], Awaitable[Any]], msg: StreamMessage[Any]) -> None:
        """Handle one message to its end: committed, laddered, buried, or left with the broker."""
        if not isinstance(msg, RabbitMessage):
            raise TypeError(type(msg).__name__)
        inbox: Inbox = self.context.get("inbox")
        queue: str = self.context.get_local("handler_").queue.name
        raw = msg.raw_message
        if queue == dead_queue(inbox.service):
            with suppress(Stopping):
                await inbox.through_outages(lambda: _record(call_next, msg))
                await msg.ack()
            return
        with (
            HANDLING.labels(queue).time(),
            telemetry.span(f"handle {queue}", _traceparent(raw), SpanKind.CONSUMER),
            context.bound(_work(raw)),
        ):
            try:
                await self._settle(inbox, queue, msg, call_next)
            except Stopping:
                return
            except (BrokerUnavailable, Unroutable) as error:
                # The ladder cannot be reached: the connection is going or gone, and with it comes the redelivery.
                log.warning("message_kept", queue=queue, reason=slug(error))
                await self._hand_back(inbox, raw)
                return
            await msg.ack()
            failpoints.hit("inbox.after-ack")

    async def _settle(self, inbox: Inbox, queue: str, msg: RabbitMessage, call_next: Callable[[Any], Awaitable[Any]]) -> None:
        raw = msg.raw_message
        quick_tries = 3
        while True:
            try:
                await inbox.through_outages(lambda: self._once(inbox, queue, msg, call_next))
            except _AGAIN_AT_ONCE:
                quick_tries -= 1
                if quick_tries == 0:
                    raise
                await asyncio.sleep(random.uniform(0, 0.05))
                continue
            except (Stopping, BrokerUnavailable):
                raise
            except (*_UNREADABLE, InvalidInput, WithoutIdentity) as error:
                await inbox.bury(queue, raw, error)
            except SchakelError as error:
                await (inbox.retry if error.temporary else inbox.bury)(queue, raw, error)
            except Exception as error:
                log.exception("handler_failed", queue=queue)
                await inbox.retry(queue, raw, error)
            return

    async def _once(self, inbox: Inbox, queue: str, msg: RabbitMessage, call_next: Callable[[Any], Awaitable[Any]]) -> None:
        raw = msg.raw_message
        _require_ours(raw)
        identity = _identity(raw)
        failpoints.hit("inbox.before-transaction")
        subject = await _subject(msg)

        def refuse(tx: Transaction) -> None:
            tx.audit("bericht.geweigerd", subject=subject, actor=inbox.service, type=raw.type, reden="vernietigd")
            log.warning("message_about_erased", queue=queue)

        piece = Piece(identity, subject, partial(call_next, msg), refuse)
        # What came back may have killed a process: it takes no other along.
        shared = None if raw.redelivered else inbox.together.get(queue)
        outcome = await (shared.take(piece) if shared else alone(inbox.database, queue, piece))
        failpoints.hit("inbox.after-commit")
        MESSAGES.labels(queue, outcome).inc()

    @staticmethod
    async def _hand_back(inbox: Inbox, raw: aio_pika.abc.AbstractIncomingMessage) -> None:
        """Wait for the publisher to come back, then let the broker deliver again: by reject, which counts, never by nack."""
        with suppress(TimeoutError):
            async with asyncio.timeout(inbox.hand_back_after):
                await inbox.stopping.wait()
                return
        with suppress(Exception):  # the channel may be gone, and the message is then already back in its queue
            await raw.reject(requeue=True)


async def _record(call_next: Callable[[Any], Awaitable[Any]], msg: RabbitMessage) -> None:
    _require_ours(msg.raw_message)
    await call_next(msg)


def _require_ours(message: aio_pika.abc.AbstractIncomingMessage) -> None:
    """Raise Stopping when the broker took the message back, as RabbitMQ does after its ``consumer_timeout``.

    It closes the channel, which opens again by itself, and delivers again. Without this a long outage of the database would
    leave one more waiting task per message each time.
    """
    try:
        _ = message.channel
    except ChannelInvalidStateError:
        raise Stopping from None


def attempts(message: aio_pika.abc.AbstractIncomingMessage) -> int:
    """Return how often this message went up the ladder. Our own header: x-death is not to be trusted since 3.13."""
    value = message.headers.get(ATTEMPT, 0)
    return value if isinstance(value, int) else 0


def slug(error: Exception) -> str:
    """Name the kind of error for headers and logs."""
    if isinstance(error, SchakelError):
        return error.slug
    return "onleesbaar" if isinstance(error, _UNREADABLE) else type(error).__name__


def describe(error: Exception) -> str:
    """Say what was wrong without quoting the message: which fields, which rule."""
    if isinstance(error, UnreadableArguments) and isinstance(error.original_error, ValidationError):
        error = error.original_error
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['type']}" for fault in error.errors())[:1000]
    if isinstance(error, SchakelError):
        return error.detail[:1000]
    return type(error).__name__


def copy_of(message: aio_pika.abc.AbstractIncomingMessage, headers: dict[str, Any]) -> aio_pika.Message:
    """Copy a message with more headers, keeping its identity."""
    kept = {key: value for key, value in message.headers.items() if not key.startswith(("x-death", "x-first-death", "x-last"))}
    return aio_pika.Message(
        message.body,
        headers={**kept, **headers},
        content_type=message.content_type,
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        message_id=message.message_id or str(clock.new_id()),
        correlation_id=message.correlation_id,
        timestamp=message.timestamp,
        type=message.type,
    )


def _identity(message: aio_pika.abc.AbstractIncomingMessage) -> UUID:
    try:
        return UUID(message.message_id)
    except (TypeError, ValueError, AttributeError):
        raise WithoutIdentity("message_id is geen UUID") from None


async def _subject(message: RabbitMessage) -> UUID | None:
    """Give the hulpvraag that an event is about; None for another subject, or none. Raises what is unreadable."""
    body: Any = await message.decode()
    try:
        return UUID(body["subject"])
    except (KeyError, TypeError, ValueError, AttributeError):  # another subject, or no event: that is for the handler to say
        return None


def _traceparent(message: aio_pika.abc.AbstractIncomingMessage) -> str | None:
    value = message.headers.get("traceparent")
    return value if isinstance(value, str) else None


def _work(message: aio_pika.abc.AbstractIncomingMessage) -> context.Work:
    try:
        return context.Work(UUID(message.correlation_id), UUID(message.message_id))
    except (TypeError, ValueError, AttributeError):
        return context.Work(clock.new_id())
