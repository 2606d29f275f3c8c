"""Workflow and intake as processes of their own, to be killed.

>>> async with workflow_process(sandbox, SCHAKEL_FAILPOINT="workflow.before-commit") as (victim, http):
...     await asyncio.to_thread(victim.wait, 20)
"""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager

import httpx

from schakel_local.loopback import NO_TLS
from schakel_local.ports import free_ports
from shared import tokens
from support import warm
from support.sandbox import GATEWAY_KEY, WORKFLOW_KEY, Sandbox, eventually

SERVE = "import runpy, sys\nsys.argv = ['workflow', 'serve']\nrunpy.run_module('workflow', run_name='__main__')"


@asynccontextmanager
async def workflow_process(
    sandbox: Sandbox, *, before: str = "", ready: bool = True, env: Mapping[str, str] | None = None, **more: str
) -> AsyncIterator[tuple["warm.Process | subprocess.Popen[bytes]", httpx.AsyncClient]]:
    """Run it until the block ends; ``before`` is code that goes first, and without ``ready`` it may die while it starts."""
    [port] = free_ports(1)
    given = {
        **os.environ,
        "SCHAKEL_DATABASE_URL": sandbox.database_url("workflow"),
        "SCHAKEL_AMQP_URL": sandbox.amqp_url,
        "SCHAKEL_GATEWAY_PUBLIC_KEY": tokens.dump_key(GATEWAY_KEY, private=False),
        "SCHAKEL_CAPABILITY_KEY": tokens.dump_key(WORKFLOW_KEY, private=True),
        "SCHAKEL_PORT": str(port),
        "SCHAKEL_LOG_LEVEL": "error",
        **(env or {}),
        **more,
    }
    # What changes a module must come before the others that take from it: not where all are imported already.
    popen = subprocess.Popen if before else warm.popen
    running = popen(
        [sys.executable, "-c", f"{before}\n{SERVE}"], env=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", verify=NO_TLS) as http:

            async def is_ready() -> bool:
                try:
                    return (await http.get("/health/ready")).status_code == 200
                except httpx.TransportError:
                    return False

            if ready:
                await eventually(is_ready, within=40)
            yield running, http
    finally:
        running.kill()
        await asyncio.to_thread(running.wait)


@contextmanager
def intake_process(sandbox: Sandbox, **env: str) -> Iterator[tuple[warm.Process, str]]:
    """Intake until the block ends, and its address; it may not be ready yet."""
    port = free_ports(1)[0]
    environment = {
        **os.environ,
        "SCHAKEL_DATABASE_URL": sandbox.database_url("intake"),
        "SCHAKEL_AMQP_URL": sandbox.amqp_url,
        "SCHAKEL_GATEWAY_PUBLIC_KEY": tokens.dump_key(GATEWAY_KEY, private=False),
        "SCHAKEL_PORT": str(port),
        "SCHAKEL_LEASE": "2",
        "SCHAKEL_POLL": "0.2",
        "SCHAKEL_LOG_LEVEL": "error",
        **env,
    }
    command = [sys.executable, "-m", "intake", "serve"]
    child = warm.popen(command, env=environment)
    try:
        yield child, f"http://127.0.0.1:{port}"
    finally:
        child.kill()
        child.wait()
