"""Protections, each taken away by name. Only the probe's own process is touched; the product has no such switch."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import aio_pika

from shared import database, deadletter, inbox, outbox, publisher, relay, together, topology

_without = ""


def apply(name: str) -> None:
    """Take this protection away; the empty name leaves all in place."""
    global _without  # noqa: PLW0603 - one sabotage per process
    _without = name
    if name:
        SABOTAGES[name]()


def newest(statement: str) -> str:
    """The read model without its version check: whatever comes last wins."""
    return statement.partition(" WHERE stand.versie")[0] if _without == "version check" else statement


def _replace(owner: object, name: str, by: object) -> None:
    setattr(owner, name, by)


def _no_inbox() -> None:
    async def always(_: object, __: str, asked: Sequence[Any]) -> dict[Any, bool]:
        return dict.fromkeys(asked, False)

    _replace(together, "claim", always)


def _ack_first() -> None:
    whole = inbox.InboxMiddleware.consume_scope

    async def consume_scope(self: Any, call_next: Any, msg: Any) -> None:
        await msg.ack()
        await asyncio.sleep(0.4)  # an ack just before a channel closes may be ignored, and the relay must have marked the row
        await whole(self, call_next, msg)

    _replace(inbox.InboxMiddleware, "consume_scope", consume_scope)


def _publish_from_memory() -> None:
    """No outbox row in the transaction: events wait in memory for a moment after the commit."""
    append = outbox.append
    pools: list[database.Database] = []
    connect = database.Database.connect

    async def remember(self: database.Database) -> None:
        await connect(self)
        pools.append(self)

    async def keep(_: object, outgoing: Sequence[outbox.Outgoing]) -> None:
        if outgoing:
            asyncio.get_running_loop().call_later(1.0, lambda: tasks.append(asyncio.ensure_future(flush(outgoing))))

    async def flush(outgoing: Sequence[outbox.Outgoing]) -> None:
        async with pools[0].pool.acquire() as connection:
            await append(connection, outgoing)
        pools[0].wake_relay()

    tasks: list[asyncio.Future[None]] = []
    _replace(outbox, "append", keep)
    _replace(database.Database, "connect", remember)


def _mark_first() -> None:
    """A row counts as sent as soon as it is claimed."""
    relay._CLAIM = (
        f"WITH claimed AS ({relay._CLAIM}) UPDATE outbox SET sent_at = now() FROM claimed"
        " WHERE outbox.id = claimed.id RETURNING claimed.*"
    )


def _believe_returns() -> None:
    """The library's default: a returned message counts as published."""
    whole = publisher.Publisher.connect

    async def connect(self: publisher.Publisher) -> None:
        await whole(self)
        assert isinstance(self._connection, aio_pika.RobustConnection)
        self._channel = await self._connection.channel(publisher_confirms=True, on_return_raises=False)

    _replace(publisher.Publisher, "connect", connect)


def _lease_without_end() -> None:
    relay._LEASE = relay._LEASE.replace("expires_at < now()", "expires_at = '-infinity'")


def _no_holding() -> None:
    """An outage of the database is taken for the message's own fault."""

    async def once(_: object, work: Callable[[], Any]) -> None:
        await work()

    _replace(inbox.Inbox, "through_outages", once)


def _drop_the_dead() -> None:
    async def gone(*_: object) -> None:
        return

    _replace(inbox.Inbox, "bury", gone)


def _record_after_ack() -> None:
    whole = deadletter.record

    async def record(pool: Any, message: Any) -> None:
        await message.ack()
        await whole(pool, message)

    _replace(deadletter, "record", record)


def _record_twice() -> None:
    deadletter._STORE = deadletter._STORE.partition("ON CONFLICT")[0].replace("$2,", "$2 || clock_timestamp()::text,", 1)


def _no_bed() -> None:
    """What the broker gives up on goes nowhere, as by default."""
    whole = topology.work_arguments

    def work_arguments(name: str) -> Any:
        return {key: value for key, value in whole(name).items() if not key.startswith("x-dead-letter")}

    _replace(topology, "work_arguments", work_arguments)


def _no_ladder() -> None:
    """A failing message is requeued at once, as NACK_ON_ERROR would, with its prefetch slot held by it over and over."""

    async def requeue(_: object, __: str, message: Any, ___: Exception) -> None:
        await message.reject(requeue=True)

    _replace(inbox.Inbox, "retry", requeue)


SABOTAGES: dict[str, Callable[[], None]] = {
    "inbox": _no_inbox,
    "ack after commit": _ack_first,
    "outbox": _publish_from_memory,
    "mark after confirm": _mark_first,
    "returns raise": _believe_returns,
    "lease": _lease_without_end,
    "holding": _no_holding,
    "dead letters": _drop_the_dead,
    "dead-letter exchange": _no_bed,
    "record before ack": _record_after_ack,
    "one row per dead letter": _record_twice,
    "ladder": _no_ladder,
    "version check": lambda: None,
}
