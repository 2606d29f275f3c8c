"""The process that forks for ``support.warm``: ``python -m support.kiln SOCKET``. It ends when the socket's other end does."""

import atexit
import ctypes
import gc
import importlib
import json
import os
import random
import runpy
import select
import signal
import socket
import sys
import tempfile
import threading
import time
import traceback
from typing import Any, NoReturn

from shared import failpoints
from support.warm import ROOM

IMPORTED = (
    "aio_pika",
    "asyncpg",
    "faststream.rabbit",
    "httptools",
    "uvloop",
    "uvicorn.protocols.http.httptools_impl",
    "uvicorn.lifespan.on",
    "bron_export.main",
    "documents.main",
    "gateway.main",
    "intake.main",
    "notify.main",
    "workflow.main",
    "schakel.main",
    "shared.main",
)
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38


def serve(control: socket.socket) -> None:
    """Fork on request and tell how each child ended."""
    for name in IMPORTED:
        importlib.import_module(name)
    assert threading.active_count() == 1, "a thread does not survive a fork"
    gc.collect()
    gc.freeze()
    woken, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    statuses: dict[int, int] = {}
    ready = select.poll()
    ready.register(control, select.POLLIN)
    ready.register(woken, select.POLLIN)
    while True:
        readable = {number for number, _ in ready.poll()}
        if woken in readable:
            os.read(woken, 4096)
            _reap(statuses)
        if control.fileno() in readable:
            data, files, _, _ = socket.recv_fds(control, ROOM, 4)
            if not data:
                return
            *standard, status = files
            pid = os.fork()
            if pid == 0:
                _become(json.loads(data), standard, [control.fileno(), woken, wake, status, *statuses.values()])
            for file in standard:
                os.close(file)
            statuses[pid] = status
            control.send(str(pid).encode())


def _reap(statuses: dict[int, int]) -> None:
    while statuses:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        file = statuses.pop(pid)
        os.write(file, str(os.waitstatus_to_exitcode(status)).encode())
        os.close(file)


def _become(request: dict[str, Any], standard: list[int], others: list[int]) -> NoReturn:
    """Be the program that was asked for, to its end."""
    code = 1
    try:
        _change(request, standard, others)
        code = _run(request["argv"])
    except BaseException:  # noqa: BLE001 - said, as at the end of any program
        traceback.print_exc()
    finally:
        threading._shutdown()  # type: ignore[attr-defined]  # what the interpreter does at its end
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)


def _change(request: dict[str, Any], standard: list[int], others: list[int]) -> None:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    for number, file in enumerate(standard):
        os.dup2(file, number)
    for file in [*standard, *others]:
        os.close(file)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    tempfile.tempdir = None
    random.seed()
    libc = ctypes.CDLL(None)
    if request["user"]:
        uid, gid = request["user"]
        os.setgroups([])
        os.setresgid(gid, gid, gid)
        os.setresuid(uid, uid, uid)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    failpoints.arm(os.environ.get("SCHAKEL_FAILPOINT", ""))


def _run(argv: list[str]) -> int:
    kind, *rest = argv
    try:
        match kind, rest:
            case "-m", [module, *arguments]:
                sys.argv = [module, *arguments]
                runpy.run_module(module, run_name="__main__", alter_sys=True)
            case "-c", [text, *arguments]:
                sys.argv = ["-c", *arguments]
                exec(compile(text, "<string>", "exec"), {"__name__": "__main__"})
            case script, arguments:
                sys.argv = [script, *arguments]
                runpy.run_path(script, run_name="__main__")
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
            return 1
        return end.code or 0
    return 0


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
