import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from schakel_local.account import account, temporary_folder, unprivileged_command
from schakel_local.child import Child
from schakel_local.clamav import ClamAV
from schakel_local.postgres import Postgres
from schakel_local.process import Server, ServerError
from schakel_local.seaweed import SeaweedFS
from schakel_local.smtpsink import SmtpSink
from schakel_local.stack import Stack

ROOT = Path(__file__).parents[3]
LISTENING, ANY = "0A", {"00000000", "00000000000000000000000000000000"}

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to drop")


def status(pid: int | None) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def is_alive(pid: int) -> bool:
    try:
        return status(pid)["State"][0] not in "ZX"
    except FileNotFoundError:
        return False


def children_of(server: Server) -> list[Child]:
    return [child for child in (server._child, getattr(server, "_mapper", None)) if child]


def family(stack: Stack) -> list[int]:
    return [pid for server in stack.servers for child in children_of(server) for pid in (child.pid, *child.descendants())]


@as_root
def test_every_process_is_an_unprivileged_user_without_capabilities(stack: Stack) -> None:
    pids = family(stack)
    assert len(pids) > 10
    for pid in pids:
        found = status(pid)
        assert set(found["Uid"].split()) == {str(account().uid)}
        assert set(found["Gid"].split()) == {str(account().gid)}
        assert found["Groups"] == ""
        assert found["NoNewPrivs"] == "1"
        assert int(found["CapEff"], 16) == 0


@as_root
def test_a_server_cannot_write_outside_its_data(stack: Stack, open_folder: Path) -> None:
    (open_folder / "closed").mkdir(mode=0o755)
    script = 'for folder; do touch "$folder/trace" 2>/dev/null && echo "$folder"; done; true'
    places = [
        stack.mail.data,
        stack.mail.folder,
        stack.folder,
        stack.data,
        open_folder,
        open_folder / "closed",
        ROOT,
        Path("/etc"),
    ]

    command = unprivileged_command(["/bin/sh", "-c", script, "sh", *map(str, places)])
    written = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()

    assert written == [str(stack.mail.data)]
    assert not os.access(stack.mail.data / "trace", os.X_OK)
    (stack.mail.data / "trace").unlink()


@as_root
def test_secrets_are_readable_by_root_and_the_server_alone(stack: Stack) -> None:
    for path in stack.data.rglob("*"):
        if path.is_file() and stack.mail.data not in path.parents and path.stat().st_mode & 0o007:
            text = path.read_bytes()
            for secret in (stack.mail.password, stack.s3.secret_key, stack.rabbitmq.kept.secret("admin")):
                assert secret.encode() not in text, path
    assert (stack.folder / "state.json").stat().st_mode & 0o777 == 0o600


def test_everything_listens_on_loopback_only(stack: Stack) -> None:
    sockets = {str(link.readlink()) for pid in family(stack) for link in Path(f"/proc/{pid}/fd").iterdir()}
    open_to_all = [
        line
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/self/net/{table}").read_text(encoding="ascii").splitlines()[1:]
        if line.split()[3] == LISTENING
        and f"socket:[{line.split()[9]}]" in sockets
        and line.split()[1].partition(":")[0] in ANY
    ]
    assert open_to_all == []


STARTER = """
import sys, threading, time
from pathlib import Path
from schakel_local.stack import Stack

stack = Stack(Path(sys.argv[1]))
threading.Thread(target=stack.start).start()
while not all(server.is_running for server in stack.servers):
    time.sleep(0.05)
stack.clamav.wait_ready()
print(*(pid for server in stack.servers for child in (server._child, getattr(server, "_mapper", None)) if child
        for pid in (child.pid, *child.descendants())), flush=True)
time.sleep(600)
"""


def test_every_server_ends_when_its_owner_is_killed(open_folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STARTER, str(open_folder / "orphaned")], stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        pids = [int(pid) for pid in owner.stdout.readline().split()]
        assert len(pids) > 5
        owner.kill()

    deadline = time.monotonic() + 10
    while left := [pid for pid in pids if is_alive(pid)]:
        assert time.monotonic() < deadline, [status(pid)["Name"] for pid in left]
        time.sleep(0.05)
    SeaweedFS(open_folder / "orphaned/data/s3").kill()  # what it could not clean up itself: its sockets in /tmp


@pytest.fixture
def closed_clone() -> Iterator[Path]:
    """A virtual environment with this package in a folder that only its owner can enter."""
    closed = temporary_folder()
    closed.chmod(0o700)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(closed / "venv")], check=True)
    shutil.copytree(ROOT / "deploy/local/src", closed / "src")
    [libraries] = (closed / "venv/lib").glob("python*/site-packages")
    [ours] = (path for path in map(Path, sys.path) if path.name == "site-packages" and sys.prefix in str(path))
    libraries.joinpath("ours.pth").write_text(f"{closed / 'src'}\n{ours}\n", encoding="utf-8")
    yield closed
    shutil.rmtree(closed)


CLOSED = """
import json, sys
from pathlib import Path
from schakel_local.stack import Stack

with Stack(Path(sys.argv[1]), {"mail", "clamav"}) as stack:
    print(json.dumps({"data": str(stack.data), "mail": stack.mail.pid, "clamav": stack.clamav.pid}), flush=True)
    sys.stdin.readline()
"""


@as_root
def test_a_clone_that_others_cannot_enter_works_with_one_capability_and_data_elsewhere(closed_clone: Path) -> None:
    command = [str(closed_clone / "venv/bin/python"), "-c", CLOSED, str(closed_clone / "stack")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        found = json.loads(owner.stdout.readline())
        rights = {name: status(found[name])["CapEff"] for name in ("mail", "clamav")}
        owner.communicate("\n")
    assert owner.returncode == 0
    assert not found["data"].startswith(str(closed_clone))
    assert (closed_clone / "stack/data/data-folder").read_text(encoding="utf-8").strip() == found["data"]
    read_everywhere = 1 << 2
    assert {name: int(value, 16) for name, value in rights.items()} == {"mail": read_everywhere, "clamav": 0}
    shutil.rmtree(found["data"])


def test_an_error_names_server_step_log_and_its_last_lines(open_folder: Path) -> None:
    class Broken(ClamAV):
        def command(self) -> list[str]:
            return ["/bin/sh", "-c", "echo out of ideas; exit 3"]

    broken = Broken(open_folder / "broken")
    with pytest.raises(ServerError, match=r"(?s)clamav: start: ended with status 3.*clamav\.log:.*out of ideas"):
        broken.start()


def test_a_server_that_never_answers_is_given_up_and_ended(open_folder: Path) -> None:
    class Deaf(SmtpSink):
        def command(self) -> list[str]:
            return ["/bin/sleep", "60"]

    deaf = Deaf(open_folder / "deaf")
    with pytest.raises(ServerError, match="mail: wait until ready: no good answer in time"):
        deaf.start(timeout=0.3)
    assert deaf.pid is not None
    assert not is_alive(deaf.pid)


def test_a_second_postgresql_runs_beside_the_first_with_ports_of_its_own(stack: Stack, open_folder: Path) -> None:
    second = Postgres(open_folder / "second")
    second.start()
    assert second.port != stack.postgres.port
    second.restart()
    second.stop()
    assert not second.is_running
