"""Run the probe as processes, give it work, break something, and count what became of every piece of work.

>>> async with probe(sandbox, replicas=2) as fleet:
...     work = await fleet.submit(200)
...     fleet.kill()
...     fleet.start()
...     report = await fleet.settled(within=20)
>>> assert report.clean, report
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from chaos.probe import Opdracht
from schakel_local.loopback import NO_TLS
from schakel_local.ports import free_ports
from shared import clock, outbox
from shared.envelope import Event, configure_source
from shared.migrate import CHASSIS, migrate
from support import warm
from support.sandbox import PASSWORD, Sandbox

TESTS = Path(__file__).parents[1]
PROBE = [sys.executable, "-m", "chaos.probe"]
_COUNT = """
SELECT (SELECT count(*) FROM unnest($1::uuid[]) AS id WHERE NOT EXISTS (SELECT FROM probe.historie WHERE opdracht = id))
        AS lost,
    (SELECT count(*) - count(DISTINCT opdracht) FROM probe.historie)
        + (SELECT count(*) - count(DISTINCT (subject, versie)) FROM probe.gevolg) AS duplicated,
    (SELECT count(*) FROM probe.historie WHERE opdracht <> ALL ($1::uuid[])) AS unexpected,
    (SELECT count(*) FROM probe.historie) - (SELECT count(*) FROM probe.gevolg) AS unfinished,
    (SELECT count(*) FROM (SELECT subject FROM probe.historie GROUP BY subject HAVING max(versie) <> count(*)) AS x) AS gaps,
    (SELECT count(*) FROM probe.zaak LEFT JOIN probe.stand USING (subject) WHERE stand.versie IS DISTINCT FROM zaak.versie)
        AS stale,
    (SELECT count(*) FROM probe.outbox WHERE sent_at IS NULL) AS unsent,
    (SELECT count(*) FROM probe.dead_letter WHERE state = 'open') AS dead
"""


@dataclass(frozen=True)
class Report:
    """What was counted (research: peers-and-reliability F): ``acknowledged`` is what was committed as work to do.

    I1 lost · I2, I5 gaps in the history · I3 unexpected · I4 duplicated · I6-like: unfinished consequences, stale read model ·
    I10 unsent, dead. ``recovered`` is the time in seconds from healing until all was done.
    """

    acknowledged: int
    lost: int
    duplicated: int
    unexpected: int
    unfinished: int
    gaps: int
    stale: int
    unsent: int
    dead: int
    recovered: float

    @property
    def clean(self) -> bool:
        """Nothing lost, nothing twice, nothing left."""
        faults = asdict(self)
        return not any(faults[key] for key in faults if key not in {"acknowledged", "recovered"})


_roles = asyncio.Lock()
"""Roles belong to the whole server: two sandboxes at once would make them at once."""


async def prepare(box: Sandbox, **env: str) -> dict[str, str]:
    """Give the sandbox a schema for the probe; return the environment of its processes."""
    async with _roles, box.connect() as connection:
        for role in ("probe_app", "probe_migrator"):
            if not await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role):
                await connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'")
            await connection.execute(f"ALTER ROLE {role} SET search_path = probe")
            await connection.execute(f"GRANT CONNECT ON DATABASE {box.name} TO {role}")
        await connection.execute("CREATE SCHEMA probe AUTHORIZATION probe_migrator")
    environment = {
        **os.environ,
        "PYTHONPATH": str(TESTS),
        "SCHAKEL_DATABASE_URL": box.database_url("probe"),
        "SCHAKEL_AMQP_URL": box.amqp_url,
        "SCHAKEL_RETRY_DELAYS": "[0.2, 0.4, 0.4]",  # what falters does so once in each of three processes
        "SCHAKEL_POLL": "0.2",
        "SCHAKEL_LEASE": "2",
        "SCHAKEL_HEARTBEAT": "2",
        "SCHAKEL_PUBLISH_TIMEOUT": "2",
        "SCHAKEL_GRACEFUL_TIMEOUT": "3",
        "SCHAKEL_LOG_LEVEL": "error",
        **env,
    }
    await migrate(box.database_url("probe", "migrator"), schema="probe", folders=[CHASSIS, TESTS / "chaos/migrations"])
    return environment


class Fleet:
    """Replicas of the probe in one sandbox."""

    def __init__(self, box: Sandbox, environment: dict[str, str]) -> None:
        self.box = box
        self.environment = environment
        self.ids: list[UUID] = []
        self.processes: list[warm.Process] = []
        self.ports: list[int] = []
        self.log = os.open(os.environ.get("PROBE_LOG", os.devnull), os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def start(self, replicas: int = 1, **env: str) -> None:
        """Start processes; ``SCHAKEL_FAILPOINT`` and ``PROBE_WITHOUT`` go in ``env``."""
        for port in free_ports(replicas):
            given = {**self.environment, **env, "SCHAKEL_PORT": str(port)}
            run = [*PROBE, "serve"]
            self.processes.append(warm.popen(run, env=given, stdout=self.log, stderr=self.log))
            self.ports.append(port)

    async def ready(self, within: float = 40) -> None:
        """Wait until every replica says so."""
        async with httpx.AsyncClient(verify=NO_TLS) as http:
            deadline = asyncio.get_running_loop().time() + within
            for port in self.ports:
                while True:
                    try:
                        if (await http.get(f"http://127.0.0.1:{port}/health/ready")).status_code == 200:
                            break
                    except httpx.TransportError:
                        pass
                    if asyncio.get_running_loop().time() > deadline:
                        msg = "the probe does not become ready"
                        raise AssertionError(msg)
                    await asyncio.sleep(0.05)

    def signal(self, which: signal.Signals, replica: int = 0) -> None:
        self.processes[replica].send_signal(which)

    async def ended(self, replica: int = 0, within: float = 40) -> int:
        """Wait until this replica is gone; return its exit code."""
        return await asyncio.to_thread(self.processes[replica].wait, within)

    def stop(self) -> None:
        """End what still runs."""
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
                process.wait()
        self.processes.clear()
        self.ports.clear()

    async def submit(self, count: int, *, subjects: int = 20, data: Any = None) -> list[UUID]:
        """Commit work to do, as rows of the outbox: from here on it is acknowledged."""
        configure_source("test")
        start = len(self.ids)
        rows = []
        for number in range(start, start + count):
            event = Event.about(data or Opdracht(), subject=f"zaak-{number % subjects}", sequence=number)
            rows.append(outbox.Outgoing.event(event, None))
        connection = await asyncpg.connect(self.box.postgres.dsn("probe_app", PASSWORD, self.box.name))
        try:
            for row in rows:
                await connection.execute(
                    "INSERT INTO outbox (message_id, exchange, routing_key, subject, type, correlation_id, body, created_at)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                    row.message_id,
                    row.exchange,
                    row.routing_key,
                    row.subject,
                    row.type,
                    row.correlation_id,
                    row.body,
                    clock.now(),
                )
                self.ids.append(row.message_id)
        finally:
            await connection.close()
        return [row.message_id for row in rows]

    async def count(self, recovered: float = 0) -> Report:
        async with self.box.connect() as connection:
            row = await connection.fetchrow(_COUNT, self.ids)
        assert row is not None
        return Report(acknowledged=len(self.ids), recovered=recovered, **dict(row))

    async def settled(self, within: float = 20, *, quiet: float = 1.0, poison: int = 0) -> Report:
        """Wait until everything acknowledged is done or dead, ``within`` seconds at most; count.

        Of ``poison`` messages nothing else is expected than one dead letter each.
        """
        loop = asyncio.get_running_loop()
        begin = loop.time()
        deadline = begin + within
        while True:
            report = await self.count(loop.time() - begin)
            report = replace(report, lost=report.lost - poison, dead=abs(report.dead - poison))
            done = not (report.lost or report.unfinished or report.unsent or report.dead)
            if done or loop.time() > deadline:
                await asyncio.sleep(quiet if done else 0)  # what comes twice comes late
                last = await self.count(report.recovered)
                return replace(last, lost=last.lost - poison, dead=abs(last.dead - poison))
            await asyncio.sleep(0.1)


async def send_directly(fleet: Fleet, count: int, *, times: int = 1) -> None:
    """Give messages to the broker itself, as another service's relay would: acknowledged once confirmed."""
    events = [Event.about(Opdracht(), subject=f"zaak-{n % 5}", sequence=n) for n in range(count)]
    for _ in range(times):
        await fleet.box.publish(*events)
    fleet.ids.extend(event.id for event in events)


async def shown(run: Callable[[], Awaitable[Report]], without: str) -> Report:
    """Run a scenario; with a protection taken away up to five times: what goes wrong then is a race, and shows most times."""
    for _ in range(4 if without else 0):
        report = await run()
        if not report.clean:
            return report
    return await run()


@asynccontextmanager
async def probe(box: Sandbox, **env: str) -> AsyncIterator[Fleet]:
    """A sandbox made ready for the probe; nothing runs yet."""
    fleet = Fleet(box, await prepare(box, **env))
    try:
        yield fleet
    finally:
        fleet.stop()
        os.close(fleet.log)
