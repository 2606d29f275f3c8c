"""Headless Chromium before the real gateway, with all services behind it."""

import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

from schakel_local.postgres import Postgres
from schakel_local.rabbitmq import RabbitMQ
from shared import clock
from support.portal import PASSWORD, Person, make_iber, make_person
from support.sandbox import Sandbox, close_sandbox, open_sandbox
from support.served import served
from support.wcag import Judge, Sight
from support.whole import Servers, Whole, servers_in

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

EXPECTED = re.compile("responded with a status of (4..|503)")
"""What the console says of answers that tests ask for; a 500 is never one."""


@pytest.fixture(scope="package")
async def servers(server_folder: Path) -> AsyncIterator[Servers]:
    async with servers_in(server_folder / "browser") as servers:
        yield servers


@pytest.fixture(scope="package")
async def box(postgres: Postgres, rabbitmq: RabbitMQ) -> AsyncIterator[Sandbox]:
    sandbox = await open_sandbox(postgres, rabbitmq)
    yield sandbox
    await close_sandbox(sandbox)


@pytest.fixture(scope="package")
async def system(box: Sandbox, servers: Servers) -> AsyncIterator[Whole]:
    async with served(box, servers) as system:
        yield system


@pytest.fixture(scope="package")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture(scope="package")
async def judge(chromium: Browser) -> Judge:
    return await Judge.open(chromium, os.environ.get("SCHAKEL_SCREENSHOTS", ""))


@dataclass
class Visitor:
    """A person at a browser. The server keeps every page they load, this what htmx makes of it and errors on the console."""

    page: Page
    system: Whole
    person: Person
    swaps: list[Sight] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return str(self.system.gateway.http.state.origin)

    async def watch(self) -> None:
        """Look at every part that htmx puts into a page, in every tab."""
        context = self.page.context
        await context.expose_binding("schakelSettled", self._settled)
        await context.add_init_script(
            "addEventListener('htmx:afterSettle', () => schakelSettled(document.documentElement.outerHTML))"
        )
        context.on("page", self._follow)
        self._follow(self.page)

    async def log_in(self) -> None:
        await self.page.goto(f"{self.origin}/inloggen")
        for name, value in self.person.form(wachtwoord=PASSWORD).items():
            await self.page.fill(f"#{name}", value)
        await self.page.get_by_role("button", name="Inloggen").click()

    async def leave(self, judge: Judge) -> list[str]:
        """Close the browser; return what is wrong with what was seen in it, and with all pages that were served till now."""
        await self.page.context.close()
        pages: list[Sight] = self.system.gateway.http.state.pages
        found = [fault for sight in [*pages, *self.swaps] for fault in await judge.judge(sight)]
        pages.clear()
        return [*self.complaints, *found]

    def _follow(self, page: Page) -> None:
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("console", self._hear)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not EXPECTED.search(message.text):
            self.complaints.append(f"console: {message.text}")

    def _settled(self, source: Mapping[str, Any], html: str) -> None:
        self.swaps.append(Sight(source["page"].url, "swap", html))


Visit = Callable[..., Awaitable[Visitor]]


@pytest.fixture
async def visit(system: Whole, chromium: Browser, judge: Judge) -> AsyncIterator[Visit]:
    """Open a browser of its own for a person; at the end nothing may be left to complain about."""
    visitors: list[Visitor] = []

    async def opened(person: Person, *, script: bool = True, at: Whole = system) -> Visitor:
        context = await chromium.new_context(
            viewport={"width": 1280, "height": 900}, java_script_enabled=script, locale="nl-NL", accept_downloads=True
        )
        visitor = Visitor(await context.new_page(), at, person)
        await visitor.watch()
        visitors.append(visitor)
        return visitor

    yield opened
    assert [complaint for visitor in visitors for complaint in await visitor.leave(judge)] == []


@pytest.fixture
async def iber(system: Whole) -> Person:
    name = f"iris-{clock.new_id().hex[-6:]}"
    return await make_iber(system.gateway.database, name)


@pytest.fixture
async def administratie(system: Whole) -> Person:
    name = f"anne-{clock.new_id().hex[-6:]}"
    return await make_person(system.gateway.database, name, rollen=("administratie", "CT"), naam="Anne Verzonnen")
