"""Every part killed with -9 under load, with two replicas of every service; all services stopped at once; a replica frozen.

A school's system submits A&K requests and requests for an arrangement with a bijlage, and a school by hand in the portal; both
send again what was not answered; a clerk decides. Then the books of all services are balanced: I1–I8 and I10 of the failure
list. (I9, access that ended, comes with access that ends.) At the end, once more with the outbox taken away: the books show it.
"""

import asyncio
import shutil
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

import gateway
from schakel.config import SERVICES
from schakel_local.demo.people import Colleague
from schakel_local.fleet import Service
from schakel_local.loopback import NO_TLS
from schakel_local.process import Server
from support import room
from support.books import Balance, at_rest, balance
from support.failpoints import hit_in
from support.fleet import System, whole
from support.sandbox import eventually
from support.school import ARRANGEMENT, School, besluit, decide

UNPROTECTED = Path(__file__).parent / "unprotected.py"


@pytest.fixture(scope="module")
async def system() -> AsyncIterator[System]:
    folder = room.server_folder()
    stack = ExitStack()
    with ThreadPoolExecutor(1) as thread:
        loop = asyncio.get_running_loop()
        extra = {"documents": {"sweep_every": "2"}}
        yield await loop.run_in_executor(
            thread, lambda: stack.enter_context(whole(folder, replicas=2, extra=extra, is_warm=True))
        )
        await loop.run_in_executor(thread, stack.close)
    shutil.rmtree(folder, ignore_errors=True)


def service(name: str) -> Callable[[System], None]:
    def kill_and_restart(system: System) -> None:
        for replica in (name, f"{name}-2"):
            system.services[replica].kill()
            time.sleep(0.5)
            system.services[replica].start()

    return kill_and_restart


def all_services_stopped_and_started(system: System) -> None:
    """SIGTERM for all at once, as an operator's restart; each ends by itself and in time."""
    services = list(system.services.values())
    with ThreadPoolExecutor(len(services)) as threads:
        list(threads.map(Service.stop, services))
        assert {each.exit_code for each in services} <= {0, -signal.SIGTERM}
        list(threads.map(Service.start, services))


def a_replica_frozen(system: System) -> None:
    """SIGSTOP of one replica of workflow, for longer than its lease of the relay; then it thaws and must do no harm."""
    system.services["workflow"].freeze()
    time.sleep(12)
    system.services["workflow"].thaw()


def database(system: System) -> None:
    system.stack.postgres.kill()
    time.sleep(1)
    system.stack.postgres.start()


FAULTS: dict[str, Callable[[System], None]] = {
    **{name: service(name) for name in SERVICES},
    "database": database,
    "SIGTERM": all_services_stopped_and_started,
    "SIGSTOP": a_replica_frozen,
}
PARTS: dict[str, Callable[[System], Server]] = {
    "mail server": lambda system: system.stack.mail,
    "register": lambda system: system.register,
    "storage": lambda system: system.stack.s3,
    "scanner": lambda system: system.stack.clamav,
    "broker": lambda system: system.stack.rabbitmq,
}
GATEWAY = ("gateway.before-ask", "gateway.after-ask")
"""F1.1: before a command reaches its service, and after it was carried out and before the person hears of it."""
AWAY = 3.0
"""Seconds that a part is away at least."""


@pytest.fixture(scope="module")
async def school(system: System) -> AsyncIterator[School]:
    async with httpx.AsyncClient(timeout=10, trust_env=False, verify=NO_TLS) as http:
        people = [await Colleague.log_in(system.site, http, name) for name in ("i.linde", "c.arends")]
        yield School(system, *people)


async def balanced_after(system: System, school: School, name: str, fault: Callable[[], Awaitable[None]]) -> Balance:
    """Let the fault happen under load, and balance the books when all is at rest again."""
    known = len(school.arrangements)
    working = asyncio.gather(school.work(5, name), school.work_by_hand(5, name))
    await asyncio.sleep(1.5)
    deciding = asyncio.create_task(decide(system, school.arrangements[known:][:3]))
    try:
        await fault()
        healed = time.monotonic()
        await working
        await deciding
    finally:
        for task in (working, deciding):
            task.cancel()
    for number in school.arrangements[known:][:2]:
        await school.add_file(number)
    while not await at_rest(system):
        assert time.monotonic() < healed + 90, "not at rest"
        await asyncio.sleep(0.3)
    return await balance(system, set(school.numbers.values()), recovered=time.monotonic() - healed)


@pytest.mark.in_turn(of=8)
@pytest.mark.timeout(240)
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_under_load_and_the_books_balance(system: System, school: School, fault: str) -> None:
    found = await balanced_after(system, school, fault.replace(" ", "-"), lambda: asyncio.to_thread(FAULTS[fault], system))
    print(fault, found)
    assert found.faults() == {}


@pytest.mark.in_turn(of=8)
@pytest.mark.timeout(240)
@pytest.mark.parametrize("part", PARTS)
async def test_with_a_part_killed_hulpvragen_are_taken_and_statuses_change_and_all_drains_when_it_is_back(
    system: System, school: School, part: str
) -> None:
    """G15. What each answer promises is in the books afterwards: mails, letters, registrations."""
    server, name = PARTS[part](system), part.replace(" ", "-")
    number = await school.by_lvs(f"before-{name}", ARRANGEMENT)
    await school.clerk.until(number, "ARR Aanmelding")

    async def away() -> None:
        await asyncio.to_thread(server.kill)
        killed = time.monotonic()
        await school.by_hand(f"during-{name}", str(uuid4()))
        if part != "broker":  # which is how an LVS reaches us
            await eventually(lambda: school.has_taken_since(killed))
        await school.clerk.change(number, "Arrangementsaanvraag in behandeling")
        await school.clerk.decide(number, **besluit())
        assert not server.is_running
        await asyncio.sleep(max(0.0, killed + AWAY - time.monotonic()))
        await asyncio.to_thread(server.start)

    found = await balanced_after(system, school, name, away)
    print(part, found)
    assert found.faults() == {}
    assert await school.clerk.history(number) == ["ARR Aanmelding", "Arrangementsaanvraag in behandeling"]


def test_every_point_of_the_gateway_is_in_this_file() -> None:
    assert hit_in(gateway) == set(GATEWAY)


async def gateway_killed_at(system: System, school: School, point: str, *keys: str) -> int:
    """Submit by hand, die at the point, submit again with the next key; return how many hulpvragen that made."""
    count = "SELECT count(*) FROM hulpvraag"
    before, door = await system.value("intake", count), system.services["gateway"]
    await asyncio.to_thread(door.stop)
    door.settings["failpoint"] = point
    try:
        await asyncio.to_thread(door.start)
        with pytest.raises(httpx.TransportError):
            await school.by_hand(point, keys[0])
        await eventually(lambda: asyncio.to_thread(lambda: door.exit_code))
        assert door.exit_code == -signal.SIGKILL
    finally:
        del door.settings["failpoint"]
        await asyncio.to_thread(door.start)
    await school.by_hand(point, keys[-1])
    return int(await system.value("intake", count)) - int(before)


@pytest.mark.parametrize("point", GATEWAY)
async def test_who_tries_again_after_a_kill_of_the_gateway_has_one_hulpvraag(
    system: System, school: School, point: str
) -> None:
    assert await gateway_killed_at(system, school, point, str(uuid4())) == 1


async def test_without_the_same_key_the_same_kill_of_the_gateway_shows(system: System, school: School) -> None:
    key = str(uuid4())
    assert await gateway_killed_at(system, school, "gateway.after-ask", key, str(uuid4())) == 2
    await school.by_hand("gateway.after-ask", key)  # and now its answer comes, so that the books balance


@pytest.mark.timeout(240)
async def test_without_the_outbox_the_same_kill_shows_in_the_books(system: System, school: School) -> None:
    """The last test of this file: what it loses stays lost."""
    replicas = [system.services[replica] for replica in ("workflow", "workflow-2")]
    for service in replicas:
        service.stop()
        command = [sys.executable, str(UNPROTECTED), "outbox", service.package, "serve"]
        setattr(service, "command", lambda command=command: command)  # noqa: B010 - the only one of its kind to run otherwise
        service.settings["failpoint"] = "inbox.after-commit:2"  # a moment at which an event is in memory only
        service.start()

    async def killed() -> None:
        for service in replicas:
            await eventually(lambda service=service: asyncio.to_thread(lambda: service.exit_code), within=60)
            assert service.exit_code == -signal.SIGKILL
            del service.settings["failpoint"]
            await asyncio.to_thread(service.start)

    found = await balanced_after(system, school, "unprotected", killed)
    print("without the outbox", found)
    assert found.faults().keys() >= {"changes_without_one_event"}
