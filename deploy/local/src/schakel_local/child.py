"""Start a program as a child that ends with us, and signal it with everything it started.

Use: ``child = spawn(unprivileged_command(argv), environment=..., folder=..., log=...)``, later ``child.kill()``.
"""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

# The kernel sends a child its parent-death signal when the *thread* that started it ends. One thread starts them all; it lasts
# as long as the process, and so do the children of a caller whose own thread is short-lived.
_spawner = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")

GONE = 5.0  # seconds a killed process may take to disappear


class Process(Protocol):
    """What is asked of a running program: ``subprocess.Popen`` has it."""

    @property
    def pid(self) -> int:
        """Its process id."""

    def poll(self) -> int | None:
        """Give its exit status, None while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its exit status. Raises subprocess.TimeoutExpired."""

    def send_signal(self, sig: int) -> None:
        """Signal it, unless it has ended."""

    def kill(self) -> None:
        """End it with SIGKILL."""


class Child:
    """A running program, with the processes that it started in turn."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.pid = process.pid

    @property
    def exit_code(self) -> int | None:
        """The exit status, minus the signal when a signal ended it; None while it runs."""
        return self._process.poll()

    def signal(self, number: signal.Signals) -> None:
        """Signal the program itself; nothing happens when it has ended."""
        self._process.send_signal(number)

    def wait(self, timeout: float) -> bool:
        """Tell whether the program ended within ``timeout`` seconds."""
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self) -> None:
        """End the program and all it started with SIGKILL, as a power cut would, and wait until they are gone."""
        family = self.descendants()
        self._process.kill()
        _send(family, signal.SIGKILL)
        self._process.wait(GONE)
        deadline = time.monotonic() + GONE
        while any(_is_alive(pid) for pid in family) and time.monotonic() < deadline:
            time.sleep(0.01)

    def freeze(self) -> None:
        """Stop the program and all it started in the middle of what they do (SIGSTOP)."""
        self.signal(signal.SIGSTOP)
        _send(self.descendants(), signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen program go on; nothing happens when it was not frozen."""
        _send(self.descendants(), signal.SIGCONT)
        self.signal(signal.SIGCONT)

    def descendants(self) -> list[int]:
        """Give the process ids of everything the program started that still runs."""
        children: dict[int, list[int]] = {}
        for pid in _all_pids():
            if (parent := _parent(pid)) is not None:
                children.setdefault(parent, []).append(pid)
        found = list(children.get(self.pid, ()))
        for pid in found:  # grows while it is read: the children of children
            found.extend(children.get(pid, ()))
        return found


def spawn(argv: Sequence[str], *, environment: Mapping[str, str], folder: Path, log: Path) -> Child:
    """Start ``argv`` in ``folder`` with exactly this environment; what it prints is added to ``log``."""
    return Child(_spawner.submit(_popen, list(argv), dict(environment), folder, log).result())


def _popen(argv: list[str], environment: dict[str, str], folder: Path, log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - the command is our own
            argv,
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Away from our terminal: Ctrl-C there is for us, and we end the servers in the right order.
            start_new_session=True,
        )


def _all_pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _stat(pid: int) -> list[str] | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    return text.rpartition(")")[2].split()  # the program's name, in brackets, may hold spaces


def _parent(pid: int) -> int | None:
    fields = _stat(pid)
    return int(fields[1]) if fields else None


def _is_alive(pid: int) -> bool:
    fields = _stat(pid)
    return fields is not None and fields[0] not in {"Z", "X"}


def _send(pids: Sequence[int], number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue
