"""The compose file as docker-compose reads it, and secrets as the script makes them."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="package")
def compose() -> dict[str, Any]:
    binary = Path(sys.executable).parent / "docker-compose"
    command: list[str | Path] = [
        *(binary, "-f", ROOT / "docker-compose.yml"),
        *("--profile", "*", "config", "--format", "json"),
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stderr == ""
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="package")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that deploy/secrets.sh fills, run on a copy: no Docker, no image."""
    clone = tmp_path_factory.mktemp("clone")
    (clone / "deploy").mkdir()
    shutil.copy(ROOT / "deploy/secrets.sh", clone / "deploy")
    subprocess.run([clone / "deploy/secrets.sh"], check=True, env={"PATH": "/usr/bin:/bin"})
    return clone / "deploy/secrets"
