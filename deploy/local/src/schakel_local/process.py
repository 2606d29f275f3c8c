"""What all servers have in common: start, stop, kill, freeze.

Use: ``server = Postgres(folder); server.start(); ...; server.stop()``. A subclass says which command to run, what to prepare
before its first start and how to see that it answers.
"""

import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import httpx

from schakel_local.account import AccountError, hand_over, unprivileged_command
from schakel_local.child import Child, spawn
from schakel_local.kept import Kept

POLL = 0.03  # seconds between two looks at a server that is starting
LAST_LINES = 15


class ServerError(Exception):
    """A server did not do what was asked. The text names the server, the step, the log file and its last lines."""

    def __init__(self, server: str, step: str, reason: str, log: Path) -> None:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
        tail = "".join(f"\n    {line}" for line in lines[-LAST_LINES:])
        super().__init__(f"{server}: {step}: {reason}\n  {log}{':' if tail else ' is empty'}{tail}")
        self.server = server
        self.step = step


class NotReadyError(Exception):
    """The server runs but does not answer as it should yet."""


class Server(ABC):
    """A private server below ``folder``: ``data`` is its own, the rest belongs to us and it can only read it.

    Its ports and secrets stay the same over restarts. ``start`` returns when it answers. Not for two threads at once.
    """

    name: str
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM
    start_seconds: ClassVar[float] = 60
    stop_seconds: ClassVar[float] = 15

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.log = folder / f"{self.name}.log"
        self.kept = Kept(folder / "kept.json")
        self._child: Child | None = None

    @abstractmethod
    def command(self) -> Sequence[str]:
        """Give the command line to run, in the foreground."""

    @abstractmethod
    def check(self) -> None:
        """Ask the server something real; raise NotReadyError, OSError or httpx.HTTPError when it does not answer well."""

    def prepare(self) -> None:  # noqa: B027 - many servers need nothing
        """Write what the command needs; called before every start."""

    def facts(self) -> Mapping[str, object]:
        """Give what a user of the server must know: addresses, names, secrets."""
        return {}

    def environment(self) -> dict[str, str]:
        """Give the whole environment of the server; nothing of ours leaks in."""
        return {"HOME": str(self.data), "LANG": "C.UTF-8", "PATH": os.defpath, "TMPDIR": str(self.data), "TZ": "UTC"}

    def wrap(self, argv: Sequence[str]) -> list[str]:
        """Give the command line that runs ``argv`` as the servers' user."""
        return unprivileged_command(argv)

    @property
    def pid(self) -> int | None:
        """The process id; None before the first start."""
        return self._child.pid if self._child else None

    @property
    def exit_code(self) -> int | None:
        """The exit status of a server that ended, None while it runs or was never started."""
        return self._child.exit_code if self._child else None

    @property
    def is_running(self) -> bool:
        """Whether the process is there; a frozen one is."""
        return self._child is not None and self._child.exit_code is None

    def start(self, timeout: float | None = None) -> None:
        """Start and wait until it answers; nothing happens when it runs already. Raises ServerError."""
        if self.is_running:
            return
        try:
            self.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
            hand_over(self.data)
            self.prepare()
            self._child = self.launch(self.command())
        except (OSError, AccountError) as error:
            raise ServerError(self.name, "prepare", str(error), self.log) from error
        try:
            self.wait_ready(timeout)
        except BaseException:
            self.kill()
            raise

    def wait_ready(self, timeout: float | None = None) -> None:
        """Wait until the server answers, at most ``timeout`` seconds. Raises ServerError."""
        deadline = time.monotonic() + (self.start_seconds if timeout is None else timeout)
        while True:
            try:
                self.check()
            except (NotReadyError, OSError, httpx.HTTPError) as error:
                reason = f"{type(error).__name__}: {error}"
            else:
                reason = ""
            # In this order: when ours has ended, it was another server that answered.
            if not self.is_running:
                raise ServerError(self.name, "start", f"ended with status {self.exit_code}", self.log)
            if not reason:
                return
            if time.monotonic() > deadline:
                raise ServerError(self.name, "wait until ready", f"no good answer in time ({reason})", self.log)
            time.sleep(POLL)

    def stop(self) -> None:
        """End it in its own tidy way, and with SIGKILL when that takes too long. A server that is down stays down."""
        if self._child and self.is_running:
            self._child.thaw()
            self._child.signal(self.stop_signal)
            self._child.wait(self.stop_seconds)
        self.kill()

    def kill(self) -> None:
        """End it at once with SIGKILL, with everything it started, as a power cut would. The data stays."""
        if self._child:
            self._child.kill()

    def freeze(self) -> None:
        """Stop it in the middle of what it does: connections stay open, nothing answers."""
        if self._child:
            self._child.freeze()

    def thaw(self) -> None:
        """Let a frozen server go on."""
        if self._child:
            self._child.thaw()

    def restart(self) -> None:
        """Stop and start again, with the same data, ports and secrets. Raises ServerError."""
        self.stop()
        self.start()

    def lay(self, name: str, text: str, *, secret: bool = False) -> Path:
        """Write a file next to the data that the server can read but not change; ``secret``: and nobody else can read it."""
        path = self.folder / name
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        if secret:
            hand_over(path, 0o400)
        else:
            path.chmod(0o644)
        return path

    def launch(self, argv: Sequence[str]) -> Child:
        """Start a program as the servers' user; it ends when we end."""
        return spawn(self.wrap(argv), environment=self.environment(), folder=self.data, log=self.log)

    def run(self, argv: Sequence[str], *, step: str, timeout: float = 60) -> str:
        """Run a program to its end as the servers' user and give what it printed. Raises ServerError."""
        try:
            done = subprocess.run(  # noqa: S603 - the command is our own
                self.wrap(argv),
                env=self.environment(),
                cwd=self.data,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise ServerError(self.name, step, f"took longer than {timeout} s", self.log) from error
        if done.returncode != 0:
            raise ServerError(self.name, step, f"status {done.returncode}: {(done.stderr or done.stdout).strip()}", self.log)
        return done.stdout
