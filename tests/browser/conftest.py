"""Headless Chromium before the real gateway, with all services behind it."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from playwright.async_api import Browser, Page, async_playwright

from schakel_local.postgres import Postgres
from schakel_local.rabbitmq import RabbitMQ
from shared import clock
from shared.service import Service
from support.portal import PASSWORD, Person, make_iber, make_person
from support.sandbox import Sandbox, close_sandbox, eventually, open_sandbox
from support.whole import Servers, Whole, servers_in, whole

AXE = Path(__file__).parents[2] / "services/gateway/node_modules/axe-core/axe.min.js"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SHOTS = os.environ.get("SCHAKEL_SCREENSHOTS", "")
"""A folder to leave a picture of every page in, for the one who wants to look."""


@pytest.fixture(scope="session")
async def servers(server_folder: Path) -> AsyncIterator[Servers]:
    async with servers_in(server_folder / "browser") as servers:
        yield servers


@pytest.fixture(scope="session")
async def box(postgres: Postgres, rabbitmq: RabbitMQ) -> AsyncIterator[Sandbox]:
    sandbox = await open_sandbox(postgres, rabbitmq)
    yield sandbox
    await close_sandbox(sandbox)


@asynccontextmanager
async def on_a_port(service: Service, port: int) -> AsyncIterator[str]:
    """Serve an app whose start and stop is somebody else's."""
    config = uvicorn.Config(service.http, port=port, log_config=None, access_log=False, lifespan="off", server_header=False)
    server = uvicorn.Server(config)
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        task = asyncio.create_task(server._serve([listener]))

        async def started() -> bool:
            return server.started

        await eventually(started)
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        await task


@pytest.fixture(scope="session")
async def system(box: Sandbox, servers: Servers) -> AsyncIterator[Whole]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    origin = f"http://127.0.0.1:{port}"
    async with whole(box, servers, public_url=origin, insecure_cookie=True) as system, on_a_port(system.gateway, port):
        system.gateway.http.state.origin = origin
        yield system


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        await browser.close()


@dataclass
class Visitor:
    """A person at a browser. Every page they come to is checked: by axe-core, for its width, and for errors on the console."""

    page: Page
    origin: str
    person: Person
    seen: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    has_script: bool = True

    async def log_in(self) -> None:
        await self.page.goto(f"{self.origin}/inloggen")
        await self.check("inloggen")
        for name, value in self.person.form(wachtwoord=PASSWORD).items():
            await self.page.fill(f"#{name}", value)
        await self.page.get_by_role("button", name="Inloggen").click()

    async def check(self, name: str) -> None:
        """Look whether this page is fit for everybody (WCAG 2.2 AA as far as a machine can tell)."""
        self.seen.append(name)
        if SHOTS:
            await self.page.screenshot(path=f"{SHOTS}/{len(self.seen):02}-{name}.png", full_page=True)
        if not self.has_script:
            return
        if not await self.page.evaluate("'axe' in window"):
            await self.page.evaluate(AXE.read_text(encoding="utf-8"))
        options = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}"
        found = await self.page.evaluate(f"axe.run(document, {options}).then((result) => result.violations)")
        for violation in found:
            nodes = "; ".join(str(node["html"])[:160] for node in violation["nodes"][:3])
            self.complaints.append(f"{name}: {violation['id']}: {violation['help']}: {nodes}")

    async def fits(self, name: str) -> None:
        """Look whether the page reflows at 320 pixels (WCAG 1.4.10)."""
        await self.page.set_viewport_size({"width": 320, "height": 720})
        wide = await self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if SHOTS:
            await self.page.screenshot(path=f"{SHOTS}/{len(self.seen):02}-{name}-320.png", full_page=True)
        await self.page.set_viewport_size({"width": 1280, "height": 900})
        if wide > 0:
            self.complaints.append(f"{name}: {wide} pixels too wide at 320")


Visit = Callable[..., Awaitable[Visitor]]


@pytest.fixture
async def visit(system: Whole, chromium: Browser) -> AsyncIterator[Visit]:
    """Open a browser of its own for a person; at the end nothing may be left to complain about."""
    visitors: list[Visitor] = []

    async def opened(person: Person, *, script: bool = True) -> Visitor:
        context = await chromium.new_context(
            viewport={"width": 1280, "height": 900}, java_script_enabled=script, locale="nl-NL", accept_downloads=True
        )
        page = await context.new_page()
        page.set_default_timeout(10_000)
        visitor = Visitor(page, system.gateway.http.state.origin, person, has_script=script)
        page.on("pageerror", lambda error: visitor.complaints.append(f"script: {error}"))
        page.on(
            "console",
            lambda message: (
                visitor.complaints.append(f"console: {message.text}")
                if message.type == "error" and "responded with a status of 4" not in message.text
                else None
            ),
        )
        visitors.append(visitor)
        return visitor

    yield opened
    for visitor in visitors:
        await visitor.page.context.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []


@pytest.fixture
async def iber(system: Whole) -> Person:
    name = f"iris-{clock.new_id().hex[-6:]}"
    return await make_iber(system.gateway.database, name)


@pytest.fixture
async def administratie(system: Whole) -> Person:
    name = f"anne-{clock.new_id().hex[-6:]}"
    return await make_person(system.gateway.database, name, rollen=("administratie", "CT"), naam="Anne Verzonnen")
