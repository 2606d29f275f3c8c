"""Servers for the whole session, each started when the first test asks for it, all ended with the session."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from schakel_local.postgres import Postgres
from schakel_local.rabbitmq import RabbitMQ
from schakel_local.smtpsink import SmtpSink
from support import room, turns, warm
from support.sandbox import Sandbox, make_template, sandbox_on


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    turns.deal(items)


def pytest_sessionfinish() -> None:
    warm.end()


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """Where servers keep their data: reachable for the unprivileged user they run as, unlike pytest's own folders."""
    folder = room.server_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
async def postgres(server_folder: Path) -> AsyncIterator[Postgres]:
    server = Postgres(server_folder / "postgres")
    server.start()
    await make_template(server)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def rabbitmq_root() -> Path | None:
    """The system unpacked by ``schakel_local rabbit4`` whose RabbitMQ the tests are to use; None: this machine's own."""
    root = os.environ.get("SCHAKEL_TEST_RABBIT4")
    return Path(root).resolve(strict=True) if root else None


@pytest.fixture(scope="session")
def rabbitmq(server_folder: Path, rabbitmq_root: Path | None) -> Iterator[RabbitMQ]:
    server = RabbitMQ(server_folder / "rabbitmq", root=rabbitmq_root)
    server.start()
    yield server
    server.kill()  # its data is thrown away, and a tidy stop takes it six seconds


@pytest.fixture
async def sandbox(postgres: Postgres, rabbitmq: RabbitMQ) -> AsyncIterator[Sandbox]:
    async with sandbox_on(postgres, rabbitmq) as box:
        yield box


@pytest.fixture(scope="session")
def one_sink(server_folder: Path) -> Iterator[SmtpSink]:
    server = SmtpSink(server_folder / "mail")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def sink(one_sink: SmtpSink) -> Iterator[SmtpSink]:
    """The mail sink of all tests, running and emptied."""
    one_sink.start()  # a test may have ended with the server away
    one_sink.clear()
    yield one_sink
    one_sink.thaw()
