"""The exchange and the two queues of one connector.

::

    lvs.<id>.in      fanout   the connector publishes here
    lvs.<id>.inbox   quorum   its messages wait here for intake; one consumer at a time, so that order holds over replicas
    lvs.<id>.uit     quorum   the connector reads here

What is returned too often, or rejected by the connector, becomes a dead letter of intake and can be replayed.
"""

from aio_pika.abc import AbstractChannel, AbstractQueue, ExchangeType
from pamqp.common import FieldTable

from intake.domain import names
from shared.topology import work_arguments, work_exchange

SERVICE = "intake"


async def declare_inbox(channel: AbstractChannel, connector: str) -> AbstractQueue:
    """Declare where a connector publishes, and return the queue from which intake reads."""
    exchange = await channel.declare_exchange(names.exchange(connector), ExchangeType.FANOUT, durable=True)
    name = names.inbox(connector)
    arguments: FieldTable = {**work_arguments(names.dead(name)), "x-single-active-consumer": True}
    queue = await channel.declare_queue(name, durable=True, arguments=arguments)
    await queue.bind(exchange)
    await queue.bind(work_exchange(SERVICE), names.dead(name))
    return queue


async def declare_uit(channel: AbstractChannel, connector: str) -> None:
    """Declare the queue from which a connector reads; ``send_to`` says how it is reached."""
    name = names.uit(connector)
    queue = await channel.declare_queue(name, durable=True, arguments=work_arguments(names.dead(name)))
    await queue.bind(work_exchange(SERVICE), names.dead(name))


def send_to(connector: str) -> tuple[str, str]:
    """Return exchange and routing key of a connector's outbound queue."""
    return work_exchange(SERVICE), names.dead(names.uit(connector))


async def unread(channel: AbstractChannel, connector: str) -> int:
    """Ask how many messages wait in a connector's outbound queue."""
    found = await channel.declare_queue(names.uit(connector), passive=True)
    return found.declaration_result.message_count or 0
