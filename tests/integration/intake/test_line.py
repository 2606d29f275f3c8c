"""The line of a connector: one sender at a time, and no number given out twice, passed over or forgotten."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import asyncpg

from intake.store import outgoing
from shared.database import Database
from support.intake import Served
from support.sandbox import eventually

_ROW = """
INSERT INTO intake.uitgaand (connector, volgnummer, type, message_id, body, gemaakt_op)
VALUES ($1, $2, 't', gen_random_uuid(), '\\x00', now())
"""


@asynccontextmanager
async def line(served: Served, *, rows: int) -> AsyncIterator[tuple[str, Database]]:
    """A connector that nobody serves, with so many rows that have no number yet."""
    connector = f"stil-{uuid4().hex[:8]}"
    await served.world.add(connector, actief=False)
    async with served.sandbox.connect() as connection, served.world.database() as database:
        for _ in range(rows):
            await connection.execute(_ROW, connector, None)
        yield connector, database


async def claimed(database: Database, connector: str, most: int = 10) -> tuple[int, list[int]] | None:
    found = await outgoing.claim(database.pool, connector, uuid4(), 10.0, most)
    return (found[0], [row["volgnummer"] for row in found[1]]) if found else None


@asynccontextmanager
async def while_a_claim_waits(
    served: Served, database: Database, connector: str
) -> AsyncIterator[tuple["asyncpg.Connection[asyncpg.Record]", "asyncio.Task[Any]"]]:
    """Hold the line, let another ask for it, do something, and let go."""
    async with served.sandbox.connect() as connection, connection.transaction():
        await connection.execute("SELECT FROM intake.lijn WHERE connector = $1 FOR UPDATE", connector)
        claim = asyncio.create_task(claimed(database, connector))
        waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = $1 AND wait_event_type = 'Lock'"
        await eventually(lambda: served.world.fetchval(waits, served.sandbox.name))
        yield connection, claim


async def test_only_one_sends_at_a_time_and_the_next_goes_on_where_it_stopped(served: Served) -> None:
    async with line(served, rows=5) as (connector, database):
        me = uuid4()
        found = await outgoing.claim(database.pool, connector, me, 10.0, 3)
        assert found is not None
        assert [row["volgnummer"] for row in found[1]] == [1, 2, 3]
        assert await claimed(database, connector) is None
        await outgoing.sent(database.pool, connector, me, found[0], 2)
        assert (await claimed(database, connector) or (0, []))[1] == [3, 4, 5]


async def test_who_lost_the_line_marks_nothing(served: Served) -> None:
    async with line(served, rows=2) as (connector, database):
        frozen = uuid4()
        found = await outgoing.claim(database.pool, connector, frozen, -1.0, 10)
        assert found is not None
        assert (await claimed(database, connector) or (0, []))[1] == [1, 2]
        await outgoing.sent(database.pool, connector, frozen, found[0], 2)
        assert await served.world.fetchval("SELECT verzonden FROM intake.lijn WHERE connector = $1", connector) == 0


async def test_who_waited_for_the_line_while_another_numbered_and_sent_gives_out_no_number_again(served: Served) -> None:
    async with line(served, rows=2) as (connector, database):
        async with while_a_claim_waits(served, database, connector) as (other, claim):
            await other.execute(
                "UPDATE intake.uitgaand SET volgnummer = id - (SELECT min(id) FROM intake.uitgaand WHERE connector = $1) + 1"
                " WHERE connector = $1",
                connector,
            )
            await other.execute(
                "UPDATE intake.lijn SET genummerd = 2, verzonden = 2, fence = 1 WHERE connector = $1", connector
            )
        assert await claim is None
        numbers = "SELECT volgnummer FROM intake.uitgaand WHERE connector = $1 ORDER BY id"
        assert [row[0] for row in await served.world.fetch(numbers, connector)] == [1, 2]
        assert await served.world.fetchval("SELECT genummerd FROM intake.lijn WHERE connector = $1", connector) == 2


async def test_what_was_numbered_while_a_sender_waited_for_the_line_is_not_passed_over(served: Served) -> None:
    async with line(served, rows=1) as (connector, database):
        async with while_a_claim_waits(served, database, connector) as (answering, claim):
            await answering.execute("UPDATE intake.lijn SET genummerd = genummerd + 1 WHERE connector = $1", connector)
            await answering.execute(_ROW, connector, 1)
        fence, numbers = await claim
        assert numbers == []
        holder = await served.world.fetchval("SELECT houder FROM intake.lijn WHERE connector = $1", connector)
        await outgoing.sent(database.pool, connector, holder, fence, 0)
        assert (await claimed(database, connector) or (0, []))[1] == [1, 2]
