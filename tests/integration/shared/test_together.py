"""Messages that wait share a transaction, and none of them pays for another: on the real broker and database."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import uuid4

from shared import clock
from shared.envelope import Event
from shared.service import Service, Tx
from shared.together import AT_ONCE
from support.ping import Ping, ping, service_with
from support.sandbox import Sandbox, eventually, running

_EFFECTS = "SELECT subject FROM notify.audit_log WHERE action = 'ping'"
_TRANSACTIONS = "SELECT count(DISTINCT xmin::text) FROM notify.inbox"


@asynccontextmanager
async def at_work(sandbox: Sandbox, waiting: Sequence[Event[Ping]], *, fails: int = -1) -> AsyncIterator[Service]:
    """A service whose transactions are all held until these messages wait for the next one; number ``fails`` always fails."""
    go = asyncio.Event()
    held = [ping(1000 + n) for n in range(AT_ONCE)]

    async def handle(event: Event[Ping], tx: Tx) -> None:
        if event.data.n >= 1000:
            await go.wait()
        tx.audit("ping", subject=event.data.n)
        if event.data.n == fails:
            raise RuntimeError

    service = service_with(sandbox, handle, together=True)
    together = service.inbox.together["notify.ping"]

    async def wait() -> bool:
        return len(together._waiting) == len(waiting)

    async with running(service):
        await sandbox.publish(*held)

        async def are_held() -> bool:
            return together._turns.locked() and not together._waiting

        await eventually(are_held)
        await sandbox.publish(*waiting)
        await eventually(wait)
        go.set()
        yield service


async def effects(sandbox: Sandbox) -> Counter[str]:
    async with sandbox.connect() as connection:
        return Counter(row["subject"] for row in await connection.fetch(_EFFECTS) if int(row["subject"]) < 1000)


async def test_messages_that_wait_share_a_transaction_and_a_copy_or_an_erased_one_has_no_effect_in_it(sandbox: Sandbox) -> None:
    erased = uuid4()
    async with sandbox.connect() as connection:
        await connection.execute("INSERT INTO notify.vernietigd VALUES ($1, 1, $1, $2)", erased, clock.now())
    copied = ping(7)
    async with at_work(sandbox, [*map(ping, range(5)), copied, copied, ping(9, str(erased))]):

        async def done() -> bool:
            return len(await effects(sandbox)) == 6

        await eventually(done)
        async with sandbox.connect() as connection:
            assert await connection.fetchval(_TRANSACTIONS) == AT_ONCE + 1
            refused = await connection.fetchval("SELECT subject FROM notify.audit_log WHERE action = 'bericht.geweigerd'")
    assert await effects(sandbox) == Counter(map(str, [0, 1, 2, 3, 4, 7]))
    assert refused == str(erased)


async def test_one_that_fails_takes_none_of_the_others_along(sandbox: Sandbox) -> None:
    async with at_work(sandbox, list(map(ping, range(6))), fails=3):

        async def dead() -> bool:
            async with sandbox.connect() as connection:
                return bool(await connection.fetchval("SELECT count(*) FROM notify.dead_letter"))

        await eventually(dead)
    assert await effects(sandbox) == Counter(map(str, [0, 1, 2, 4, 5]))
