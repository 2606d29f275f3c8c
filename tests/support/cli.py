"""``schakel`` as an operator runs it: a process of its own, with the environment it is given.

>>> ran = await schakel("dead", "list", SCHAKEL_NOTIFY_DATABASE_URL=url)
>>> ran.code, ran.out, ran.err
"""

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Ran:
    """What a command left."""

    code: int
    out: str
    err: str


async def schakel(*arguments: str | Path, **environment: str) -> Ran:
    """Run one command to its end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "schakel",
        *map(str, arguments),
        env={**os.environ, "SCHAKEL_ENV_FILE": os.devnull, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 60)
    assert b"Traceback" not in err, err.decode()
    return Ran(process.returncode or 0, out.decode(), err.decode())
