import asyncio
import gc
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack

import asyncpg
import pytest

from schakel_local.network import HOST, Proxy
from schakel_local.stack import Stack

pytestmark = pytest.mark.in_turn(of=3)


@pytest.fixture
def network(stack: Stack) -> Iterator[Proxy]:
    with Proxy("127.0.0.1", stack.postgres.port) as proxy:
        yield proxy


@pytest.fixture
async def direct(stack: Stack) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(stack.postgres.superuser_dsn())
    await connection.execute("DROP TABLE IF EXISTS told; CREATE TABLE told (n int)")
    yield connection
    await connection.close()


@pytest.fixture
def dsn(stack: Stack, network: Proxy) -> str:
    return stack.postgres.superuser_dsn().replace(f":{stack.postgres.port}/", f":{network.port}/")


async def insert(dsn: str, n: int) -> None:
    connection = await asyncpg.connect(dsn, timeout=5)
    try:
        async with connection.transaction():
            await connection.execute("INSERT INTO told VALUES ($1)", n)
    finally:
        connection.terminate()


async def rows(direct: asyncpg.Connection, count: int) -> list[int]:
    """The rows, once there are ``count`` of them or it is clear that there will not be."""
    deadline = time.monotonic() + 1
    while True:
        found = [row["n"] for row in await direct.fetch("SELECT n FROM told ORDER BY n")]
        if len(found) >= count or time.monotonic() > deadline:
            return found
        await asyncio.sleep(0.02)


async def test_the_answer_to_a_commit_is_lost_but_the_commit_is_not(
    network: Proxy, direct: asyncpg.Connection, dsn: str
) -> None:
    network.cut_on(b"COMMIT")
    with pytest.raises((OSError, asyncpg.PostgresError, asyncpg.InterfaceError)):
        await insert(dsn, 1)

    assert await rows(direct, 1) == [1]
    assert network.cuts == 1
    await insert(dsn, 2)
    assert await rows(direct, 2) == [1, 2]


async def test_a_commit_is_lost_on_its_way(network: Proxy, direct: asyncpg.Connection, dsn: str) -> None:
    network.cut_on(b"COMMIT", forward=False, times=2)
    for n in (1, 2):
        with pytest.raises((OSError, asyncpg.PostgresError, asyncpg.InterfaceError)):
            await insert(dsn, n)
    await insert(dsn, 3)

    assert await rows(direct, 3) == [3]


async def test_a_connection_is_cut_after_so_many_bytes(network: Proxy, dsn: str) -> None:
    network.cut_after(200)
    with pytest.raises((OSError, asyncpg.PostgresError, asyncpg.InterfaceError)):
        await asyncpg.connect(dsn)
    connection = await asyncpg.connect(dsn)
    await connection.close()


async def test_a_frozen_network_passes_nothing_and_then_everything(network: Proxy, dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    network.freeze()
    question = asyncio.create_task(connection.fetchval("SELECT 1"))
    newcomer = asyncio.create_task(asyncpg.connect(dsn))
    done, _ = await asyncio.wait([question, newcomer], timeout=0.3)
    assert not done

    network.heal()
    assert await question == 1
    await (await newcomer).close()
    await connection.close()


@pytest.mark.parametrize(("fault", "error"), [("reset", ConnectionResetError), ("refuse", ConnectionRefusedError)])
async def test_connections_are_broken_off_and_new_ones_fail_until_it_heals(
    network: Proxy, dsn: str, fault: str, error: type[OSError]
) -> None:
    connection = await asyncpg.connect(dsn)
    getattr(network, fault)()

    with pytest.raises((OSError, asyncpg.PostgresError, asyncpg.InterfaceError)):
        await connection.fetchval("SELECT 1")
    with pytest.raises(error):
        await asyncpg.connect(dsn)
    network.heal()
    await (await asyncpg.connect(dsn)).close()


async def test_dropping_breaks_off_what_is_open_and_lets_new_ones_through(network: Proxy, dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    network.drop()

    with pytest.raises((OSError, asyncpg.PostgresError, asyncpg.InterfaceError)):
        await connection.fetchval("SELECT 1")
    await (await asyncpg.connect(dsn)).close()
    assert network.connections == 2


async def test_it_delays_both_ways(network: Proxy, dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    network.delay(0.1)

    begin = time.monotonic()
    await connection.execute("SELECT 1")
    assert time.monotonic() - begin > 0.2
    network.heal()
    await connection.close()


async def test_a_server_that_is_not_there_breaks_the_connection_off() -> None:
    with Proxy("127.0.0.1", 1) as nowhere, pytest.raises((ConnectionResetError, asyncpg.ConnectionDoesNotExistError)):
        await asyncpg.connect(host=nowhere.host, port=nowhere.port, user="x", ssl=False)


def test_stopping_while_connections_come_in_leaves_nothing_open(stack: Stack) -> None:
    """What is left open is a warning when it is collected, and warnings are errors."""
    for _ in range(20):
        with ExitStack() as clients, Proxy("127.0.0.1", stack.postgres.port) as network:
            for _ in range(8):
                clients.enter_context(socket.create_connection(("127.0.0.1", network.port)))
    gc.collect()


async def test_broken_off_in_whichever_turn_of_its_end_a_connection_leaves_nothing_open() -> None:
    """Both sides close; the proxy is told to drop everything so many turns of its loop later. What is left open warns."""
    async with await asyncio.start_server(lambda _, writer: writer.close(), HOST, 0) as server:
        for turns in range(40):
            network = Proxy(HOST, server.sockets[0].getsockname()[1])
            async with await asyncio.start_server(network._accept, HOST, 0) as front:
                network._passing.set()
                _, writer = await asyncio.open_connection(*front.sockets[0].getsockname())
                writer.close()
                for _ in range(turns):
                    await asyncio.sleep(0)
                await network._drop()
            network._loop.close()
            await writer.wait_closed()
    gc.collect()
