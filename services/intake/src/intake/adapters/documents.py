"""documents over HTTP, for the one thing intake needs of it: an OSO dossier to read, and places for the bijlagen in it.

>>> async with client.opened():
...     await client.fetch(osodossier, bewijs, file, at_most=104_857_600)

Bytes go through a file in chunks, never through memory as a whole.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import httpx

from intake.settings import Settings
from shared import telemetry, tls
from shared.contracts.intake import Bestand
from shared.errors import TemporaryError
from shared.log import get_logger

log = get_logger()

HEADER = "Schakel-Bewijs"
CHUNK = 64 * 1024


class DocumentsAway(TemporaryError):
    """documents or S3 does not answer, or not as agreed; it is tried again."""

    slug = "documents-niet-bereikbaar"


@dataclass(frozen=True, slots=True)
class Plaats:
    """Where a file may be posted; or ``regel`` and ``bericht`` say why it may not."""

    uploadslot: UUID | None
    url: str
    velden: dict[str, str]
    regel: str
    bericht: str


class Documents:
    """A client for documents and the S3 it points at; ``transport`` is a test's way to documents."""

    def __init__(self, settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._url = url = settings.documents_url.rstrip("/")
        self._mounts = {url: transport} if transport else None
        self._timeout = httpx.Timeout(settings.documents_timeout, connect=3.0)
        self._verify = tls.context(settings.tls_ca, public_too=True)
        self._client: httpx.AsyncClient | None = None

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Keep the client open inside the block."""
        async with httpx.AsyncClient(
            timeout=self._timeout, mounts=self._mounts, verify=self._verify, trust_env=False
        ) as self._client:
            yield
        self._client = None

    async def fetch(self, osodossier: UUID, bewijs: str, into: BinaryIO, *, at_most: int) -> str:
        """Copy a dossier into a file; return its SHA-256 in hex. Raises DocumentsAway."""
        link = await self._ask(osodossier, "downloads", bewijs, None)
        digest, size = hashlib.sha256(), 0
        try:
            async with self._ready().stream("GET", link["url"]) as answer:
                if not answer.is_success:
                    raise _refused("download", answer.status_code)
                async for chunk in answer.aiter_bytes(CHUNK):
                    size += len(chunk)
                    if size > at_most:
                        raise DocumentsAway("Het bestand is groter dan het was.")
                    digest.update(chunk)
                    into.write(chunk)
        except httpx.TransportError as error:
            raise DocumentsAway(type(error).__name__) from error
        into.flush()
        return digest.hexdigest()

    async def places(self, osodossier: UUID, bewijs: str, bestanden: Sequence[Bestand]) -> list[Plaats]:
        """Ask a place for each file, in their order. Raises DocumentsAway."""
        body = {"bestanden": [bestand.model_dump(mode="json") for bestand in bestanden]}
        answer = await self._ask(osodossier, "uploadslots", bewijs, body)
        return [_plaats(one) for one in answer["bestanden"]]

    async def send(self, plaats: Plaats, path: Path) -> None:
        """Upload a file to its place. Raises DocumentsAway."""
        try:
            with await asyncio.to_thread(path.open, "rb") as file:
                answer = await self._ready().post(plaats.url, data=plaats.velden, files={"file": ("bestand", file)})
        except httpx.TransportError as error:
            raise DocumentsAway(type(error).__name__) from error
        if not answer.is_success:
            raise _refused("upload", answer.status_code)

    async def _ask(self, osodossier: UUID, what: str, bewijs: str, body: dict[str, Any] | None) -> dict[str, Any]:
        headers = {HEADER: bewijs, "traceparent": telemetry.current() or ""}
        try:
            answer = await self._ready().post(f"{self._url}/oso-dossiers/{osodossier}/{what}", json=body, headers=headers)
        except httpx.TransportError as error:
            raise DocumentsAway(type(error).__name__) from error
        if not answer.is_success:
            raise _refused(what, answer.status_code)
        found: dict[str, Any] = answer.json()
        return found

    def _ready(self) -> httpx.AsyncClient:
        if self._client is None:
            raise DocumentsAway
        return self._client


def _plaats(one: dict[str, Any]) -> Plaats:
    slot = one.get("uploadslot")
    if slot is None:
        return Plaats(None, "", {}, one["regel"], one["bericht"])
    return Plaats(UUID(slot["uploadslot"]), slot["url"], slot["velden"], "", "")


def _refused(what: str, status: int) -> DocumentsAway:
    log.warning("documents_refused", act=what, status=status)
    return DocumentsAway(f"documents antwoordt {status}")
