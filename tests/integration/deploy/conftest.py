"""The compose file as docker-compose reads it, and secrets as the script makes them."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]


def read(*files: str) -> dict[str, Any]:
    """What docker-compose makes of these files, each over the ones before."""
    binary, named = Path(sys.executable).parent / "docker-compose", [part for file in files for part in ("-f", ROOT / file)]
    command = [binary, *named, "--profile", "*", "config", "--format", "json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stderr == ""
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="package")
def compose() -> dict[str, Any]:
    return read("docker-compose.yml")


@pytest.fixture(scope="package")
def over_tls() -> dict[str, Any]:
    return read("docker-compose.yml", "deploy/compose.tls.yml")


@pytest.fixture(scope="package")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that deploy/secrets.sh fills, run on a copy: no Docker, no image."""
    clone = tmp_path_factory.mktemp("clone")
    (clone / "deploy").mkdir()
    shutil.copy(ROOT / "deploy/secrets.sh", clone / "deploy")
    subprocess.run([clone / "deploy/secrets.sh"], check=True, env={"PATH": "/usr/bin:/bin"})
    return clone / "deploy/secrets"
