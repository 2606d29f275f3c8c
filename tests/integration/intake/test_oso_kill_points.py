"""Kill -9 at every named point of OSO-SWV: one notificatie, one dossier, at most one terugkoppeling, and nothing lost."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from uuid import UUID

import httpx
import pytest

from intake import terugmelden
from intake.main import make_service
from intake.store.terugkoppelingen import Terugkoppeling
from schakel_local.loopback import NO_TLS
from schakel_local.postgres import Postgres
from schakel_local.rabbitmq import RabbitMQ
from shared import failpoints
from support import warm
from support.intake import EVENTS, World, world_of
from support.oso_swv import Chain, OsoLas, chain, oso_settings
from support.processes import intake_process
from support.sandbox import close_sandbox, eventually, open_sandbox, running

SCHOOL = "99XA00"
FETCHED = {
    "melding.before-commit": 1,
    "melding.after-commit": 1,
    "ophalen.after-claim": 1,
    "ophalen.after-answer": 2,
    "ophalen.before-commit": 2,
    "ophalen.after-commit": 1,
}
"""How often the LAS is asked for the dossier in all, by the point where the process dies."""
TOLD = {
    "terugmelden.after-claim": (1, "verzonden"),
    "terugmelden.after-begin": (0, "onzeker"),
    "terugmelden.after-answer": (1, "onzeker"),
}
"""How often the LAS is told in all, and what we know of it: never twice."""


def test_every_point_is_in_this_test() -> None:
    known = {point for point in failpoints.known() if point.startswith(("melding.", "ophalen.", "terugmelden."))}
    assert known == {*FETCHED, *TOLD}


@pytest.fixture(scope="module")
async def keten() -> AsyncIterator[Chain]:
    async with chain("99XA") as keten:
        yield keten


@pytest.fixture(scope="module")
async def world(postgres: Postgres, rabbitmq: RabbitMQ) -> AsyncIterator[World]:
    sandbox = await open_sandbox(postgres, rabbitmq)
    async with world_of(sandbox) as world:
        yield world
    await close_sandbox(sandbox)


@asynccontextmanager
async def killed(world: World, keten: Chain, point: str) -> AsyncIterator[tuple[OsoLas, str]]:
    """Die here with a notificatie in hand; another process takes over for as long as the block lasts."""
    environment = {
        "SCHAKEL_OSO_OIN": keten.boek.ons_oin,
        "SCHAKEL_OSO_OSR_URL": keten.url,
        "SCHAKEL_OSO_TRAFFIC_CENTER_URL": f"{keten.url}/traffic-center",
        "SCHAKEL_OSO_TIMEOUT": "10",
        "SCHAKEL_FAILPOINT": point,
    }
    with intake_process(world.sandbox, **environment) as (victim, url):
        async with httpx.AsyncClient(base_url=url, trust_env=False, verify=NO_TLS) as http:
            await eventually(lambda: _is_ready(http), within=20)
            las = await OsoLas.add(world, keten, http)
            sleutel, bericht = await las.klaar(SCHOOL)
            with suppress(httpx.TransportError):
                await las.send(bericht)
        await _dies(victim)
    async with world.sandbox.connect() as connection:  # half a minute in life; here the rows are made to look as if it passed
        await connection.execute("UPDATE intake.notificatie SET geclaimd_tot = now() WHERE geclaimd_tot IS NOT NULL")
        await connection.execute("UPDATE intake.terugkoppeling SET geclaimd_tot = now() WHERE geclaimd_tot IS NOT NULL")
    async with running(make_service(oso_settings(world.sandbox, keten, oso_timeout=10.0)), declared_for=EVENTS) as http:
        las.http = http
        assert (await las.send(bericht)).status_code == 200  # a LAS that got no answer sends it again
        yield las, sleutel


async def _is_ready(http: httpx.AsyncClient) -> bool:
    with suppress(httpx.TransportError):
        return (await http.get("/health/ready")).status_code == 200
    return False


async def _dies(victim: warm.Process) -> None:
    assert await asyncio.to_thread(victim.wait, 20) == -signal.SIGKILL


@pytest.mark.in_turn(of=3)
@pytest.mark.parametrize("point", FETCHED)
async def test_a_dossier_survives_a_kill(world: World, keten: Chain, point: str) -> None:
    asked = keten.asked("las", "documentRequest")
    async with killed(world, keten, point) as (las, sleutel):
        await las.fetched(sleutel)
        assert len(await las.dossiers(sleutel)) == 1
    assert keten.asked("las", "documentRequest") == asked + FETCHED[point]


@pytest.mark.parametrize("point", TOLD)
async def test_a_las_is_told_at_most_once_whatever_dies(world: World, keten: Chain, point: str) -> None:
    told, fate = await told_after(world, keten, point)
    assert (told, fate) == TOLD[point]


async def test_without_the_row_that_says_it_is_under_way_the_same_kill_shows(
    world: World, keten: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was told is told a second time."""
    settled = terugmelden.Terugmelder._attempt

    async def forgotten(self: terugmelden.Terugmelder, one: Terugkoppeling) -> None:
        await settled(self, replace(one, staat="te verzenden"))

    monkeypatch.setattr(terugmelden.Terugmelder, "_attempt", forgotten)
    told, _ = await told_after(world, keten, "terugmelden.after-answer")
    assert told == 2


async def told_after(world: World, keten: Chain, point: str) -> tuple[int, str]:
    """Refuse a dossier, and die while telling so; how often the LAS was told, and what we know of it."""
    await keten.misbehave("las", "ander-dossier")
    async with killed(world, keten, point) as (las, sleutel):
        fate = await eventually(lambda: _fate(las, sleutel))
    return len(keten.told(sleutel)), fate


async def _fate(las: OsoLas, sleutel: str) -> str | None:
    query = """
        SELECT terugkoppeling.staat FROM intake.terugkoppeling JOIN intake.notificatie ON notificatie.id = notificatie
        WHERE koppelsleutel = $1 AND terugkoppeling.volgende_poging_op IS NULL
    """
    found: str | None = await las.world.fetchval(query, UUID(sleutel))
    return found
