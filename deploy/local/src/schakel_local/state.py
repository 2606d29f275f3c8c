"""The file that tells other processes about a running stack, and the lock that says whether it still runs.

Use: ``read(folder)``; None when no process has the stack. The file holds secrets and is readable by its owner only.
"""

import fcntl
import json
import os
from pathlib import Path
from typing import Any

FILE = "state.json"
LOCK = "lock"


def own(folder: Path) -> int | None:
    """Take the stack of this folder and give the open lock; None when another process has it. Closing it, or dying, lets go."""
    lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def is_owned(folder: Path) -> bool:
    """Tell whether a living process has the stack; a process id in a file could be anyone's by now."""
    if not (folder / LOCK).exists():
        return False
    lock = own(folder)
    if lock is None:
        return True
    os.close(lock)
    return False


def last(folder: Path) -> dict[str, Any] | None:
    """Give the last description that was written, by a process that may be gone; None when there is none."""
    try:
        found: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return found


def read(folder: Path) -> dict[str, Any] | None:
    """Give the description of the stack that runs now; None when none does."""
    return last(folder) if is_owned(folder) else None
