"""The stack that goes on after the command that started it, driven as a person would: by the command line."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from schakel_local import state
from schakel_local.__main__ import main
from schakel_local.process import NotReadyError, Server, ServerError
from schakel_local.stack import Stack, StackError

SERVICES = '''
from schakel_local.process import NotReadyError, Server


class Service(Server):
    """Notes in its log who is still there when it is asked to end."""

    def __init__(self, folder, name, scanner):
        self.name = name
        super().__init__(folder)
        self.scanner = scanner

    def command(self):
        alive = f"kill -0 {self.scanner.pid} && echo scanner still there"
        return ["/bin/sh", "-c", f"trap '{alive}; exit' TERM; echo up; while :; do sleep 0.1; done"]

    def check(self):
        if "up" not in self.log.read_text():
            raise NotReadyError("silent")


def servers(stack):
    stack.once_ready("clamav", lambda: print(stack.servers[0].name, "answers", flush=True))
    stack.wait_for("clamav")
    return [Service(stack.data / name, name, stack.clamav) for name in ("first", "second")]
'''


class Done(NamedTuple):
    status: int
    out: str
    err: str


Command = Callable[..., Done]


@pytest.fixture
def folder(open_folder: Path, request: pytest.FixtureRequest) -> Path:
    name: str = request.node.name
    return open_folder / name


@pytest.fixture
def command(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Command]:
    """Run a command of ``python -m schakel_local`` on the folder; a supervisor that it starts is still a process of its own."""
    monkeypatch.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)

    def run(name: str, *options: str) -> Done:
        capsys.readouterr()
        return Done(main([name, "--folder", str(folder), *options]), *capsys.readouterr())

    yield run
    assert run("down", "--remove-data").status == 0


def parts_of(folder: Path) -> dict[str, dict[str, object]]:
    found = state.read(folder)
    assert found is not None
    parts: dict[str, dict[str, object]] = found["parts"]
    return parts


def is_alive(pid: object) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until_gone(pid: object) -> None:
    deadline = time.monotonic() + 10
    while is_alive(pid):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_up_status_logs_down(folder: Path, command: Command) -> None:
    up = command("up", "--parts", "clamav", "mail")
    assert up.status == 0, up.err
    assert "clamav" in up.out
    assert "ready" in up.out
    before = parts_of(folder)

    again = command("up", "--parts", "clamav", "mail")
    assert "already running" in again.out
    assert parts_of(folder) == before
    assert str(before["mail"]["url"]) in command("status").out
    assert str(before["mail"]["password"]) not in command("status").out
    assert "Self checking disabled" in command("logs", "clamav").out
    assert command("logs", "nobody").status == 1

    assert command("down").out == "stopped\n"
    assert command("down").out == "nothing runs\n"
    assert command("status").status == 1
    for part in before.values():
        wait_until_gone(part["pid"])

    assert command("up", "--parts", "clamav", "mail").status == 0
    after = parts_of(folder)
    assert {name: after["mail"][name] for name in ("port", "password")} == {
        name: before["mail"][name] for name in ("port", "password")
    }


def test_a_server_that_died_is_shown_and_not_started_again(folder: Path, command: Command) -> None:
    command("up", "--parts", "clamav", "mail")
    os.kill(int(str(parts_of(folder)["clamav"]["pid"])), signal.SIGKILL)

    deadline = time.monotonic() + 10
    while parts_of(folder)["clamav"]["state"] != "ended":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    shown = command("status")
    assert shown.status == 1
    assert "exit -9" in shown.out
    assert parts_of(folder)["mail"]["state"] == "ready"


def test_a_stack_that_lost_a_server_is_not_called_running_but_started_again(folder: Path, command: Command) -> None:
    command("up", "--parts", "clamav", "mail")
    before = parts_of(folder)
    os.kill(int(str(before["clamav"]["pid"])), signal.SIGKILL)
    deadline = time.monotonic() + 10
    while parts_of(folder)["clamav"]["state"] != "ended":
        assert time.monotonic() < deadline
        time.sleep(0.1)

    again = command("up", "--parts", "clamav", "mail")
    assert again.status == 0, again.err
    assert "already running" not in again.out
    assert f"clamav has ended (exit -9); its log: {before['clamav']['log']}" in again.out
    assert {part["state"] for part in parts_of(folder).values()} == {"ready"}
    assert parts_of(folder)["mail"]["pid"] != before["mail"]["pid"]


def test_all_ends_when_the_supervisor_is_killed_and_comes_up_again(folder: Path, command: Command) -> None:
    command("up", "--parts", "clamav")
    found = state.read(folder)
    assert found is not None
    os.kill(found["pid"], signal.SIGKILL)
    wait_until_gone(found["parts"]["clamav"]["pid"])
    wait_until_gone(found["pid"])

    assert state.read(folder) is None
    assert command("up", "--parts", "clamav").status == 0


def test_services_start_once_what_they_wait_for_is_ready_and_end_before_the_parts(folder: Path, command: Command) -> None:
    folder.mkdir(mode=0o711)
    (folder / "own_services.py").write_text(SERVICES, encoding="utf-8")

    up = command("up", "--parts", "clamav", "--services", "own_services:servers")
    assert up.status == 0, up.err
    assert list(parts_of(folder)) == ["clamav", "first", "second"]
    assert (folder / "supervisor.log").read_text(encoding="utf-8") == "clamav answers\n"
    logs = [Path(str(parts_of(folder)[name]["log"])) for name in ("first", "second")]
    command("down")

    for log in logs:
        assert "scanner still there" in log.read_text(encoding="utf-8")
    last = json.loads((folder / "state.json").read_text(encoding="utf-8"))
    assert last["state"] == "stopped"


def test_a_start_that_fails_says_why_and_leaves_nothing_behind(folder: Path, command: Command) -> None:
    folder.mkdir(mode=0o711)
    (folder / "own_services.py").write_text(SERVICES.replace("echo up;", "echo no luck; exit 4;"), encoding="utf-8")

    up = command("up", "--parts", "clamav", "--services", "own_services:servers")
    assert up.status == 1
    assert "first: start: ended with status 4" in up.err
    assert "no luck" in up.err
    assert state.read(folder) is None
    wait_until_gone(state.last(folder)["parts"]["clamav"]["pid"])  # type: ignore[index] # it was written


def test_a_set_up_that_fails_in_any_way_says_why_and_where_the_rest_stands(folder: Path, command: Command) -> None:
    folder.mkdir(mode=0o711)
    (folder / "own_services.py").write_text("def servers(stack):\n    return {}['not there']\n", encoding="utf-8")

    up = command("up", "--parts", "clamav", "--services", "own_services:servers")
    assert up.status == 1
    assert "did not come up: KeyError: 'not there'" in up.err
    assert f"log: {folder / 'supervisor.log'}" in up.err
    assert "Traceback" not in up.err
    assert "Traceback" in command("logs", "supervisor").out
    assert "==> supervisor" in command("logs").out
    assert "==> clamav" in command("logs").out


def test_services_start_beside_a_part_and_go_with_it_when_it_fails(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Beside(Server):
        name = "first"

        def command(self) -> list[str]:
            return ["/bin/sleep", "60"]

        def check(self) -> None:
            (stack.clamav.data / "go").touch()
            raise NotReadyError

    stack = Stack(folder, {"clamav"})
    fails = ["/bin/sh", "-c", "while [ ! -e go ]; do sleep 0.05; done; exit 3"]
    monkeypatch.setattr(stack.clamav, "command", lambda: fails)
    beside = Beside(folder / "services")
    with pytest.raises(ServerError, match="clamav: start: ended with status 3"):
        stack.start(lambda _: [beside])
    assert beside.exit_code == -signal.SIGKILL
    stack.close()
    told = state.last(folder)
    assert told is not None
    assert told["state"] == "failed"
    assert told["error"].startswith("clamav: start: ended with status 3")
    assert "first" not in told["error"]


def test_a_part_that_fails_is_why_what_waits_for_it_fails(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> None:
        raise OSError("no room")

    def services(stack: Stack) -> list[Server]:
        stack.wait_for("mail")
        raise AssertionError

    stack = Stack(folder, {"mail"})
    monkeypatch.setattr(stack.mail, "prepare", full)
    with pytest.raises(ServerError, match="mail: prepare: no room"):
        stack.start(services)
    stack.close()


def test_one_process_at_a_time_has_the_stack_of_a_folder(folder: Path) -> None:
    first = Stack(folder, {"clamav"})
    with pytest.raises(StackError, match="another process has the stack"):
        Stack(folder, {"clamav"})
    first.close()
    Stack(folder, {"clamav"}).close()
