"""All six services in this process, on real servers: what a person at the portal has behind the pages.

>>> async with whole(box, servers) as system:
...     async with browser(system.gateway) as portal: ...

The gateway reaches the others through their ASGI apps; everything else (PostgreSQL, RabbitMQ, S3, clamd, SMTP, the register's
simulator) is real.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import httpx

import bron_export.main
import bron_export.settings
import documents.main
import intake.main
import notify.main
import workflow.main
import workflow.settings
from intake.organisations import load
from schakel_local.clamav import ClamAV
from schakel_local.seaweed import SeaweedFS
from schakel_local.smtpsink import SmtpSink
from shared import tokens
from shared.service import Service
from support import documents as bestanden
from support import intake as aanmelding
from support import mails, register
from support.portal import make_gateway
from support.rollen import roles_told
from support.sandbox import WORKFLOW_KEY, Sandbox, eventually, running


@dataclass(frozen=True)
class Servers:
    """What the sandbox does not have: S3, the scanner and the mail sink."""

    seaweed: SeaweedFS
    clamav: ClamAV
    sink: SmtpSink


@dataclass(frozen=True)
class Whole:
    """The services at work."""

    box: Sandbox
    servers: Servers
    gateway: Service
    services: dict[str, Service]
    register: register.RunningSimulator
    network: dict[str, "Network"]

    @contextmanager
    def away(self, service: str) -> Iterator[None]:
        """Let the gateway not reach this service inside the block."""
        self.network[service].is_cut = True
        try:
            yield
        finally:
            self.network[service].is_cut = False

    async def status_is(self, dossiernummer: int, status: str) -> None:
        """Wait until a hulpvraag has this status."""

        async def has() -> bool:
            async with self.box.connect() as connection:
                query = "SELECT status FROM workflow.hulpvraag WHERE dossiernummer = $1"
                return bool(await connection.fetchval(query, dossiernummer) == status)

        await eventually(has, within=20)


class Network(httpx.ASGITransport):
    """The way from the gateway to one service, which can be cut."""

    is_cut = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.is_cut:
            raise httpx.ConnectError("the network is cut")
        return await super().handle_async_request(request)


@asynccontextmanager
async def whole(
    box: Sandbox, servers: Servers, *, scanner: Literal["clamd", "none"] = "clamd", **gateway: object
) -> AsyncIterator[Whole]:
    """Run everything until the block ends; ``scanner`` is a setting of documents, ``gateway`` are the gateway's."""
    async with AsyncExitStack() as stack:
        simulator = await stack.enter_async_context(register.simulator())
        store = await _documents(box, servers, scanner)
        services: dict[str, Service] = {
            "intake": intake.main.make_service(aanmelding.intake_settings(box), httpx.ASGITransport(app=store.http)),
            "documents": store,
            "notify": notify.main.make_service(mails.settings(box, servers.sink)),
            "bron-export": bron_export.main.make_service(
                box.settings(bron_export.settings.Settings, "bron-export", register_url=simulator.url, register_retry=0.2)
            ),
            "workflow": workflow.main.make_service(
                box.settings(
                    workflow.settings.Settings,
                    "workflow",
                    capability_key=tokens.dump_key(WORKFLOW_KEY, private=True),
                    terms_every=0.5,
                )
            ),
        }
        network = {name: Network(app=service.http) for name, service in services.items()}
        made = make_gateway(box, network, **gateway)
        # Workflow last, so that whoever reads what it tells at its start has a queue by then.
        for name in ("intake", "documents", "notify", "bron-export"):
            await stack.enter_async_context(running(services[name]))
        for service in (made, services["workflow"]):
            await stack.enter_async_context(running(service))
        async with services["intake"].database.transaction() as tx:
            await load(tx, aanmelding.ORGANISATIONS)
        await roles_told(box, "intake", "bron-export", "gateway")
        yield Whole(box, servers, made, services, simulator, network)


async def _documents(box: Sandbox, servers: Servers, scanner: str) -> Service:
    service = documents.main.make_service(
        bestanden.settings(box, servers.seaweed, servers.clamav, scanner=scanner, work_poll=0.5)
    )
    await service.objects.prepare()
    return service


@asynccontextmanager
async def servers_in(folder: Path) -> AsyncIterator[Servers]:
    """Start the servers that the sandbox does not have, and end them with the block."""
    servers = Servers(SeaweedFS(folder / "s3"), ClamAV(folder / "clamav", signatures=None), SmtpSink(folder / "sink"))
    for server in (servers.seaweed, servers.clamav, servers.sink):
        server.start()
    try:
        yield servers
    finally:
        for server in (servers.seaweed, servers.clamav, servers.sink):
            server.kill()
