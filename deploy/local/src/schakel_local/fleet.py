"""The six services and the simulated systems around them on private servers, as they run in production.

Each has its own role, its own broker user, its own S3 key.

>>> python -m schakel_local up --services schakel_local.fleet:services
>>> stack.start(fleet.services)                                    # the same, in a test
>>> stack.start(partial(fleet.services, replicas=2))

They start while RabbitMQ, which takes longest, still does: a service waits for its broker anyway. Roles, schemas, queues and
users of the broker, and buckets are brought up to date first; all of it may be repeated. What an operator or a script needs to
go on is left in ``schakel.env`` beside the stack's state.
"""

import asyncio
import base64
import importlib
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import aio_pika
import httpx

from documents.adapters.s3 import S3
from documents.settings import Settings as DocumentsSettings
from schakel.broker import Management
from schakel.config import SERVICES
from schakel_local.kept import write_private
from schakel_local.loopback import NO_TLS
from schakel_local.process import NotReadyError, Server
from schakel_local.stack import Stack
from shared import log, tokens
from shared.migrate import CHASSIS, migrate
from shared.service import Service as Program
from shared.topology import declare

ROOT = Path(__file__).parents[4]
DATABASE = "schakel"
CONNECTOR = "demo"
BUCKETS = ("uploads", "bijlagen", "brieven", "logboek")
AUDITOR = ("Read:logboek/*", "List:logboek")
SWV = "PO2507"
OIN, LAS_OIN = "00000003999999990000", "00000003999999990001"
"""Of Schakel and of the LAS in the simulated chain of OSO-SWV; no supplier has these."""


class SetUpError(Exception):
    """A step before the services start failed; the text says which and why."""


def schema_of(service: str) -> str:
    """Return the database schema of a service."""
    return service.replace("-", "_")


class Service(Server):
    """One process of one service."""

    start_seconds = 80  # it is not ready before its broker is
    stop_seconds = 25

    def __init__(self, folder: Path, service: str, settings: Mapping[str, str], *, replica: int = 1) -> None:
        self.name = service if replica == 1 else f"{service}-{replica}"
        super().__init__(folder)
        self.package = schema_of(service)
        self.settings = dict(settings)

    @property
    def port(self) -> int:
        """The port of its HTTP routes."""
        return self.kept.port("http")

    @property
    def url(self) -> str:
        """Its root address."""
        return f"http://127.0.0.1:{self.port}"

    def facts(self) -> Mapping[str, object]:
        """Give its address."""
        return {"url": self.url}

    def environment(self) -> dict[str, str]:
        """Its settings, and nothing of ours."""
        given = {f"SCHAKEL_{name.upper()}": value for name, value in self.settings.items()}
        return {**super().environment(), **given, "SCHAKEL_HOST": "127.0.0.1", "SCHAKEL_PORT": str(self.port)}

    def command(self) -> Sequence[str]:
        """Give the command line."""
        return [sys.executable, "-m", self.package, "serve"]

    def check(self) -> None:
        """Ask whether it is ready."""
        answer = httpx.get(f"{self.url}/health/ready", timeout=5, trust_env=False, verify=NO_TLS)
        if answer.status_code != httpx.codes.OK:
            raise NotReadyError(answer.text[:200])


class Simulator(Server):
    """What stands in for a system of others, with a page for people."""

    @property
    def url(self) -> str:
        """Its root address, also of the page for people."""
        return f"http://127.0.0.1:{self.kept.port('http')}"

    def facts(self) -> Mapping[str, object]:
        """Give its address."""
        return {"url": self.url}

    def check(self) -> None:
        """Ask for its page."""
        httpx.get(self.url, timeout=2, trust_env=False, verify=NO_TLS).raise_for_status()


class Register(Simulator):
    """The register's simulator, which bron-export ships."""

    name = "register"

    def command(self) -> Sequence[str]:
        """Give the command line."""
        port = str(self.kept.port("http"))
        return [sys.executable, "-m", "bron_export.simulator", "--port", port, "--data", str(self.data / "register.db")]


class Oso(Simulator):
    """The simulated chain of OSO-SWV, which intake ships: a Traffic Center, a LAS and the register of mandates."""

    name = "oso"

    def command(self) -> Sequence[str]:
        """Give the command line."""
        return [
            sys.executable,
            "-m",
            "intake.simulator",
            "--port",
            str(self.kept.port("http")),
            "--oin",
            OIN,
            "--las-oin",
            LAS_OIN,
        ]


def services(stack: Stack, *, replicas: int = 1, extra: Mapping[str, Mapping[str, str]] | None = None) -> list[Server]:
    """Prepare everything on a stack that starts, as soon as each part is ready, and return the servers to start on it.

    ``extra`` holds settings per service on top of those of the demo. Raises SetUpError.
    """
    with _step("keys"):
        keys = _keys(stack)
    stack.wait_for("postgres")
    with _step("database roles"):
        _roles(stack)
    for name in SERVICES:
        with _step(f"migrations of {name}"):
            asyncio.run(_migrate(stack, name))
    stack.wait_for("s3")
    with _step("S3 buckets"):
        asyncio.run(_buckets(stack))
    register, oso = Register(stack.data / "register"), Oso(stack.data / "oso")
    made: dict[str, Service] = {}
    for replica in range(1, replicas + 1):
        for name in SERVICES:
            folder = stack.data / "services" / (name if replica == 1 else f"{name}-{replica}")
            made[folder.name] = Service(folder, name, {}, replica=replica)
    for name, service in made.items():
        kind = name.rstrip("-0123456789")
        service.settings = {**_settings(stack, kind, keys, made, register, oso), **(extra or {}).get(kind, {})}
    with _step("topology"):
        programs = [_program(made[name]) for name in SERVICES]
        log.configure_command()  # putting a service together makes its logging that of this process
    stack.once_ready("rabbitmq", lambda: _broker(stack, programs))
    _leave_environment(stack, keys, made)
    return [register, oso, *made.values()]


@contextmanager
def _step(name: str) -> Iterator[None]:
    try:
        yield
    except subprocess.CalledProcessError as error:
        raise SetUpError(f"{name}: status {error.returncode}: {(error.stderr or '').strip()}") from error
    except Exception as error:
        raise SetUpError(f"{name}: {type(error).__name__}: {error}") from error


def database_url(stack: Stack, service: str, role: str = "app") -> str:
    """Return the address of a service's schema, as its app or migrator role."""
    schema = schema_of(service)
    return stack.postgres.dsn(f"{schema}_{role}", stack.kept.secret(f"{schema} {role}"), DATABASE)


def amqp_url(stack: Stack, service: str) -> str:
    """Return the broker as a service's user."""
    return stack.rabbitmq.amqp_url(service, stack.kept.secret(f"{service} amqp"))


def connector_url(stack: Stack) -> str:
    """Return the broker as the demo connector's user."""
    return stack.rabbitmq.amqp_url(f"lvs-{CONNECTOR}", stack.kept.secret("connector amqp"))


def _keys(stack: Stack) -> dict[str, str]:
    file = stack.data / "keys.json"
    if not file.exists():
        pairs = {name: tokens.new_key() for name in ("gateway", "workflow")}
        made = {
            f"{name} {kind}": tokens.dump_key(key, private=kind == "private")
            for name, key in pairs.items()
            for kind in ("private", "public")
        }
        made |= {name: base64.b64encode(secrets.token_bytes(32)).decode() for name in ("totp", "link")}
        write_private(file, made)
    found: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return found


def _roles(stack: Stack) -> None:
    passwords = {
        f"{schema_of(service).upper()}_{role.upper()}_PASSWORD": stack.kept.secret(f"{schema_of(service)} {role}")
        for service in SERVICES
        for role in ("app", "migrator")
    }
    url = httpx.URL(stack.postgres.superuser_dsn())
    connect = {"PGHOST": url.host, "PGPORT": str(url.port), "PGUSER": url.username, "PGPASSWORD": url.password}
    environment = {"PATH": os.environ.get("PATH", os.defpath), "SCHAKEL_DATABASE": DATABASE, **connect, **passwords}
    subprocess.run(  # noqa: S603 - our own script
        ["/bin/bash", str(ROOT / "deploy/postgres/roles.sh")], env=environment, check=True, capture_output=True, text=True
    )


async def _migrate(stack: Stack, service: str) -> None:
    folders = [CHASSIS, ROOT / "services" / service / "migrations"]
    await migrate(database_url(stack, service, "migrator"), schema=schema_of(service), folders=folders)


def _program(service: Service) -> Program:
    package = importlib.import_module(f"{service.package}.main")
    given = {**service.settings, "trace_file": ""}
    settings = importlib.import_module(f"{service.package}.settings").Settings(**given)
    found: Program = package.make_service(settings)
    return found


def _broker(stack: Stack, programs: Sequence[Program]) -> None:
    """Exchanges and queues of all services, then their users: none of them sends before every reader has its queue."""
    with _step("topology"):
        asyncio.run(_declare(stack, programs))
    own = stack.rabbitmq.management
    with _step("broker users"), Management(own.url, own.user, own.password) as management:
        for service in SERVICES:
            management.add_service(service, stack.kept.secret(f"{service} amqp"))
        management.add_connector(CONNECTOR, f"lvs-{CONNECTOR}", stack.kept.secret("connector amqp"))


async def _declare(stack: Stack, programs: Sequence[Program]) -> None:
    connection = await aio_pika.connect(stack.rabbitmq.amqp_url())
    async with connection:
        channels = [await connection.channel() for _ in programs]
        await asyncio.gather(
            *(
                declare(channel, program.name, program.queues, program.settings.retry_delays)
                for channel, program in zip(channels, programs, strict=True)
            )
        )


async def _buckets(stack: Stack) -> None:
    settings = DocumentsSettings(
        database_url=database_url(stack, "documents"),
        amqp_url=amqp_url(stack, "documents"),
        s3_endpoint=stack.s3.url,
        s3_access_key=stack.s3.access_key,
        s3_secret_key=stack.s3.secret_key,
        s3_lock_days=0,
    )
    objects = S3(settings)
    async with objects.opened():
        await objects.prepare()
    actions = [f"{action}:{bucket}/*" for bucket in BUCKETS for action in ("Read", "Write", "Tagging")]
    # A POST with a policy goes to the bucket itself, so uploads need the right on the bucket, not only below it.
    stack.s3.allow("documents", [*actions, *(f"List:{bucket}" for bucket in BUCKETS), "Write:uploads"])
    stack.s3.allow("auditor", AUDITOR)


def _settings(
    stack: Stack, service: str, keys: Mapping[str, str], made: Mapping[str, Service], register: Register, oso: Oso
) -> dict[str, str]:
    common = {
        "database_url": database_url(stack, service),
        "amqp_url": amqp_url(stack, service),
        "gateway_public_key": keys["gateway public"],
        "workflow_public_key": keys["workflow public"],
    }
    documents = stack.s3.keys("documents")
    own: dict[str, dict[str, str]] = {
        "gateway": {
            "gateway_private_key": keys["gateway private"],
            "totp_keys": keys["totp"],
            "link_key": keys["link"],
            "public_url": made["gateway"].url,
            "insecure_cookie": "true",
            **{f"{schema_of(name)}_url": made[name].url for name in SERVICES if name != "gateway"},
        },
        "intake": {
            "connector_poll": "0.5",
            "documents_url": made["documents"].url,
            "messages_per_minute": "1000000",  # what is measured is not the brake
            "oso_oin": OIN,
            "oso_osr_url": oso.url,
            "oso_traffic_center_url": f"{oso.url}/traffic-center",
            "oso_retry": "1",
        },
        "workflow": {"capability_key": keys["workflow private"]},
        "documents": {
            "s3_endpoint": stack.s3.url,
            "s3_access_key": documents.access_key,
            "s3_secret_key": documents.secret_key,
            "s3_lock_days": "0",
            "clamd_host": "127.0.0.1",
            "clamd_port": str(stack.clamav.port),
        },
        "notify": {
            "smtp_host": stack.mail.host,
            "smtp_port": str(stack.mail.port),
            "smtp_user": stack.mail.user,
            "smtp_password": stack.mail.password,
            "smtp_ca_file": str(stack.mail.authority),
            "portal_url": made["gateway"].url,
            "link_key": keys["link"],
        },
        "bron-export": {"register_url": register.url, "register_poll": "1", "register_retry": "1"},
    }
    return {**common, **own[service]}


def _leave_environment(stack: Stack, keys: Mapping[str, str], made: Mapping[str, Service]) -> None:
    lines = {f"SCHAKEL_{schema_of(name).upper()}_DATABASE_URL": database_url(stack, name) for name in SERVICES}
    auditor = stack.s3.keys("auditor")
    lines |= {
        "SCHAKEL_S3_ENDPOINT": stack.s3.url,
        "SCHAKEL_AUDITOR_ACCESS_KEY": auditor.access_key,
        "SCHAKEL_AUDITOR_SECRET_KEY": auditor.secret_key,
        "SCHAKEL_LVS_AMQP_URL": connector_url(stack),
        "SCHAKEL_LVS_CONNECTOR": CONNECTOR,
        "SCHAKEL_PORTAL_URL": made["gateway"].url,
        "SCHAKEL_TOTP_KEYS": keys["totp"],
        "SCHAKEL_LINK_KEY": keys["link"],
    }
    file = stack.folder / "schakel.env"
    file.touch(mode=0o600)
    file.write_text("".join(f"{name}={value}\n" for name, value in lines.items()), encoding="utf-8")
