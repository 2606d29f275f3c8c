"""Where the servers of a test session keep their data: in memory where there is room for it, else on disk.

What is killed with -9 finds its data again in either: both outlive a process, and no test takes the power away. Most of what a
session does on a disk is to write and flush things that are thrown away seconds later.
"""

import shutil
from pathlib import Path

from schakel_local.account import ROOMY, temporary_folder

MEMORY = Path("/dev/shm")
NEEDED = 10 << 30
"""Bytes that must be free, for the servers of two workers and for all else."""


def server_folder() -> Path:
    """Make a folder for servers; the caller removes it."""
    return temporary_folder(MEMORY if _free() >= NEEDED else ROOMY)


def _free() -> int:
    try:
        words = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines())
        return min(shutil.disk_usage(MEMORY).free, int(words["MemAvailable"].split()[0]) << 10)
    except (OSError, LookupError):
        return 0
