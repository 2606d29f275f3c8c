"""TLS between the parts in compose: what deploy/tls.sh makes and deploy/compose.tls.yml says, as far as goes without Docker."""

import importlib
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator, Sequence
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aio_pika
import httpx
import pytest
import typer

from documents.adapters.s3 import S3
from documents.settings import Settings as DocumentsSettings
from integration.deploy.test_s3_as_composed import Composed, settings
from integration.deploy.test_secrets import meet
from schakel.broker import Management
from schakel.config import SERVICES
from schakel_local.rabbitmq import RabbitMQ
from shared import clock, tls
from shared.settings import MigratorSettings
from support import room

ROOT = Path(__file__).parents[3]
SECRETS = "/run/secrets/"


@pytest.fixture(scope="module")
def own_secrets(secrets: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what deploy/secrets.sh made, with what deploy/tls.sh makes beside it."""
    folder = tmp_path_factory.mktemp("tls") / "deploy"
    shutil.copytree(secrets.parent, folder)
    shutil.copy(ROOT / "deploy/tls.sh", folder)
    run(folder / "secrets")
    return folder / "secrets"


@pytest.fixture(scope="module")
def made(own_secrets: Path) -> Path:
    return own_secrets / "tls"


def run(secrets: Path) -> None:
    subprocess.run([secrets.parent / "tls.sh"], check=True, env={"PATH": "/usr/bin:/bin"})


def held(over_tls: dict[str, Any], secrets: Path, name: str) -> dict[str, str]:
    """The secrets of one container: what stands in each file, by its name there."""
    files = {each: Path(about["file"]) for each, about in over_tls["secrets"].items()}
    own = over_tls["services"][name]["secrets"]
    where = {Path(one["target"]).name: files[one["source"]].relative_to(ROOT / "deploy/secrets") for one in own}
    return {target: (secrets / path).read_text() for target, path in where.items()}


def test_every_file_that_is_named_is_made_and_a_second_run_changes_none(
    over_tls: dict[str, Any], own_secrets: Path, made: Path
) -> None:
    named = {Path(about["file"]).relative_to(ROOT / "deploy/secrets") for about in over_tls["secrets"].values()}
    assert {path.name for path in made.iterdir()} == {path.name for path in named if path.parent.name == "tls"}
    before = {path.name: path.read_bytes() for path in made.iterdir()}
    run(own_secrets)
    assert {path.name: path.read_bytes() for path in made.iterdir()} == before


@pytest.mark.parametrize("job", ["", "prepare-"])
@pytest.mark.parametrize("name", SERVICES)
def test_each_service_and_its_job_start_with_it_and_speak_nothing_in_plain(
    over_tls: dict[str, Any], own_secrets: Path, monkeypatch: pytest.MonkeyPatch, name: str, job: str
) -> None:
    service = over_tls["services"][job + name]
    environment, files = service["environment"], held(over_tls, own_secrets, job + name)
    given = {each.upper(): text for each, text in files.items() if each.startswith("schakel_")}
    for variable, value in {**environment, **given}.items():
        monkeypatch.setenv(variable, value)
    found = importlib.import_module(f"{name.replace('-', '_')}.settings").Settings()
    assert (str(found.tls_ca), "inside_ca.pem" in files) == (f"{SECRETS}inside_ca.pem", True)
    assert found.broker_address.startswith("amqps://")
    assert urlsplit(found.broker_address).port == 5671
    assert "sslmode=verify-full" in found.database_address
    if job:
        assert "sslmode=verify-full" in MigratorSettings().database_address
    elif name != "gateway":
        assert {Path(str(found.tls_certificate)).name, Path(str(found.tls_key)).name} <= set(files)
    plain = {each for each, value in environment.items() if value.startswith(("http:", "amqp:"))}
    assert plain <= {"SCHAKEL_REGISTER_URL"}, "the register of the demo is no part of Schakel"


def test_each_server_shows_a_certificate_for_the_name_it_is_called_by(over_tls: dict[str, Any], made: Path) -> None:
    servers = ("postgres", "rabbitmq", "s3", *(name for name in SERVICES if name != "gateway"))
    for name in servers:
        sources = {Path(one["target"]).name: one["source"] for one in over_tls["services"][name]["secrets"]}
        shown = [made / sources[part] for part in ("tls_certificate.pem", "tls_key.pem")]
        meet(name, made / "inside_ca.pem", *shown)
        with pytest.raises(ssl.SSLCertVerificationError):
            meet("gateway", made / "inside_ca.pem", *shown)


def test_the_operator_and_the_job_for_users_go_by_tls(over_tls: dict[str, Any], own_secrets: Path) -> None:
    for name in ("operator", "broker-users"):
        service, files = over_tls["services"][name], held(over_tls, own_secrets, name)
        lines = dict(line.split("=", 1) for line in files[Path(service["environment"]["SCHAKEL_ENV_FILE"]).name].splitlines())
        assert service["environment"]["SSL_CERT_FILE"] == f"{SECRETS}inside_ca.pem"
        addresses = [lines[each] for each in ("SCHAKEL_MANAGEMENT_URL", "SCHAKEL_S3_ENDPOINT") if each in lines]
        assert {urlsplit(each).scheme for each in addresses} == {"https"}
        databases = [value for each, value in lines.items() if each.endswith("_DATABASE_URL")]
        assert all(value.endswith(f"?sslmode=verify-full&sslrootcert={SECRETS}inside_ca.pem") for value in databases)
        assert len(databases) == (len(SERVICES) if name == "operator" else 0)


def test_the_key_of_the_authority_is_nowhere(made: Path) -> None:
    kept = [path for path in made.iterdir() if "PRIVATE KEY" in path.read_text()]
    certificates = {path.name.replace("certificate", "key") for path in made.glob("*_certificate.pem")}
    assert {path.name for path in kept} == certificates


class ComposedOverTls(Composed):
    """The service s3 with the file for TLS, on free ports."""

    scheme = "https"
    made: Path

    def command(self) -> Sequence[str]:
        for part in ("certificate", "key"):
            self.lay(f"tls_{part}.pem", (self.made / f"s3_{part}.pem").read_text(), secret=True)
        return [each.replace(f"{SECRETS}tls_", f"{self.folder}/tls_") for each in super().command()]


@pytest.fixture
def folder() -> Iterator[Path]:
    found = room.server_folder()
    yield found
    shutil.rmtree(found)


@pytest.fixture
def s3(over_tls: dict[str, Any], own_secrets: Path, made: Path, folder: Path) -> Iterator[ComposedOverTls]:
    store = ComposedOverTls(folder / "s3-tls")
    store.service, store.identities = over_tls["services"]["s3"], (own_secrets / "s3.json").read_text()  # type: ignore[misc]  # this one's
    store.made, store.verify = made, tls.context(made / "inside_ca.pem")
    store.start()
    yield store
    store.kill()


async def test_s3_as_composed_takes_and_gives_files_over_tls(s3: ComposedOverTls, own_secrets: Path, made: Path) -> None:
    given = settings(s3, own_secrets, "s3_admin").model_dump()
    objects = S3(DocumentsSettings.model_validate({**given, "amqp_url": "amqps://x", "tls_ca": made / "inside_ca.pem"}))
    async with objects.opened(), httpx.AsyncClient(verify=tls.context(made / "inside_ca.pem")) as http:
        assert len(await objects.prepare()) == 4
        await objects.upload("bijlagen", "b", BytesIO(b"x"), mediatype="application/pdf", disposition="attachment")
        assert (await http.get(objects.link("bijlagen", "b", lifetime=timedelta(minutes=1)))).content == b"x"
        form = objects.form("uploads", "a", size=1, expires=clock.now() + timedelta(minutes=1))
        assert (await http.post(form.url, data=form.fields, files={"file": ("x", b"x")})).is_success


FILES = {"inside_ca.pem": "inside_ca.pem", "tls_certificate.pem": "rabbitmq_certificate.pem", "tls_key.pem": "rabbitmq_key.pem"}


class BrokerOverTls(RabbitMQ):
    """A RabbitMQ with what compose says of TLS, on free ports of this machine."""

    said: str
    made: Path

    def prepare(self) -> None:
        super().prepare()
        own = (self.folder / "rabbitmq.conf").read_text().splitlines()
        lines = [line for line in own if not line.startswith(("listeners.", "management."))]
        said = self.said.replace("= 5671", f"= {self.port}").replace("= 15671", f"= {self.kept.port('management')}")
        for name, source in FILES.items():
            said = said.replace(f"{SECRETS}{name}", str(self.lay(name, (self.made / source).read_text(), secret=True)))
        lines += [line for line in said.splitlines() if not line.startswith("prometheus.")]
        self.lay("rabbitmq.conf", "\n".join(lines), secret=True)

    def check(self) -> None:
        trusted = tls.context(self.made / "inside_ca.pem")
        with socket.create_connection(("127.0.0.1", self.port), timeout=2) as plain:
            trusted.wrap_socket(plain, server_hostname="rabbitmq.localhost").close()
        address = self.management_url.replace("http:", "https:")
        login = (self.management.user, self.management.password)
        httpx.get(f"{address}/api/whoami", auth=login, verify=trusted, trust_env=False).raise_for_status()


@pytest.mark.long
async def test_rabbitmq_as_composed_is_spoken_to_over_tls_and_not_in_plain(
    over_tls: dict[str, Any], made: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker = BrokerOverTls(folder / "rabbitmq-tls")
    broker.said, broker.made = over_tls["configs"]["rabbitmq.conf"]["content"], made
    broker.start()
    try:
        address = tls.broker_url(broker.amqp_url().replace("amqp:", "amqps:"), made / "inside_ca.pem")
        async with await aio_pika.connect(address, timeout=5) as connection:
            assert not connection.is_closed
        with pytest.raises(ConnectionError):
            await aio_pika.connect(broker.amqp_url(), timeout=5)
        monkeypatch.setenv("SSL_CERT_FILE", str(made / "inside_ca.pem"))
        url, login = broker.management_url, (broker.management.user, broker.management.password)
        with Management(url.replace("http:", "https:"), *login) as management:
            assert management.has_user("admin")
        with Management(url, *login) as management, pytest.raises(typer.Exit):
            management.has_user("admin")
    finally:
        broker.kill()
