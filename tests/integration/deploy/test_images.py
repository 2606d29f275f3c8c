"""The compose file and the image recipe, checked by the real tools: there is no Docker engine at hand here."""

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from schakel.config import SERVICES
from schakel_local.clamav import CONFIGURATION

ROOT = Path(__file__).parents[3]
BIN = Path(sys.executable).parent


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


def test_what_people_and_connectors_need_is_open_to_this_machine_only(compose: dict[str, Any]) -> None:
    ports = {
        (name, port["target"], port["host_ip"])
        for name, service in compose["services"].items()
        for port in service.get("ports", ())
    }
    here = "127.0.0.1"
    assert ports == {("gateway", 8000, here), ("mailpit", 8025, here), ("rabbitmq", 5672, here), ("s3", 8333, here)}


def test_only_who_uses_it_shares_a_network_with_s3(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services["s3"]["networks"]) == {"objects", "s3-door"}
    for network, guests in (
        ("objects", {"s3", "documents", "prepare-documents", "gateway", "operator"}),
        ("s3-door", {"s3"}),
        ("broker-door", {"rabbitmq"}),
    ):
        assert {name for name, service in services.items() if network in service["networks"]} == guests
    assert compose["networks"]["objects"]["internal"] is True
    # What documents hands out is fetched by the gateway too, inside: the public name must lead to S3 there.
    public = urlsplit(services["documents"]["environment"]["SCHAKEL_S3_PUBLIC_ENDPOINT"])
    assert public.hostname in services["s3"]["networks"]["objects"]["aliases"]
    assert public.port == 8333


def test_every_service_is_watched_and_no_job_is(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        health = service.get("healthcheck", {})
        if service.get("restart") == "no":
            assert health == {"disable": True}, name
        else:
            assert service["restart"] == "unless-stopped"
            assert health.get("test"), name
    for name in SERVICES:
        assert compose["services"][name]["healthcheck"]["test"] == ["CMD", "python", "-m", "shared", "healthy"]


def test_jobs_run_once(compose: dict[str, Any]) -> None:
    jobs = {"broker-users", "operator", *(f"prepare-{name}" for name in SERVICES)}
    assert {name for name, service in compose["services"].items() if service["restart"] == "no"} == jobs


def test_the_gateway_opens_when_all_it_asks_are_well(compose: dict[str, Any]) -> None:
    waits = compose["services"]["gateway"]["depends_on"]
    assert {name for name, how in waits.items() if how["condition"] == "service_healthy"} == set(SERVICES) - {"gateway"}


def test_buckets_are_made_by_the_administrator_once_s3_is_well(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert services["prepare-documents"]["depends_on"]["s3"]["condition"] == "service_healthy"
    keys = {
        name: {one["target"]: one["source"] for one in services[name]["secrets"] if "s3" in one["source"]}
        for name in ("prepare-documents", "documents")
    }
    assert set(keys["prepare-documents"].values()) == {"s3_admin_access_key", "s3_admin_secret_key"}
    assert {Path(target).name for target in keys["prepare-documents"]} == {"schakel_s3_access_key", "schakel_s3_secret_key"}
    assert set(keys["documents"].values()) == {"schakel_s3_access_key", "schakel_s3_secret_key"}
    holders = {
        name for name, service in services.items() if any("s3_admin" in one["source"] for one in service.get("secrets", ()))
    }
    assert holders == {"prepare-documents"}


def test_mail_leaves_over_tls_with_a_log_in(compose: dict[str, Any]) -> None:
    server, notify = compose["services"]["mailpit"], compose["services"]["notify"]
    given = {f"/run/secrets/{one['source']}" for one in server["secrets"]}
    environment = server["environment"]
    files = {environment[name] for name in ("MP_SMTP_TLS_CERT", "MP_SMTP_TLS_KEY", "MP_SMTP_AUTH_FILE")}
    assert files == given
    assert environment["MP_SMTP_REQUIRE_STARTTLS"] == "true"
    assert not any("INSECURE" in name or "ACCEPT_ANY" in name for name in environment)
    assert notify["environment"]["SCHAKEL_SMTP_HOST"] == "mailpit"
    assert notify["environment"]["SCHAKEL_SMTP_USER"] == "schakel"
    assert "SCHAKEL_SMTP_TLS" not in notify["environment"]  # the default is starttls
    names = {one["source"] for one in notify["secrets"]}
    assert notify["environment"]["SCHAKEL_SMTP_CA_FILE"] == "/run/secrets/smtp_ca.pem"
    assert {"smtp_ca.pem", "schakel_smtp_password"} <= names


def directives(text: str) -> dict[str, str]:
    return dict(line.split(" ", 1) for line in text.splitlines() if line and not line.startswith("#"))


def test_the_scanner_has_the_limits_that_the_tests_run_with(compose: dict[str, Any]) -> None:
    [mounted] = [one for one in compose["services"]["clamav"]["volumes"] if one["target"] == "/etc/clamav/clamd.conf"]
    assert Path(mounted["source"]) == ROOT / "deploy/clamav/clamd.conf"
    own, tested = directives(Path(mounted["source"]).read_text()), directives(CONFIGURATION)
    assert own["AlertExceedsMax"] == "yes"
    places = {"Foreground", "TCPAddr", "TCPSocket", "DatabaseDirectory", "TemporaryDirectory", "SelfCheck"}
    assert {name: own.get(name) for name in tested.keys() - places} == {name: tested[name] for name in tested.keys() - places}


def test_documents_alone_is_told_of_the_scanner_and_the_pages_ask_it() -> None:
    for given, seen in ((None, "clamd"), ("none", "none")):
        environment = {"PATH": os.environ["PATH"], **({"SCHAKEL_SCANNER": given} if given else {})}
        command: list[str | Path] = [BIN / "docker-compose", "-f", ROOT / "docker-compose.yml", "config", "--format", "json"]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
        services = json.loads(done.stdout)["services"]
        named = {name: service.get("environment", {}).get("SCHAKEL_SCANNER") for name, service in services.items()}
        assert named["documents"] == seen
        assert named["gateway"] is None


def test_the_setting_of_each_service_in_compose_exists(compose: dict[str, Any]) -> None:
    for name in SERVICES:
        settings = importlib.import_module(f"{name.replace('-', '_')}.settings").Settings
        known = {f"SCHAKEL_{field.upper()}" for field in settings.model_fields}
        service = compose["services"][name]
        given = set(service.get("environment") or {}) | {
            Path(one["target"]).name.upper() for one in service["secrets"] if "schakel_" in one["target"]
        }
        assert given <= known, given - known
        required = {f"SCHAKEL_{field.upper()}" for field, about in settings.model_fields.items() if about.is_required()}
        assert required <= given, required - given
