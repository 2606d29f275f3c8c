"""Servers for the whole session, each started when the first test asks for it, all ended with the session."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from schakel_local.postgres import Postgres
from schakel_local.rabbitmq import RabbitMQ
from support.sandbox import Sandbox, close_sandbox, make_template, open_sandbox


@pytest.fixture(scope="session")
def server_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where servers keep their data: reachable for the unprivileged user they run as."""
    folder = tmp_path_factory.mktemp("servers")
    for parent in (folder, *folder.parents):
        if parent.stat().st_mode & 0o001 == 0:
            parent.chmod(parent.stat().st_mode | 0o011)
    return folder


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
    box = await open_sandbox(postgres, rabbitmq)
    yield box
    await close_sandbox(box)
