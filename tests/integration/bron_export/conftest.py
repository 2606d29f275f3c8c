"""One database, one register and one running service for these tests; each test has a school of its own."""

from collections.abc import AsyncIterator
from itertools import count

import httpx
import pytest

from bron_export.main import make_service
from schakel_local.postgres import Postgres
from schakel_local.rabbitmq import RabbitMQ
from support.bron_export import Bron, bron_settings
from support.register import RunningSimulator, simulator
from support.rollen import tell_roles
from support.sandbox import Sandbox, close_sandbox, open_sandbox, running

_schools = count(1)


@pytest.fixture
async def sandbox(sandbox: Sandbox) -> Sandbox:
    """One that knows the roles of its SWV."""
    await tell_roles(sandbox, "bron-export", "PO2507")
    return sandbox


@pytest.fixture(scope="package")
async def one_register() -> AsyncIterator[RunningSimulator]:
    async with simulator() as found:
        yield found


@pytest.fixture(scope="package")
async def one_box(postgres: Postgres, rabbitmq: RabbitMQ) -> AsyncIterator[Sandbox]:
    box = await open_sandbox(postgres, rabbitmq)
    await tell_roles(box, "bron-export", "PO2507", "PO9999")
    yield box
    await close_sandbox(box)


@pytest.fixture(scope="package")
async def one_service(one_box: Sandbox, one_register: RunningSimulator) -> AsyncIterator[httpx.AsyncClient]:
    async with running(make_service(bron_settings(one_box, one_register))) as http:
        yield http


@pytest.fixture
async def register(one_register: RunningSimulator) -> RunningSimulator:
    """A register that behaves and knows nothing."""
    await one_register.call("DELETE", "/simulator")
    return one_register


@pytest.fixture
async def without_mandate(one_box: Sandbox, register: RunningSimulator, one_service: httpx.AsyncClient) -> AsyncIterator[Bron]:
    """A school that gave no mandate yet."""
    yield Bron(one_box, register, one_service, next(_schools))
    async with one_box.connect() as connection:  # what a test left open is not the next one's work
        await connection.execute("UPDATE bron_export.registratie SET volgende_poging_op = NULL")


@pytest.fixture
async def bron(without_mandate: Bron) -> Bron:
    """A school with its mandate."""
    await without_mandate.mandate()
    return without_mandate
