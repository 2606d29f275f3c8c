"""One workflow for all tests of this folder: each test brings hulpvragen of its own."""

from collections.abc import AsyncIterator

import pytest

from schakel_local.postgres import Postgres
from schakel_local.rabbitmq import RabbitMQ
from shared import tokens
from support.hulpvragen import RULESETS, Office
from support.sandbox import WORKFLOW_KEY, Sandbox, close_sandbox, open_sandbox, running
from workflow.main import make_service
from workflow.settings import Settings


def settings_in(box: Sandbox) -> Settings:
    key = tokens.dump_key(WORKFLOW_KEY, private=True)
    return box.settings(Settings, "workflow", capability_key=key, rulesets=RULESETS, terms_every=0.1, rules_every=0.2)


@pytest.fixture(scope="package")
async def office(postgres: Postgres, rabbitmq: RabbitMQ) -> AsyncIterator[Office]:
    box = await open_sandbox(postgres, rabbitmq)
    service = make_service(settings_in(box))
    async with running(service) as http:
        yield Office(box, service, http)
    await close_sandbox(box)


@pytest.fixture
async def own_office(sandbox: Sandbox) -> AsyncIterator[Office]:
    """A workflow of this test alone, for what counts everything."""
    service = make_service(settings_in(sandbox))
    async with running(service) as http:
        yield Office(sandbox, service, http)
