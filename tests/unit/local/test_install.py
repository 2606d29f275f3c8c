import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from schakel_local import install
from schakel_local.install import InstallError, ensure_installed, missing, without_hosts

Fake = Callable[[str, str], None]


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Put a program of this name and this shell script first on the path; it notes its arguments in ``<name>.log``."""
    programs = tmp_path / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")

    def make(name: str, script: str) -> None:
        program = programs / name
        program.write_text(f'#!/bin/sh\necho "$*" >> {tmp_path}/{name}.log\n{script}\n', encoding="utf-8")
        program.chmod(0o755)

    return make


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any of the programs; gives its root folder."""
    root = tmp_path / "root"
    root.mkdir()
    monkeypatch.setattr(install, "missing", lambda *, tests=False: missing(tests=tests, root=root))
    monkeypatch.setattr(install, "POLICY", tmp_path / "policy-rc.d")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(sys, "base_prefix", "/usr/local")
    return root


def lay(root: Path, program: str) -> str:
    return f"mkdir -p {root}/{Path(program).parent}; touch {root}/{program}"


def test_what_is_missing_follows_from_the_programs_that_are_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "base_prefix", "/usr/local")
    assert missing(root=tmp_path) == ["postgresql", "rabbitmq-server", "clamav-daemon"]
    assert missing(tests=True, root=tmp_path)[-2:] == ["chromium", "graphviz"]
    for program in ("usr/lib/postgresql/17/bin/postgres", "usr/lib/rabbitmq/bin/rabbitmq-server", "usr/sbin/clamd"):
        (tmp_path / program).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / program).touch()
    assert missing(root=tmp_path) == []


def test_the_python_of_the_distribution_needs_what_makes_virtual_environments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "base_prefix", "/usr")
    assert missing(root=tmp_path)[0] == "python3-venv"
    part = tmp_path / f"usr/lib/python3.{sys.version_info.minor}/ensurepip"
    part.mkdir(parents=True)
    (part / "__init__.py").touch()
    assert "python3-venv" not in missing(root=tmp_path)


def test_it_installs_what_is_missing_with_services_held_back(tmp_path: Path, bare: Path, fake: Fake) -> None:
    programs = ("usr/lib/postgresql/15/bin/postgres", "usr/lib/rabbitmq/bin/rabbitmq-server", "usr/sbin/clamd")
    policy = f"test -x {tmp_path}/policy-rc.d && cp {tmp_path}/policy-rc.d {tmp_path}/seen"
    fake("apt-get", "; ".join([policy, *(lay(bare, program) for program in programs)]))
    fake("systemctl", "")
    said: list[str] = []

    assert ensure_installed(say=said.append) == ["postgresql", "rabbitmq-server", "clamav-daemon"]

    calls = (tmp_path / "apt-get.log").read_text(encoding="utf-8").splitlines()
    assert calls[0].startswith("update")
    assert calls[1].startswith("install -y")
    assert "--no-install-recommends" in calls[1]
    assert "exit 101" in (tmp_path / "seen").read_text(encoding="utf-8")
    assert not (tmp_path / "policy-rc.d").exists()
    assert "disable postgresql rabbitmq-server" in (tmp_path / "systemctl.log").read_text(encoding="utf-8")
    assert said[0] == "installing postgresql, rabbitmq-server, clamav-daemon ..."


def test_a_policy_that_is_there_stays(tmp_path: Path, bare: Path, fake: Fake) -> None:
    (tmp_path / "policy-rc.d").write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    fake("apt-get", "exit 100")

    with pytest.raises(InstallError):
        ensure_installed(say=lambda _: None)
    assert (tmp_path / "policy-rc.d").read_text(encoding="utf-8") == "#!/bin/sh\nexit 0\n"


def test_our_policy_goes_when_the_installation_fails_and_the_error_names_no_host(
    tmp_path: Path, bare: Path, fake: Fake
) -> None:
    fake("apt-get", 'echo "E: Failed to fetch http://packages.example.org/x  Could not connect to 192.0.2.7:80" >&2; exit 100')

    with pytest.raises(InstallError, match="E: Failed to fetch <source>  Could not connect to <address>"):
        ensure_installed(say=lambda _: None)
    assert not (tmp_path / "policy-rc.d").exists()


def test_without_root_and_sudo_it_says_in_two_languages_what_to_do(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(InstallError, match=r"(?s)ontbreken.*missing.*apt-get install --no-install-recommends postgresql"):
        ensure_installed(say=lambda _: None)


def test_sudo_is_used_when_it_asks_no_password(bare: Path, fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    fake("sudo", 'shift; exec "$@"')
    fake("apt-get", "exit 100")

    with pytest.raises(InstallError):
        ensure_installed(say=lambda _: None)
    assert "env DEBIAN_FRONTEND=noninteractive apt-get install" in (tmp_path / "sudo.log").read_text(encoding="utf-8")


def test_nothing_is_asked_of_anyone_when_nothing_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "missing", lambda **_: [])
    monkeypatch.setenv("PATH", "")
    assert ensure_installed(tests=True) == []


def test_it_imports_the_standard_library_only() -> None:
    source = Path(install.__file__)
    assert "from schakel_local" not in source.read_text(encoding="utf-8")
    assert source.stat().st_mode & stat.S_IRUSR


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("Err:1 https://mirror.example.org/debian trixie InRelease", "Err:1 <source> trixie InRelease"),
        ("Could not resolve 'packages.example.org'", "Could not resolve '<host>'"),
        ("E: Unable to locate package rabbitmq-server", "E: Unable to locate package rabbitmq-server"),
    ],
)
def test_hosts_are_blanked_out(line: str, shown: str) -> None:
    assert without_hosts(line) == shown
