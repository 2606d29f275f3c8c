"""Networks to the servers that can be broken."""

from collections.abc import Iterator

import pytest

from schakel_local.network import Proxy
from schakel_local.postgres import Postgres
from schakel_local.rabbitmq import RabbitMQ


@pytest.fixture
def broker_network(rabbitmq: RabbitMQ) -> Iterator[Proxy]:
    with Proxy("127.0.0.1", rabbitmq.port) as proxy:
        yield proxy


@pytest.fixture
def database_network(postgres: Postgres) -> Iterator[Proxy]:
    with Proxy("127.0.0.1", postgres.port) as proxy:
        yield proxy
