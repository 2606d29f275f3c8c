"""Each of the six services, as a process of its own, tells whether it lives, whether it is ready, and how its books stand."""

import re
from collections.abc import AsyncIterator
from functools import partial

import httpx
import pytest

from schakel.config import SERVICES
from schakel_local.loopback import NO_TLS
from support.ahead import Ahead, ahead
from support.fleet import System
from support.sandbox import eventually

METRICS = (
    "schakel_outbox_waiting",
    "schakel_outbox_oldest_seconds",
    "schakel_outbox_sent_total",
    "schakel_dead_letters_open",
)
_DEAD = """
INSERT INTO dead_letter (queue, message_id, reason, detail, attempts, headers, properties, body, died_at)
VALUES ('proef', gen_random_uuid()::text, 'Proef', '', 1, '{}', '{}', '', now()) RETURNING id
"""


def figures(text: str) -> dict[str, float]:
    """The samples without labels of a page in Prometheus' format."""
    return {name: float(value) for name, value in re.findall(r"^(\w+) (\S+)$", text, re.MULTILINE)}


@pytest.fixture(scope="module")
async def looks(request: pytest.FixtureRequest, system: System) -> AsyncIterator[Ahead[None]]:
    """All six at once: figures are taken every five seconds, and each test waits for two of them."""
    async with ahead(request, "looks", partial(look, system), at_once=len(SERVICES)) as found:
        yield found


@pytest.mark.parametrize("name", SERVICES)
async def test_a_service_is_live_and_ready_and_shows_its_outbox_and_dead_letters(looks: Ahead[None], name: str) -> None:
    await looks[name]


async def look(system: System, name: str) -> None:
    async with httpx.AsyncClient(base_url=system.site.url(name), trust_env=False, verify=NO_TLS) as http:
        live, ready = await http.get("/health/live"), await http.get("/health/ready")
        assert (live.status_code, live.json()) == (200, {"status": "ok"})
        assert (ready.status_code, ready.json()["status"]) == (200, "ok")
        assert set(ready.json()["checks"]) >= {"started", "database", "broker", "outbox"}

        async def shown() -> dict[str, float]:
            return figures((await http.get("/metrics")).text)

        assert set(await shown()) >= set(METRICS)
        before = (await shown())["schakel_dead_letters_open"]
        number = await system.value(name, _DEAD)

        async def is_counted() -> bool:
            return (await shown())["schakel_dead_letters_open"] == before + 1

        async def is_gone() -> bool:
            return (await shown())["schakel_dead_letters_open"] == before

        await eventually(is_counted, within=20)
        await system.rows(name, "UPDATE dead_letter SET state = 'dropped' WHERE id = $1", number)
        await eventually(is_gone, within=20)
