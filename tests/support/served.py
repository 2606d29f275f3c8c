"""The whole system with the gateway on a port, for a real browser.

>>> async with served(box, servers) as system:
...     await page.goto(system.gateway.http.state.origin)
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

import uvicorn

from shared.service import Service
from support.sandbox import Sandbox, eventually
from support.whole import Servers, Whole, whole


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


@asynccontextmanager
async def served(box: Sandbox, servers: Servers, *, scanner: Literal["clamd", "none"] = "clamd") -> AsyncIterator[Whole]:
    """The whole system, its gateway on a port of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    origin = f"http://127.0.0.1:{port}"
    async with (
        whole(box, servers, scanner=scanner, public_url=origin, insecure_cookie=True) as system,
        on_a_port(system.gateway, port),
    ):
        system.gateway.http.state.origin = origin
        yield system
