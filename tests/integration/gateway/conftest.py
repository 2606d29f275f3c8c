"""A gateway on a database of this module, in this process; each test has its own person and its own address."""

from collections.abc import AsyncIterator
from itertools import count

import pytest

from schakel_local.postgres import Postgres
from schakel_local.rabbitmq import RabbitMQ
from shared.service import Service
from support.portal import Person, make_gateway, make_person
from support.sandbox import Sandbox, close_sandbox, open_sandbox, running

_numbers = count(1)


@pytest.fixture(scope="module")
async def box(postgres: Postgres, rabbitmq: RabbitMQ) -> AsyncIterator[Sandbox]:
    """Starting a service takes longer than most of these tests: one for the whole module."""
    sandbox = await open_sandbox(postgres, rabbitmq)
    yield sandbox
    await close_sandbox(sandbox)


@pytest.fixture(scope="module")
async def gateway(box: Sandbox) -> AsyncIterator[Service]:
    service = make_gateway(box)
    async with running(service):
        yield service


@pytest.fixture
async def jansen(gateway: Service) -> Person:
    return await make_person(gateway.database, f"jansen-{next(_numbers)}")


@pytest.fixture
def address() -> str:
    """A network address that nobody used before."""
    number = next(_numbers)
    return f"198.51.{number // 250}.{number % 250}"
