"""``schakel`` as an operator runs it: a process of its own, with the environment it is given.

>>> ran = await schakel("dead", "list", SCHAKEL_NOTIFY_DATABASE_URL=url)
>>> ran.code, ran.out, ran.err
"""

import asyncio
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from support import warm


@dataclass(frozen=True)
class Ran:
    """What a command left."""

    code: int
    out: str
    err: str


async def schakel(*arguments: str | Path, stdin: str = "", **environment: str) -> Ran:
    """Run one command to its end."""
    command = [sys.executable, "-m", "schakel", *map(str, arguments)]
    given = {**os.environ, "SCHAKEL_ENV_FILE": os.devnull, **environment}
    return await asyncio.to_thread(_run, command, given, stdin)


def _run(command: list[str], environment: dict[str, str], stdin: str) -> Ran:
    with tempfile.TemporaryFile() as typed, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        typed.write(stdin.encode())
        typed.seek(0)
        child = warm.popen(command, env=environment, stdin=typed.fileno(), stdout=out.fileno(), stderr=err.fileno())
        code = child.wait(60)
        said, faults = (_all(file) for file in (out, err))
    assert "Traceback" not in faults, faults
    return Ran(code, said, faults)


def _all(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()
