"""One whole system for all chain tests, with every finished span in a file."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from schakel.config import SERVICES
from support import room
from support.fleet import System, whole


@pytest.fixture(scope="package")
async def system() -> AsyncIterator[System]:
    folder = room.server_folder()
    traces = folder / "traces"
    traces.mkdir(mode=0o777)
    traces.chmod(0o777)
    extra = {name: {"trace_file": str(traces / f"{name}.jsonl")} for name in SERVICES}
    extra["gateway"]["requests_per_minute"] = "100000"  # one session of the bench asks for many people
    stack = ExitStack()
    with ThreadPoolExecutor(1) as thread:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(thread, stack.enter_context, whole(folder, extra=extra))
        yield found
        await loop.run_in_executor(thread, stack.close)
    shutil.rmtree(folder, ignore_errors=True)
