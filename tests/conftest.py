"""Servers for the whole session, each started when the first test asks for it, all ended with the session."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from schakel_local.account import temporary_folder
from schakel_local.postgres import Postgres
from schakel_local.rabbitmq import RabbitMQ
from support.sandbox import Sandbox, make_template, sandbox_on


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """Where servers keep their data: reachable for the unprivileged user they run as, unlike pytest's own folders."""
    folder = temporary_folder()
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
def rabbitmq(server_folder: Path) -> Iterator[RabbitMQ]:
    server = RabbitMQ(server_folder / "rabbitmq")
    server.start()
    yield server
    server.kill()  # its data is thrown away, and a tidy stop takes it six seconds


@pytest.fixture
async def sandbox(postgres: Postgres, rabbitmq: RabbitMQ) -> AsyncIterator[Sandbox]:
    async with sandbox_on(postgres, rabbitmq) as box:
        yield box
