"""A gateway in this process, alone or with the real services behind it; each test has its own people and its own address."""

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import httpx
import pytest

from schakel_local.postgres import Postgres
from schakel_local.rabbitmq import RabbitMQ
from shared.service import Service
from support.access.world import World, build
from support.portal import Person, log_in_to_api, make_gateway, make_iber, make_person, program
from support.sandbox import Sandbox, close_sandbox, open_sandbox, running
from support.whole import Servers, Whole, servers_in, whole

_numbers = count(1)


@pytest.fixture(scope="package")
async def box(postgres: Postgres, rabbitmq: RabbitMQ) -> AsyncIterator[Sandbox]:
    """Starting a service takes longer than most of these tests: one for all of them."""
    sandbox = await open_sandbox(postgres, rabbitmq)
    yield sandbox
    await close_sandbox(sandbox)


@pytest.fixture(scope="package")
async def gateway(box: Sandbox) -> AsyncIterator[Service]:
    service = make_gateway(box)
    async with running(service):
        yield service


@pytest.fixture
async def jansen(gateway: Service) -> Person:
    return await make_person(gateway.database, f"jansen-{next(_numbers)}-c")


@pytest.fixture
def address() -> str:
    """A network address that nobody used before; more of them by writing a digit after it."""
    return f"2001:db8:{next(_numbers):x}::"


@pytest.fixture(scope="package")
async def servers(server_folder: Path) -> AsyncIterator[Servers]:
    async with servers_in(server_folder / "gateway") as servers:
        yield servers


@pytest.fixture(scope="package")
async def system(postgres: Postgres, rabbitmq: RabbitMQ, servers: Servers) -> AsyncIterator[Whole]:
    """The gateway with the real services behind it."""
    sandbox = await open_sandbox(postgres, rabbitmq)
    async with whole(sandbox, servers) as system:
        yield system
    await close_sandbox(sandbox)


@pytest.fixture(scope="package")
async def world(system: Whole) -> AsyncIterator[World]:
    """Someone of each kind, and hulpvragen that are theirs, another's, and over for them."""
    async with build(system) as made:
        yield made


@pytest.fixture
async def iber(system: Whole) -> Person:
    return await make_iber(system.gateway.database, f"iris-{next(_numbers)}-c")


@pytest.fixture
async def administratie(system: Whole) -> Person:
    return await make_person(system.gateway.database, f"anne-{next(_numbers)}-c", rollen=("administratie", "CT"))


@pytest.fixture
async def iris(system: Whole, iber: Person, address: str) -> AsyncIterator[httpx.AsyncClient]:
    """The IB'er's program, logged in to the API."""
    async with program(system.gateway, address) as client:
        yield await log_in_to_api(client, iber)


@pytest.fixture
async def anne(system: Whole, administratie: Person, address: str) -> AsyncIterator[httpx.AsyncClient]:
    """The administration's program, logged in to the API."""
    async with program(system.gateway, f"{address}0") as client:
        yield await log_in_to_api(client, administratie)
