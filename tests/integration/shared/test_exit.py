"""How a process ends is how its orchestrator learns whether that was meant."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from schakel_local.loopback import NO_TLS
from schakel_local.ports import free_ports
from support.sandbox import eventually

TESTS = Path(__file__).parents[2]
NOBODY_THERE = "postgresql://x:y@127.0.0.1:9/x"


@contextmanager
def process(database_url: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    given = {
        "PYTHONPATH": str(TESTS),
        "SCHAKEL_DATABASE_URL": database_url,
        "SCHAKEL_AMQP_URL": "amqp://x:y@127.0.0.1:9/",
        "SCHAKEL_PORT": str(port),
    }
    command = [sys.executable, "-m", "chaos.probe", "serve"]
    child = subprocess.Popen(command, env={**os.environ, **given}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield child
    finally:
        child.kill()
        child.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_service_that_is_told_to_stop_exits_with_0_even_while_it_waits_for_its_database(number: signal.Signals) -> None:
    [port] = free_ports(1)
    with process(NOBODY_THERE, port) as child:
        await eventually(lambda: is_live(port), within=20)
        child.send_signal(number)
        assert await asyncio.to_thread(child.wait, 20) == 0


async def test_a_service_that_can_never_start_exits_with_1() -> None:
    [port] = free_ports(1)
    with process("no-such-scheme://x", port) as child:
        assert await asyncio.to_thread(child.wait, 20) == 1


async def is_live(port: int) -> bool:
    async with httpx.AsyncClient(verify=NO_TLS) as http:
        try:
            return (await http.get(f"http://127.0.0.1:{port}/health/live")).status_code == 200
        except httpx.TransportError:
            return False
