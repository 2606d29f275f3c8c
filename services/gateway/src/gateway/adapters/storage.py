"""Bytes to and from S3, without ever holding a whole file in memory.

>>> await storage.send(slot, file)              # the POST policy that documents gave
>>> async with storage.fetch(url) as chunks:    # a download link, good for seconds
...     async for chunk in chunks: ...
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import BinaryIO

import httpx

from gateway.settings import Settings
from shared import tls
from shared.errors import NotFound, TemporaryError
from shared.log import get_logger

log = get_logger()

CHUNK = 64 * 1024
_DELAYS = (0.2, 1.0)


class StorageAway(TemporaryError):
    """S3 does not answer."""

    slug = "opslag-niet-bereikbaar"


class Storage:
    """A client for the links that documents hands out."""

    def __init__(self, settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._timeout = httpx.Timeout(settings.upload_timeout, connect=2.0)
        self._transport = transport
        self._verify = tls.context(settings.tls_ca, public_too=True)
        self._client: httpx.AsyncClient | None = None

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Keep the client open inside the block."""
        async with httpx.AsyncClient(timeout=self._timeout, transport=self._transport, verify=self._verify) as self._client:
            yield
        self._client = None

    async def send(self, url: str, fields: Mapping[str, str], file: BinaryIO) -> None:
        """Upload a file by POST policy. Tried again a few times: the same bytes to the same place have one effect."""
        for delay in (*_DELAYS, None):
            file.seek(0)
            if await self._sent(url, fields, file):
                return
            if delay is not None:
                await asyncio.sleep(delay)
        raise _away()

    async def _sent(self, url: str, fields: Mapping[str, str], file: BinaryIO) -> bool:
        """The policy's fields go before the file. False for what may pass."""
        try:
            response = await self._ready().post(url, data=dict(fields), files={"file": ("bestand", file)})
        except httpx.TransportError as error:
            log.warning("storage_away", error=type(error).__name__)
            return False
        if response.is_success:
            return True
        log.error("storage_refused", status=response.status_code)
        if response.is_server_error:
            return False
        raise _away()

    @asynccontextmanager
    async def fetch(self, url: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """Download from a link, in chunks. Raises NotFound when there is nothing there (any more)."""
        try:
            async with self._ready().stream("GET", url) as response:
                if response.status_code in {403, 404}:
                    raise NotFound("Dit bestand is er niet meer.")
                if not response.is_success:
                    log.error("storage_refused", status=response.status_code)
                    raise _away()
                yield response.aiter_bytes(CHUNK)
        except httpx.TransportError as error:
            log.warning("storage_away", error=type(error).__name__)
            raise _away() from error

    def _ready(self) -> httpx.AsyncClient:
        if self._client is None:
            raise _away()
        return self._client


def _away() -> StorageAway:
    return StorageAway("De opslag van bestanden is nu even niet bereikbaar.")
