"""The compose file and the image recipe, checked by the real tools: there is no Docker engine at hand here."""

import importlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from schakel.config import SERVICES

ROOT = Path(__file__).parents[3]
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    command: list[str | Path] = [BIN / "docker-compose", "-f", ROOT / "docker-compose.yml", "config", "--format", "json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stderr == ""
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_hadolint_finds_nothing_in_the_recipe() -> None:
    done = subprocess.run([BIN / "hadolint", ROOT / "deploy/Dockerfile"], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_compose_refuses_a_broken_file(tmp_path: Path) -> None:
    broken = tmp_path / "docker-compose.yml"
    broken.write_text((ROOT / "docker-compose.yml").read_text().replace("restart: unless-stopped", "restrat: unless-stopped"))
    done = subprocess.run([BIN / "docker-compose", "-f", broken, "config", "-q"], check=False, capture_output=True, text=True)
    assert done.returncode != 0


def test_every_service_runs_from_the_one_recipe_as_nobody_on_a_read_only_file_system(compose: dict[str, Any]) -> None:
    for name in SERVICES:
        service = compose["services"][name]
        job = compose["services"][f"prepare-{name}"]
        assert service["image"] == job["image"] == f"schakel/{name}"
        assert job["build"]["dockerfile"] == "deploy/Dockerfile"
        assert job["build"]["args"] == {"SERVICE": name}
        for one in (service, job):
            assert one["read_only"] is True
            assert one["user"] == "65534:65534"
            assert one["cap_drop"] == ["ALL"]
            assert one["security_opt"] == ["no-new-privileges:true"]


def test_no_service_starts_before_every_schema_and_queue_is_there(compose: dict[str, Any]) -> None:
    prepared = {f"prepare-{name}" for name in SERVICES}
    for name in SERVICES:
        waits = compose["services"][name]["depends_on"]
        done = {one for one, how in waits.items() if how["condition"] == "service_completed_successfully"}
        assert prepared <= done


def test_every_service_has_its_own_database_role_and_broker_user(compose: dict[str, Any]) -> None:
    for name in SERVICES:
        secrets = {one["source"]: one.get("target") for one in compose["services"][name]["secrets"]}
        own = name.replace("-", "_")
        assert secrets[f"{own}_database_url"] == "schakel_database_url"
        assert secrets[f"{own}_amqp_url"] == "schakel_amqp_url"
        assert not any("migrator" in one for one in secrets)
        others = {other.replace("-", "_") for other in SERVICES} - {own}
        assert not any(one.startswith(f"{other}_") and one.endswith("_url") for one in secrets for other in others)


def test_only_the_gateway_is_seen_from_outside(compose: dict[str, Any]) -> None:
    open_to = {name for name, service in compose["services"].items() if service.get("ports")}
    assert open_to == {"gateway", "mailpit"}
    assert all(port["host_ip"] == "127.0.0.1" for name in open_to for port in compose["services"][name]["ports"])


def test_the_secrets_of_compose_are_those_the_script_makes(compose: dict[str, Any]) -> None:
    script = (ROOT / "deploy/secrets.sh").read_text()
    for name in compose["secrets"]:
        stem = re.sub(r"^(gateway|intake|workflow|documents|notify|bron_export)_", "${schema}_", name)
        assert name in script or stem in script, name


def test_the_setting_of_each_service_in_compose_exists(compose: dict[str, Any]) -> None:
    for name in SERVICES:
        settings = importlib.import_module(f"{name.replace('-', '_')}.settings").Settings
        known = {f"SCHAKEL_{field.upper()}" for field in settings.model_fields}
        service = compose["services"][name]
        given = set(service.get("environment") or {}) | {
            Path(one["target"]).name.upper() for one in service["secrets"] if one.get("target")
        }
        given |= {one["source"].upper() for one in service["secrets"] if one["source"].startswith("schakel_")}
        assert given <= known, given - known
        required = {f"SCHAKEL_{field.upper()}" for field, about in settings.model_fields.items() if about.is_required()}
        assert required <= given, required - given
