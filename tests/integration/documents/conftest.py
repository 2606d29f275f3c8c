"""An S3 store and a virus scanner for this folder, and documents at work: shared by most tests, or in a sandbox of its own."""

import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from documents.main import make_service
from documents.settings import Settings
from schakel_local.clamav import ClamAV
from schakel_local.postgres import Postgres
from schakel_local.rabbitmq import RabbitMQ
from schakel_local.seaweed import SeaweedFS
from support import documents
from support.documents import Desk
from support.sandbox import Sandbox, close_sandbox, open_sandbox, running


@pytest.fixture(scope="package")
def seaweed(server_folder: Path) -> Iterator[SeaweedFS]:
    server = SeaweedFS(server_folder / f"s3-{secrets.token_hex(4)}")
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="package")
def clamav(server_folder: Path) -> Iterator[ClamAV]:
    server = ClamAV(server_folder / f"clamav-{secrets.token_hex(4)}", signatures=None)
    server.start()
    yield server
    server.kill()


@pytest.fixture
async def settings(sandbox: Sandbox, seaweed: SeaweedFS, clamav: ClamAV) -> Settings:
    """Settings in a sandbox of its own, whose buckets are made."""
    made = documents.settings(sandbox, seaweed, clamav)
    await make_service(made).objects.prepare()
    return made


@pytest.fixture(scope="package")
async def shared_sandbox(postgres: Postgres, rabbitmq: RabbitMQ) -> AsyncIterator[Sandbox]:
    box = await open_sandbox(postgres, rabbitmq)
    yield box
    await close_sandbox(box)


@pytest.fixture(scope="package")
async def shared_settings(shared_sandbox: Sandbox, seaweed: SeaweedFS, clamav: ClamAV) -> Settings:
    made = documents.settings(shared_sandbox, seaweed, clamav)
    await make_service(made).objects.prepare()
    return made


@pytest.fixture(scope="package")
async def shared_documents(shared_settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with running(make_service(shared_settings)) as http:
        yield http


@pytest.fixture
async def desk(shared_sandbox: Sandbox, shared_documents: httpx.AsyncClient) -> Desk:
    """Somebody who brings files to a hulpvraag of their own, at one service that many tests share."""
    return Desk(shared_sandbox, shared_documents)
