"""The lock: with hashes, without hosts, and every export from it up to date."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = [ROOT / "requirements.lock", *sorted(ROOT.glob("services/*/requirements.lock")), ROOT / "cli/requirements.lock"]


def pins(lock: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([a-z0-9.-]+)==(\S+)", lock.read_text(), re.MULTILINE):
        found.setdefault(name, set()).add(version)
    return found


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.relative_to(ROOT)))
def test_a_lock_has_hashes_and_names_no_host(lock: Path) -> None:
    text = lock.read_text()
    assert "--index-url" not in text
    assert "://" not in text
    blocks = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert all("--hash=sha256:" in block for block in blocks)


@pytest.mark.parametrize("lock", LOCKS[1:], ids=lambda lock: str(lock.relative_to(ROOT)))
def test_a_service_is_pinned_to_what_the_whole_is_pinned_to(lock: Path) -> None:
    whole = pins(LOCKS[0])
    assert {name: versions for name, versions in pins(lock).items() if not versions <= whole.get(name, set())} == {}


def test_the_lock_holds_everything_the_members_ask_for() -> None:
    """Offline: what is installed came from the lock, and satisfies every member."""
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or str(ROOT / ".boot/bin/uv")
    done = subprocess.run([uv, "pip", "check", "--python", sys.executable], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("lock", LOCKS[1:], ids=lambda lock: str(lock.relative_to(ROOT)))
def test_an_export_holds_everything_its_service_asks_for(lock: Path) -> None:
    """Stale exports show: a dependency added to a member but not to its export."""
    known = set(pins(lock))
    asked = tomllib.loads((lock.parent / "pyproject.toml").read_text())["project"]["dependencies"]
    asked += tomllib.loads((ROOT / "shared/pyproject.toml").read_text())["project"]["dependencies"]
    members = {"shared", "intake", "workflow", "gateway", "documents", "notify", "bron-export", "schakel-lvs"}
    names = {re.match(r"[A-Za-z0-9._-]+", one).group().lower().replace("_", "-") for one in asked}  # type: ignore[union-attr]
    assert names - members <= known


def test_what_builds_our_wheels_is_pinned_too() -> None:
    """Build isolation fetches the build backend by itself: only a constraint with hashes holds it to the lock."""
    members = [
        ROOT / "shared",
        *sorted((ROOT / "services").iterdir()),
        ROOT / "clients/python",
        ROOT / "cli",
        ROOT / "deploy/local",
    ]
    for member in members:
        [asked] = tomllib.loads((member / "pyproject.toml").read_text())["build-system"]["requires"]
        assert asked.startswith("uv_build>=")
    assert len(pins(LOCKS[0])["uv-build"]) == 1
    for recipe in ("deploy/Dockerfile", "deploy/bootstrap.sh"):
        text = (ROOT / recipe).read_text()
        assert "/^uv-build==/" in text
        installs = re.findall(r"uv pip install .*", text)
        assert installs
        assert all("--build-constraints" in one for one in installs)


ONLY_ITS_OWN = """
import importlib.metadata, json, re, sys

package, allowed = sys.argv[1], set(json.loads(sys.argv[2]))
owners = importlib.metadata.packages_distributions()

class Absent:
    def find_spec(self, name, path=None, target=None):
        mine = {re.sub(r"[-_.]+", "-", one).lower() for one in owners.get(name.partition(".")[0], ())}
        if mine and not mine & allowed:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Absent())
importlib.import_module(package + ".main")
"""


@pytest.mark.parametrize("lock", LOCKS[1:-1], ids=lambda lock: lock.parent.name)
def test_a_service_starts_with_nothing_but_what_its_own_image_holds(lock: Path) -> None:
    name = lock.parent.name
    allowed = [*pins(lock), "shared", name]
    command = [sys.executable, "-c", ONLY_ITS_OWN, name.replace("-", "_"), json.dumps(allowed)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_what_a_service_does_not_ask_for_would_be_missed() -> None:
    command = [sys.executable, "-c", ONLY_ITS_OWN, "documents", json.dumps(["shared", "documents", "pydantic"])]
    assert subprocess.run(command, check=False, capture_output=True).returncode != 0
