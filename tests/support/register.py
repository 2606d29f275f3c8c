"""The register simulator on a port, as a test sees it.

>>> async with simulator() as register:
...     await register.behave("keurt-af", signalen=(423,))
"""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from bron_export.simulator.app import make_app
from bron_export.simulator.wire import WireProtocol
from schakel_local.loopback import NO_TLS
from support.sandbox import eventually


class RunningSimulator:
    """The simulator on its port, in a thread with a loop of its own; ``stop`` and ``start`` it as often as needed."""

    def __init__(self, data: Path | None, credentials: str, port: int) -> None:
        self._data = data
        self._credentials = credentials
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self.port = port
        self._http = httpx.AsyncClient(trust_env=False, verify=NO_TLS)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def make_app(self) -> FastAPI:
        """What runs at each start."""
        return make_app(self._data, credentials=self._credentials)

    async def start(self) -> None:
        config = uvicorn.Config(
            self.make_app(),
            port=self.port,
            http=WireProtocol,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
            ws="none",
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        await eventually(self._started)
        self.port = self._server.servers[0].sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            await asyncio.to_thread(self._thread.join, 10)
            self._server = self._thread = None

    async def close(self) -> None:
        await self.stop()
        await self._http.aclose()

    async def _started(self) -> bool:
        return self._server is not None and self._server.started

    async def call(self, method: str, path: str, body: object = None) -> Any:
        response = await self._http.request(method, self.url + path, json=body)
        response.raise_for_status()
        return response.json() if response.content else None

    async def behave(self, soort: str, **own: Any) -> None:
        """Misbehave from now on: once, unless ``keren`` says otherwise."""
        await self.call("POST", "/simulator/gedrag", {"soort": soort, **own})

    async def behave_well(self) -> None:
        await self.call("DELETE", "/simulator/gedrag")

    async def know(self, **kennis: Any) -> None:
        await self.call("PUT", "/simulator/kennis", kennis)

    async def registered(self) -> list[dict[str, Any]]:
        """What holds now at the register."""
        found: list[dict[str, Any]] = await self.call("GET", "/simulator/registraties")
        return [each for each in found if each["status"] == "geaccepteerd"]

    async def deliveries(self, *methods: str) -> list[dict[str, Any]]:
        """What came in, oldest first, of these methods."""
        found: list[dict[str, Any]] = await self.call("GET", "/simulator/leveringen")
        return [each for each in reversed(found) if each["methode"] in methods]


@asynccontextmanager
async def simulator(data: Path | None = None, *, credentials: str = "", port: int = 0) -> AsyncIterator[RunningSimulator]:
    """Run the simulator until the block ends."""
    running = RunningSimulator(data, credentials, port)
    await running.start()
    try:
        yield running
    finally:
        await running.close()
