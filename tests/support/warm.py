"""Our programs as processes of their own, without the second of imports that each start takes.

One process imports everything once; a start is a fork of it. It looks and behaves like ``subprocess.Popen``::

    child = warm.popen([sys.executable, "-m", "chaos.probe", "serve"], env=environment, stdout=log)
    child.send_signal(signal.SIGKILL)
    child.wait(20)                      # -9

The child has this environment and no other, its own session, and ends when we do. What it cannot see is the time before its
start: a module that reads the environment while it is imported has read another one. Ours read it when they start (but for
failpoints, which are armed again); chain tests and ``make up`` start the same programs without any of this.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parents[1]
ROOM = 1 << 20
DEVNULL = subprocess.DEVNULL


class Process:
    """A child, with what ``Popen`` has for it."""

    def __init__(self, args: Sequence[str], pid: int, status: int) -> None:
        self.args = list(args)
        self.pid = pid
        self.returncode: int | None = None
        self._status = status
        self._lock = threading.Lock()

    def poll(self) -> int | None:
        """Return the exit status, minus the signal that ended it; None while it runs."""
        return self._look(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the exit status. Raises subprocess.TimeoutExpired."""
        found = self._look(None if timeout is None else timeout * 1000)
        if found is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return found

    def send_signal(self, number: int) -> None:
        """Signal it, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it with SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def _look(self, milliseconds: float | None) -> int | None:
        if self.returncode is not None:
            return self.returncode
        ready = select.poll()
        ready.register(self._status, select.POLLIN)
        if not ready.poll(milliseconds):
            return None
        with self._lock:  # not while it waits: another thread may want to kill it
            if self.returncode is None:
                text = os.read(self._status, 16)
                os.close(self._status)
                self.returncode = int(text or -signal.SIGKILL)  # nothing: who forks is gone, and the child with it
            return self.returncode


class Kiln:
    """The process that forks. One request at a time."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for end in (ours, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, ROOM)
        with theirs:
            path = os.pathsep.join(str(folder) for folder in (TESTS, TESTS.parent))
            command = [sys.executable, "-m", "support.kiln", str(theirs.fileno())]
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], env={**os.environ, "PYTHONPATH": path})
        self._socket = ours
        self._lock = threading.Lock()

    def popen(
        self, argv: Sequence[str], env: Mapping[str, str], cwd: Path, user: tuple[int, int] | None, files: list[int]
    ) -> Process:
        request = {"argv": list(argv), "env": dict(env), "cwd": str(cwd), "user": user}
        reading, writing = os.pipe()
        try:
            with self._lock:
                socket.send_fds(self._socket, [json.dumps(request).encode()], [*files, writing])
                answer = self._socket.recv(64)
        finally:
            os.close(writing)
        return Process(argv, int(answer), reading)

    def end(self) -> None:
        self._socket.close()
        self._process.wait(10)


_lighting = threading.Lock()


@cache
def _lit() -> Kiln:
    return Kiln()


def kiln() -> Kiln:
    """Return the one of this session; threads that ask for the first time at once get the same."""
    with _lighting:
        return _lit()


def end() -> None:
    """End it, and with it every child."""
    if _lit.cache_info().currsize:
        _lit().end()
        _lit.cache_clear()


def popen(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path = TESTS.parent,
    stdin: int = DEVNULL,
    stdout: int = DEVNULL,
    stderr: int = DEVNULL,
    user: tuple[int, int] | None = None,
) -> Process:
    """Start ``python -m module …``, ``python -c code …`` or ``python script …``; ``user`` is who it becomes, as (uid, gid)."""
    if argv[0] != sys.executable:
        msg = f"only programs of this Python: {argv[0]}"
        raise ValueError(msg)
    with Path(os.devnull).open("r+b") as nothing:
        files = [nothing.fileno() if file == DEVNULL else file for file in (stdin, stdout, stderr)]
        return kiln().popen(argv[1:], env, cwd, user, files)
