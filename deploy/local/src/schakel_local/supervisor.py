"""The process that owns a stack which goes on after the command that started it.

Use: ``up(folder, say)`` starts it in the background and waits until everything runs, ``down(folder)`` ends it. It starts
nothing again that ended by itself: ``status`` shows that, and a person decides; ``up`` then starts all anew.
"""

import importlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from schakel_local import state
from schakel_local.process import ServerError
from schakel_local.stack import Services, Stack

LOOK = 1.0  # seconds between two looks at the children
POLL = 0.1
START = 180.0  # seconds until all runs: the six services may have migrations to do
STOP = 90.0
LOG = "supervisor.log"


class SupervisorError(Exception):
    """The stack did not come up or did not end; the text says why."""


def up(folder: Path, *, options: Sequence[str] = (), say: Callable[[str], None] = print) -> dict[str, Any]:
    """Start a supervisor for this folder, report its progress, and give the description once everything runs.

    ``options`` go to ``python -m schakel_local supervise``. A stack that runs whole is left alone; one of which a server ended
    is stopped and started again. Raises SupervisorError.
    """
    running = _settled(folder)
    if running and not (ended := _ended(running)):
        say("already running")
        return running
    if running:
        for sentence in ended:
            say(sentence)
        say("stopping the rest, then all starts again")
        down(folder)
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    (folder / state.FILE).unlink(missing_ok=True)
    command = [sys.executable, "-m", "schakel_local", "supervise", "--folder", str(folder), *options]
    with (folder / LOG).open("wb") as log:
        supervisor = subprocess.Popen(  # noqa: S603 - the command is our own
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    deadline = time.monotonic() + START
    told: dict[str, str] = {}
    while True:
        time.sleep(POLL)
        found = state.last(folder) or {"state": "", "parts": {}}
        _tell(found["parts"], told, say)
        if found["state"] == "running":
            # It is meant to outlive us, so nobody waits for it; without this Python would warn.
            supervisor.returncode = 0
            return found
        if time.monotonic() > deadline:
            supervisor.terminate()
            raise SupervisorError(f"the stack was not up after {START:.0f} s\n  log: {folder / LOG}")
        if supervisor.poll() is not None:
            said = (folder / LOG).read_text(encoding="utf-8", errors="replace").strip()
            reason = found.get("error") or said or f"its process ended with status {supervisor.returncode}"
            raise SupervisorError(f"the stack did not come up: {reason}\n  log: {folder / LOG}")


def down(folder: Path) -> bool:
    """Have the supervisor of this folder end everything, and wait for it; False when there is none. Raises SupervisorError."""
    running = state.read(folder)
    if running is None:
        return False
    os.kill(int(running["pid"]), signal.SIGTERM)
    deadline = time.monotonic() + STOP
    while state.is_owned(folder):
        if time.monotonic() > deadline:
            raise SupervisorError(f"the supervisor (process {running['pid']}) is still busy after {STOP:.0f} s")
        time.sleep(POLL)
    return True


def supervise(stack: Stack, services: Services | None = None) -> int:
    """Start the stack and its services, own them until SIGTERM or SIGINT, then end them; gives the exit status."""
    asked_to_end = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked_to_end.set())
    # A terminal that closes must not take the stack with it.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    stack.describe("starting")
    try:
        stack.start(services)
        stack.describe("running")
        while not asked_to_end.wait(LOOK):
            stack.watch()
    except ServerError:
        return 1
    except Exception as error:
        stack.kill()
        stack.describe("failed", f"{type(error).__name__}: {error}")
        raise
    stack.describe("stopping")
    stack.stop()
    stack.describe("stopped")
    return 0


def _settled(folder: Path) -> dict[str, Any] | None:
    """Give the description of a stack that runs; one that another command is starting or stopping is waited for."""
    deadline = time.monotonic() + START
    while (found := state.read(folder)) and found["state"] != "running":
        if time.monotonic() > deadline:
            raise SupervisorError(f"the stack has been {found['state']} for {START:.0f} s\n  log: {folder / LOG}")
        time.sleep(POLL)
    return found


def _ended(running: dict[str, Any]) -> list[str]:
    return [
        f"{name} has {part['state']} (exit {part['exit_code']}); its log: {part['log']}"
        for name, part in running["parts"].items()
        if part["state"] != "ready"
    ]


def load_services(name: str) -> Services:
    """Give the function that ``module:function`` names; it gives the servers to start beside a stack's parts."""
    module, _, function = name.partition(":")
    found: Services = getattr(importlib.import_module(module), function)
    return found


def _tell(parts: dict[str, Any], told: dict[str, str], say: Callable[[str], None]) -> None:
    for name, part in parts.items():
        if part["state"] != told.get(name) and part["state"] in {"ready", "failed"}:
            told[name] = part["state"]
            say(f"{name:<12} {part['state']:<8} {part['seconds']:5.1f} s")
