"""A sandbox and a running intake for a whole module, and for each test a connector of its own; or all of it for one test."""

from collections.abc import AsyncIterator
from itertools import count

import pytest

from intake.main import make_service
from schakel_local.postgres import Postgres
from schakel_local.rabbitmq import RabbitMQ
from support.intake import EVENTS, Lvs, Served, World, intake_settings, world_of
from support.sandbox import Sandbox, close_sandbox, open_sandbox, running

_numbers = count(1)


@pytest.fixture(scope="module")
async def served(postgres: Postgres, rabbitmq: RabbitMQ) -> AsyncIterator[Served]:
    sandbox = await open_sandbox(postgres, rabbitmq)
    async with world_of(sandbox) as world:
        service = make_service(intake_settings(sandbox))
        async with running(service, declared_for=EVENTS) as http:
            yield Served(sandbox, world, service, http)
    await close_sandbox(sandbox)


@pytest.fixture
async def lvs(served: Served) -> AsyncIterator[Lvs]:
    """A connector that only this test uses."""
    connector = f"lvs-{next(_numbers)}"
    await served.world.add(connector)
    await served.world.served(connector)
    lvs = await served.world.lvs(connector)
    yield lvs
    await lvs.close()


@pytest.fixture
async def world(sandbox: Sandbox) -> AsyncIterator[World]:
    """Organisations and a connector in a sandbox of this test alone."""
    async with world_of(sandbox) as world:
        yield world
