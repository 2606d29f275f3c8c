import asyncio

import asyncpg
import pytest

from schakel_local.stack import Stack


async def test_it_is_durable_speaks_utf8_and_takes_two_hundred_connections(stack: Stack) -> None:
    connection = await asyncpg.connect(stack.postgres.superuser_dsn())
    shown = {
        name: await connection.fetchval(f"SHOW {name}")
        for name in ("fsync", "full_page_writes", "synchronous_commit", "server_encoding", "lc_collate", "max_connections")
    }
    await connection.close()

    assert shown == {
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "server_encoding": "UTF8",
        "lc_collate": "C.UTF-8",
        "max_connections": "200",
    }


async def test_a_role_gets_in_with_its_password_only(stack: Stack) -> None:
    superuser = await asyncpg.connect(stack.postgres.superuser_dsn())
    await superuser.execute("CREATE ROLE intake LOGIN PASSWORD 'a/b@c d'")
    try:
        connection = await asyncpg.connect(stack.postgres.dsn("intake", "a/b@c d", "postgres"))
        assert await connection.fetchval("SELECT current_user") == "intake"
        await connection.close()
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(stack.postgres.dsn("intake", "wrong", "postgres"))
    finally:
        await superuser.execute("DROP ROLE intake")
        await superuser.close()


async def test_a_committed_row_survives_kill_9(stack: Stack) -> None:
    connection = await asyncpg.connect(stack.postgres.superuser_dsn())
    await connection.execute("CREATE TABLE kept (n int)")
    await connection.execute("INSERT INTO kept VALUES (7)")

    stack.postgres.kill()
    connection.terminate()
    with pytest.raises(OSError, match="Connect call failed"):
        await asyncpg.connect(stack.postgres.superuser_dsn())
    stack.postgres.start()

    connection = await asyncpg.connect(stack.postgres.superuser_dsn())
    assert await connection.fetchval("SELECT n FROM kept") == 7
    await connection.execute("DROP TABLE kept")
    await connection.close()


async def test_a_frozen_one_answers_nothing_and_goes_on_where_it_was(stack: Stack) -> None:
    connection = await asyncpg.connect(stack.postgres.superuser_dsn())
    stack.postgres.freeze()
    try:
        question = asyncio.create_task(connection.fetchval("SELECT 1"))
        done, _ = await asyncio.wait([question], timeout=0.3)
        assert not done
    finally:
        stack.postgres.thaw()

    assert await question == 1
    await connection.close()
