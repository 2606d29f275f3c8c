"""Kill -9 at every named point between the database and the register: one registration, and nothing lost."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from uuid import UUID

import aio_pika
import httpx
import pytest

import bron_export
from bron_export.domain import reeks
from bron_export.domain.reeks import Reeks
from bron_export.main import make_service
from schakel_local.loopback import NO_TLS
from schakel_local.ports import free_ports
from shared import failpoints, tokens
from shared.contracts.workflow import BesluitGenomen
from support import warm
from support.bron_export import Bron, bron_settings, note_mandate
from support.failpoints import hit_in
from support.register import RunningSimulator
from support.sandbox import GATEWAY_KEY, Sandbox, eventually, running

POINTS = sorted(point for point in failpoints.known() if point.startswith("register."))
SENT_AT_MOST_ONCE_MORE = {
    "register.after-claim": ["POST 1"],
    "register.before-send": ["GET", "POST 1"],
    "register.after-send": ["POST 1", "GET"],
    "register.after-answer": ["POST 1", "GET"],
    "register.before-commit": ["POST 1", "GET"],
    "register.after-commit": ["POST 1"],
}
"""What the register sees in all, by the point where the process dies: never a second delivery of what it took."""


def test_every_point_is_in_this_test() -> None:
    assert hit_in(bron_export) == set(POINTS) == set(SENT_AT_MOST_ONCE_MORE)


@asynccontextmanager
async def killed(sandbox: Sandbox, register: RunningSimulator, point: str) -> AsyncIterator[tuple[Bron, BesluitGenomen]]:
    """Die here with a registration in hand; another process takes over for as long as the block lasts."""
    bron = Bron(sandbox, register, httpx.AsyncClient(verify=NO_TLS), 800)
    await note_mandate(sandbox, bron)
    besluit = bron.besluit()
    with process(sandbox, register, SCHAKEL_FAILPOINT=point) as victim:

        async def published() -> bool:
            try:
                await bron.tell(besluit)
            except (aio_pika.exceptions.AMQPError, aio_pika.exceptions.DeliveryError):
                return False
            return True

        await eventually(published, within=20, every=0.1)
        assert await asyncio.to_thread(victim.wait, 20) == -signal.SIGKILL
    await _let_the_lease_pass(sandbox)
    async with running(make_service(bron_settings(sandbox, register))) as http:
        bron.http = http
        yield bron, besluit


@pytest.mark.in_turn(of=3)
@pytest.mark.parametrize("point", POINTS)
async def test_a_registration_survives_a_kill(sandbox: Sandbox, register: RunningSimulator, point: str) -> None:
    async with killed(sandbox, register, point) as (bron, besluit):
        await bron.reaches(besluit, "geaccepteerd")
        assert await bron.sent(besluit) == SENT_AT_MOST_ONCE_MORE[point]
        assert len(await bron.at_register(besluit)) == 1
        doubted = "GET" in SENT_AT_MOST_ONCE_MORE[point]
        assert ("onbekend" in await bron.told(besluit)) is doubted


async def test_without_the_doubt_about_an_attempt_under_way_the_same_kill_shows(
    sandbox: Sandbox, register: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What may have arrived is sent a second time instead of asked about."""

    def forgotten(found: Reeks, registratie: UUID, *_: object) -> Reeks:
        return reeks._met(found, replace(found.vind(registratie), poging=None))

    monkeypatch.setattr("bron_export.usecases.verzending.domain.herstel", forgotten)
    point = "register.after-send"
    async with killed(sandbox, register, point) as (bron, besluit):

        async def sent_again() -> bool:
            return len(await bron.sent(besluit)) > 1

        await eventually(sent_again)
        assert await bron.sent(besluit) != SENT_AT_MOST_ONCE_MORE[point]


@contextmanager
def process(box: Sandbox, register: RunningSimulator, **env: str) -> Iterator[warm.Process]:
    """The service as a process of its own."""
    environment = {
        **os.environ,
        "SCHAKEL_DATABASE_URL": box.database_url("bron-export"),
        "SCHAKEL_AMQP_URL": box.amqp_url,
        "SCHAKEL_GATEWAY_PUBLIC_KEY": tokens.dump_key(GATEWAY_KEY, private=False),
        "SCHAKEL_PORT": str(free_ports(1)[0]),
        "SCHAKEL_REGISTER_URL": register.url,
        "SCHAKEL_REGISTER_TIMEOUT": "5",
        "SCHAKEL_POLL": "0.1",
        "SCHAKEL_LOG_LEVEL": "error",
        **env,
    }
    started = warm.popen([sys.executable, "-m", "bron_export", "serve"], env=environment, stderr=2)
    try:
        yield started
    finally:
        if started.poll() is None:
            started.kill()
        started.wait()


async def _let_the_lease_pass(box: Sandbox) -> None:
    """Half a minute in life; here the row is made to look as if it had passed."""
    async with box.connect() as connection:
        await connection.execute("UPDATE bron_export.registratie SET geclaimd_tot = now() WHERE geclaimd_tot IS NOT NULL")
