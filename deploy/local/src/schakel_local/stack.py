"""All servers together: started side by side, described in one file, ended in the right order.

Use, in a test: ``with Stack(folder, parts={"postgres", "mail"}) as stack: stack.postgres.dsn(...)``. They end with this
process, even when it is killed. The description, ``state.json`` in ``folder``, holds secrets and is ours alone to read.
"""

import os
import shutil
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from schakel_local.account import open_folder
from schakel_local.clamav import ClamAV
from schakel_local.kept import Kept, write_private
from schakel_local.postgres import Postgres
from schakel_local.process import Server
from schakel_local.rabbitmq import RabbitMQ
from schakel_local.seaweed import SeaweedFS
from schakel_local.smtpsink import SmtpSink
from schakel_local.state import FILE, own

DATA = "data"
ALL_PARTS = frozenset({"postgres", "rabbitmq", "s3", "clamav", "mail"})

# Told a server's name, its new state (starting, ready, failed, ended, stopped) and the seconds it took to get there.
Progress = Callable[[str, str, float], None]
# Gives the servers to start beside the parts.
Services = Callable[["Stack"], Iterable[Server]]
T = TypeVar("T")


class StackError(Exception):
    """The stack cannot be started as asked."""


@dataclass(frozen=True, slots=True)
class _Status:
    state: str = ""
    seconds: float = 0.0


class Stack:
    """The servers in ``parts`` with their data below ``folder``, or in /var/tmp when servers cannot enter that.

    ``identities`` are S3 identities and their actions (see SeaweedFS). ``rabbitmq_root`` runs another RabbitMQ (see RabbitMQ).
    One process at a time has the stack of a folder: a second one gets StackError.
    """

    def __init__(
        self,
        folder: Path,
        parts: Collection[str] = ALL_PARTS,
        *,
        identities: Mapping[str, Sequence[str]] | None = None,
        rabbitmq_root: Path | None = None,
        on_progress: Progress | None = None,
    ) -> None:
        if unknown := set(parts) - ALL_PARTS:
            raise StackError(f"no such parts: {', '.join(sorted(unknown))}; there are {', '.join(sorted(ALL_PARTS))}")
        self.folder = folder.resolve()
        self.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        self._lock = own(self.folder)
        if self._lock is None:
            raise StackError(f"another process has the stack in {self.folder}")
        self.data = open_folder(self.folder / DATA)
        self.kept = Kept(self.data / "kept.json")
        self.postgres = Postgres(self.data / "postgres")
        self.rabbitmq = RabbitMQ(self.data / "rabbitmq", root=rabbitmq_root)
        self.s3 = SeaweedFS(self.data / "s3", identities)
        self.clamav = ClamAV(self.data / "clamav")
        self.mail = SmtpSink(self.data / "mail")
        every: tuple[Server, ...] = (self.postgres, self.rabbitmq, self.s3, self.clamav, self.mail)
        self._parts = [server for server in every if server.name in parts]
        self._added: list[Server] = []
        self._on_progress = on_progress
        self._statuses: dict[str, _Status] = {}
        self._settled = {server.name: threading.Event() for server in self._parts}
        self._once_ready: dict[str, list[Callable[[], None]]] = {}
        self._failures: dict[str, Exception] = {}
        self._state, self._error = "starting", ""
        self._writing = threading.Lock()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.kill()
        self.close()

    @property
    def servers(self) -> Sequence[Server]:
        """The parts, then the servers that were added."""
        return [*self._parts, *self._added]

    def start(self, services: Services | None = None) -> None:
        """Start all parts side by side, and what ``services`` gives: servers that use the parts and end before they do.

        ``services`` is called while the parts still start, and waits itself for those it needs. When anything fails all are
        killed and the first error is raised: a ServerError, or what ``services`` raised.
        """
        with ThreadPoolExecutor(1) as aside:
            aside.submit(self._start, self._parts)
            try:
                self._added.extend(services(self) if services else ())
            except Exception as error:  # noqa: BLE001 - kept, and raised by start
                self._failures.setdefault("services", error)
                self.kill()
            if not self._failures:
                self._start(self._added)
        if self._failures:
            self.kill()  # what was launched while the rest was killed
            self.describe("failed", "\n".join(map(str, dict.fromkeys(self._failures.values()))))
            raise next(iter(self._failures.values()))

    def wait_for(self, part: str) -> None:
        """Return once this part is ready. Raises what kept it from starting."""
        self._settled[part].wait()
        if part in self._failures:
            raise self._failures[part]

    def once_ready(self, part: str, action: Callable[[], None]) -> None:
        """Do this when the part answers, before it counts as ready; now, when it is ready already."""
        with self._writing:
            is_ready = self._settled[part].is_set()
            if not is_ready:
                self._once_ready.setdefault(part, []).append(action)
        if is_ready:
            action()

    def stop(self) -> None:
        """End all tidily: first what was added, then the parts."""
        self._end(lambda server: server.stop())

    def kill(self) -> None:
        """End all at once with SIGKILL; quick, and no server loses what it had confirmed."""
        self._end(lambda server: server.kill())

    def close(self) -> None:
        """Let another process have the stack of this folder."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def watch(self) -> list[str]:
        """Note servers that ended by themselves and give their names; none is started again."""
        ended = [server for server in self.servers if self._status(server).state == "ready" and not server.is_running]
        for server in ended:
            self._note(server, "ended", 0)
        return [server.name for server in ended]

    def describe(self, state: str, error: str = "") -> None:
        """Write the state of the whole (starting, running, failed, stopping, stopped) to ``state.json``."""
        self._state, self._error = state, error
        self._write()

    def _start(self, servers: Sequence[Server]) -> None:
        def start(server: Server) -> None:
            begin = time.monotonic()
            self._note(server, "starting", 0)
            try:
                server.start()
                self._settle(server)
            except Exception as error:  # noqa: BLE001 - kept, and raised by start
                self._note(server, "failed", time.monotonic() - begin)
                # What uses a part that failed fails for that reason.
                if server in self._parts or self._failures.keys().isdisjoint(self._settled):
                    self._failures[server.name] = error
            else:
                self._note(server, "ready", time.monotonic() - begin)
            finally:
                if server.name in self._settled:
                    self._settled[server.name].set()

        _side_by_side(start, servers)
        if self._failures:
            self.kill()

    def _settle(self, server: Server) -> None:
        """Do what waited for this server, also what comes to wait in the meantime."""
        while True:
            with self._writing:
                actions = self._once_ready.pop(server.name, [])
                if not actions:
                    if server.name in self._settled:
                        self._settled[server.name].set()
                    return
            for action in actions:
                action()

    def _end(self, how: Callable[[Server], None]) -> None:
        def end(server: Server) -> None:
            begin = time.monotonic()
            how(server)
            if self._status(server).state in {"starting", "ready"}:
                self._note(server, "stopped", time.monotonic() - begin)

        for group in (self._added, self._parts):
            _side_by_side(end, group)

    def _status(self, server: Server) -> _Status:
        return self._statuses.get(server.name, _Status())

    def _note(self, server: Server, state: str, seconds: float) -> None:
        self._statuses[server.name] = _Status(state, round(seconds, 2))
        if self._on_progress:
            self._on_progress(server.name, state, seconds)
        self._write()

    def _write(self) -> None:
        with self._writing:
            parts = {server.name: self._about(server) for server in self.servers}
            whole = {"state": self._state, "error": self._error, "pid": os.getpid(), "data": self.data, "parts": parts}
            write_private(self.folder / FILE, whole)

    def _about(self, server: Server) -> dict[str, object]:
        status = self._status(server)
        process = {"pid": server.pid, "exit_code": server.exit_code, "log": server.log}
        return {"state": status.state, "seconds": status.seconds, **process, **server.facts()}


def remove_data(folder: Path) -> None:
    """Throw away what a stack kept in this folder, and nothing else that may be in it. Raises StackError when it still runs."""
    if not (folder / DATA).exists():
        return
    lock = own(folder)
    if lock is None:
        raise StackError(f"the stack in {folder} still runs")
    for data in (open_folder(folder / DATA), folder / DATA):
        shutil.rmtree(data, ignore_errors=True)
    (folder / FILE).unlink(missing_ok=True)
    os.close(lock)


def _side_by_side(action: Callable[[Server], T], servers: Sequence[Server]) -> list[T]:
    if not servers:
        return []
    with ThreadPoolExecutor(len(servers)) as pool:
        return list(pool.map(action, servers))
