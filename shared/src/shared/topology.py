"""Exchanges and queues, from one small description. Right on RabbitMQ 3.10 and on 4.x.

::

    events                         topic    every event, routing key = type
    dead                           topic    dead letters, routing key = name of the work queue
    <service>.work                 direct   back into one work queue, routing key = its name (retries, replays)
    <service>.retry.1s/10s/1m/10m  fanout   the retry ladder: a queue with that TTL, dead-lettering to <service>.work
    <service>.<handler>            quorum queue, one per handler, bound to its type and to <service>.work
    <service>.dead                 quorum queue: what could not be handled, on its way to a row

A message that dies keeps its routing key, the work queue's name, so the ladder serves all queues of a service.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from aio_pika.abc import AbstractChannel, ExchangeType
from pamqp.common import FieldTable

from shared.outbox import EVENTS

DEAD = "dead"
DELIVERY_LIMIT = 200
"""Returns by a lost consumer before the broker gives up on a message: a message that kills its process ends as a dead
letter, and a database that flaps for a day does not get there. On 4.x the default would be 20."""


BED_ARGUMENTS: FieldTable = {"x-queue-type": "quorum", "x-overflow": "reject-publish"}
"""Arguments of the queue in which dead letters wait for their row; nothing dies a second time."""


@dataclass(frozen=True, slots=True)
class WorkQueue:
    """One handler's queue: ``name`` is ``<service>.<handler>``, ``type`` the event it takes."""

    name: str
    type: str


def rung(delay: float) -> str:
    """Name a rung after its delay in seconds: 10s, 1m, 10m; 500ms below a second."""
    if delay < 1:
        return f"{round(delay * 1000)}ms"
    return f"{round(delay / 60)}m" if delay >= 60 and delay % 60 == 0 else f"{delay:g}s"


def retry_exchange(service: str, delay: float) -> str:
    """Return the exchange of the rung with this delay."""
    return f"{service}.retry.{rung(delay)}"


def work_exchange(service: str) -> str:
    """Return the exchange that leads to one work queue by its name."""
    return f"{service}.work"


def dead_queue(service: str) -> str:
    """Return the queue in which this service's dead letters wait for their row."""
    return f"{service}.dead"


def safe_arguments(dead_letter_exchange: str) -> FieldTable:
    """Return quorum arguments that never drop: at-least-once dead-lettering needs overflow to be reject-publish."""
    return {
        "x-queue-type": "quorum",
        "x-overflow": "reject-publish",
        "x-dead-letter-exchange": dead_letter_exchange,
        "x-dead-letter-strategy": "at-least-once",
    }


def work_arguments(name: str) -> FieldTable:
    """Return the arguments of a work queue: the same here and where FastStream declares it."""
    return {**safe_arguments(DEAD), "x-dead-letter-routing-key": name, "x-delivery-limit": DELIVERY_LIMIT}


async def declare(channel: AbstractChannel, service: str, queues: Sequence[WorkQueue], retry_delays: Sequence[float]) -> None:
    """Declare all of a service. May be repeated; the dead queue comes first, so that nothing dies without a bed."""
    events = await channel.declare_exchange(EVENTS, ExchangeType.TOPIC, durable=True)
    dead = await channel.declare_exchange(DEAD, ExchangeType.TOPIC, durable=True)
    bed = await channel.declare_queue(dead_queue(service), durable=True, arguments=BED_ARGUMENTS)
    await bed.bind(dead, f"{service}.#")
    work = await channel.declare_exchange(work_exchange(service), ExchangeType.DIRECT, durable=True)
    for delay in retry_delays:
        name = retry_exchange(service, delay)
        ladder = await channel.declare_exchange(name, ExchangeType.FANOUT, durable=True)
        arguments: FieldTable = {**safe_arguments(work_exchange(service)), "x-message-ttl": round(delay * 1000)}
        wait = await channel.declare_queue(name, durable=True, arguments=arguments)
        await wait.bind(ladder)
    for queue in queues:
        place = await channel.declare_queue(queue.name, durable=True, arguments=work_arguments(queue.name))
        await place.bind(work, queue.name)
        await place.bind(events, queue.type)
