"""The whole system with the gateway on a port, for a real browser; every page it serves is kept.

>>> async with served(box, servers) as system:
...     await page.goto(system.gateway.http.state.origin)
...     system.gateway.http.state.pages     # [Sight("http://127.0.0.1:…/inloggen", "load", "<!doctype html>…")]
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

import uvicorn
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from support.sandbox import Sandbox, eventually
from support.wcag import Sight
from support.whole import Servers, Whole, whole


class Kept:
    """An app that keeps every page it sends, whoever asked for it: none is visited that is not here."""

    def __init__(self, app: ASGIApp, origin: str) -> None:
        self._app = app
        self._origin = origin
        self.pages: list[Sight] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        parts: list[bytes] = []
        is_page = False

        async def kept(message: Message) -> None:
            nonlocal is_page
            if message["type"] == "http.response.start":
                is_page = Headers(raw=message["headers"]).get("content-type", "").startswith("text/html")
            elif is_page:
                parts.append(message.get("body", b""))
            await send(message)

        await self._app(scope, receive, kept)
        html = b"".join(parts).decode()
        if html and "hx-request" not in Headers(scope=scope):
            self.pages.append(Sight(f"{self._origin}{scope['path']}", "load", html))


@asynccontextmanager
async def on_a_port(app: ASGIApp, port: int) -> AsyncIterator[str]:
    """Serve an app whose start and stop is somebody else's."""
    config = uvicorn.Config(app, port=port, log_config=None, access_log=False, lifespan="off", server_header=False)
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


@asynccontextmanager
async def served(box: Sandbox, servers: Servers, *, scanner: Literal["clamd", "none"] = "clamd") -> AsyncIterator[Whole]:
    """The whole system, its gateway on a port of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    origin = f"http://127.0.0.1:{port}"
    async with whole(box, servers, scanner=scanner, public_url=origin, insecure_cookie=True) as system:
        kept = Kept(system.gateway.http, origin)
        system.gateway.http.state.origin, system.gateway.http.state.pages = origin, kept.pages
        async with on_a_port(kept, port):
            yield system
