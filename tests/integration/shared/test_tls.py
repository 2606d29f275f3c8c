"""With ``tls_ca`` set no server inside is spoken to in plain, nor one with a certificate of others or of another name."""

import asyncio
import ssl
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aio_pika
import asyncpg
import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from faststream.rabbit import RabbitBroker
from pydantic import ValidationError

from documents.settings import Settings as DocumentsSettings
from gateway.settings import Settings as GatewaySettings
from schakel_local.ports import free_ports
from schakel_local.postgres import Postgres
from schakel_local.rabbitmq import RabbitMQ
from shared import tls
from shared.main import server_of
from shared.publisher import Publisher
from shared.settings import BaseServiceSettings
from support.certificates import Folder
from support.sandbox import eventually


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return Folder(tmp_path_factory.mktemp("tls"))


def settings(postgres: Postgres, amqp: str, ca: Path | None, **own: Any) -> BaseServiceSettings:
    given = {"database_url": postgres.superuser_dsn(), "amqp_url": amqp, "tls_ca": ca}
    return BaseServiceSettings.model_validate({**given, **own})


class TlsPostgres(Postgres):
    """A PostgreSQL that offers TLS."""

    certificate: tuple[Path, Path]

    def command(self) -> list[str]:
        certificate, key = (self.lay(path.name, path.read_text(), secret=True) for path in self.certificate)
        return [*super().command(), "--ssl=on", f"--ssl_cert_file={certificate}", f"--ssl_key_file={key}"]


@pytest.fixture(scope="module")
def tls_postgres(server_folder: Path, certificates: Folder) -> Iterator[TlsPostgres]:
    server = TlsPostgres(server_folder / "postgres-tls")
    server.certificate = certificates.good
    server.start()
    yield server
    server.stop()


async def ask(postgres: Postgres, ca: Path | None) -> bool:
    """Whether the session goes over TLS."""
    connection = await asyncpg.connect(settings(postgres, "amqps://x", ca).database_address, timeout=5)
    try:
        found: bool = await connection.fetchval("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        return found
    finally:
        await connection.close()


async def test_postgresql_is_spoken_to_over_tls_that_is_verified_or_not_at_all(
    postgres: Postgres, tls_postgres: TlsPostgres, certificates: Folder
) -> None:
    assert await ask(tls_postgres, certificates.ours.file) is True
    assert await ask(postgres, None) is False
    with pytest.raises(ConnectionError, match="SSL"):
        await ask(postgres, certificates.ours.file)
    with pytest.raises(ssl.SSLCertVerificationError):
        await ask(tls_postgres, certificates.theirs.file)


async def test_postgresql_by_another_name_is_refused(tls_postgres: TlsPostgres, certificates: Folder) -> None:
    tls_postgres.stop()
    tls_postgres.certificate = certificates.misnamed
    tls_postgres.start()
    with pytest.raises(ssl.SSLCertVerificationError, match="IP address mismatch"):
        await ask(tls_postgres, certificates.ours.file)


@asynccontextmanager
async def over_tls(port: int, certificate: tuple[Path, Path]) -> AsyncIterator[int]:
    """The server at ``port`` behind TLS; the port where."""
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(*certificate)

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while chunk := await reader.read(65536):
                writer.write(chunk)
                await writer.drain()
        writer.close()

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pipe(reader, back), pipe(there, writer))

    server = await asyncio.start_server(relay, "127.0.0.1", 0, ssl=made)
    async with server:
        yield server.sockets[0].getsockname()[1]


def amqps(rabbitmq: RabbitMQ, port: int) -> str:
    return rabbitmq.amqp_url().replace("amqp://", "amqps://").replace(f":{rabbitmq.port}/", f":{port}/")


async def greeted(address: str) -> bool:
    async with await aio_pika.connect(address, timeout=5) as connection:
        return not connection.is_closed


async def test_rabbitmq_is_spoken_to_over_tls_that_is_verified_or_not_at_all(
    postgres: Postgres, rabbitmq: RabbitMQ, certificates: Folder
) -> None:
    ca = certificates.ours.file
    async with over_tls(rabbitmq.port, certificates.good) as port:
        address = settings(postgres, amqps(rabbitmq, port), ca).broker_address
        assert await greeted(address)
        publisher, broker = Publisher(address), RabbitBroker(address, fail_fast=True)
        await publisher.connect()
        await broker.connect()
        assert (publisher.is_connected, await broker.ping(timeout=5)) == (True, True)
        await broker.stop()
        await publisher.close()
    for certificate in (certificates.foreign, certificates.misnamed):
        async with over_tls(rabbitmq.port, certificate) as port:
            with pytest.raises(ConnectionError):
                await greeted(settings(postgres, amqps(rabbitmq, port), ca).broker_address)
    with pytest.raises(ConnectionError):
        await greeted(settings(postgres, amqps(rabbitmq, rabbitmq.port), ca).broker_address)


async def test_a_service_serves_over_tls_and_who_calls_it_verifies(
    postgres: Postgres, rabbitmq: RabbitMQ, certificates: Folder
) -> None:
    app = FastAPI()
    app.get("/")(lambda: "hier")
    app.get("/health/ready")(lambda: "goed")
    [port] = free_ports(1)
    certificate, key = certificates.good
    own = settings(postgres, rabbitmq.amqp_url(), None, port=port, tls_certificate=certificate, tls_key=key)
    server = server_of(app, own)
    running = asyncio.create_task(server.serve())
    await eventually(lambda: started(server))
    try:
        async with httpx.AsyncClient(verify=tls.context(certificates.ours.file)) as client:
            assert (await client.get(f"https://127.0.0.1:{port}/")).json() == "hier"
            with pytest.raises(httpx.TransportError):
                await client.get(f"http://127.0.0.1:{port}/")
        assert await is_healthy(port, SCHAKEL_TLS_CERTIFICATE=str(certificate))
        assert not await is_healthy(port)
        async with httpx.AsyncClient(verify=tls.context(certificates.theirs.file)) as client:
            with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                await client.get(f"https://127.0.0.1:{port}/")
    finally:
        server.should_exit = True
        await running


async def is_healthy(port: int, **environment: str) -> bool:
    """Whether ``python -m shared healthy``, the health check of a container, finds the process well."""
    given = {"SCHAKEL_PORT": str(port), **environment}
    asked = await asyncio.create_subprocess_exec(sys.executable, "-m", "shared", "healthy", env=given)
    return await asked.wait() == 0


async def started(server: uvicorn.Server) -> bool:
    return server.started


@pytest.mark.parametrize(
    ("settings_of", "own", "name"),
    [
        (BaseServiceSettings, {"amqp_url": "amqp://schakel@broker/"}, "amqp_url"),
        (BaseServiceSettings, {"tls_certificate": "/run/x.pem"}, "tls_certificate"),
        (DocumentsSettings, {"s3_endpoint": "http://s3:8333"}, "s3_endpoint"),
        (DocumentsSettings, {"s3_endpoint": "https://s3:8333", "s3_public_endpoint": "http://s3.x:8333"}, "s3_public_endpoint"),
        (
            GatewaySettings,
            {
                "gateway_private_key": "x",
                "totp_keys": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "link_key": "x",
                "public_url": "https://portal.example",
                "intake_url": "https://intake:8000",
            },
            "workflow_url",
        ),
    ],
)
def test_with_authorities_a_plain_address_keeps_a_service_from_starting_by_name(
    settings_of: type[BaseServiceSettings], own: dict[str, Any], name: str
) -> None:
    given = {"database_url": "postgresql://x", "amqp_url": "amqps://x", "tls_ca": "/run/ca.pem"}
    with pytest.raises(ValidationError, match=name):
        settings_of.model_validate({**given, **own})


def test_what_a_url_says_of_tls_is_overruled_and_the_rest_stays() -> None:
    ca = Path("/run/ca.pem")
    asked = "postgresql://a:b%2F@db/schakel?sslmode=disable&options=-c%20x"
    assert tls.database_url(asked, ca) == (
        "postgresql://a:b%2F@db/schakel?options=-c+x&sslmode=verify-full&sslrootcert=%2Frun%2Fca.pem"
    )
    assert tls.broker_url("amqps://a@mq/vh?no_verify_ssl=1", ca) == "amqps://a@mq/vh?cafile=%2Frun%2Fca.pem"
    assert (tls.database_url(asked, None), tls.broker_url("amqp://x", None)) == (asked, "amqp://x")
