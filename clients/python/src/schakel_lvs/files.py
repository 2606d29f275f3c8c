"""Files out and letters in, as streams: neither takes more memory than a piece of it."""

import asyncio
import hashlib
import io
import ssl
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Literal

import httpx

from schakel_lvs.berichten import BestandOpgave, BriefLink, UploadslotAntwoord
from schakel_lvs.errors import DownloadFailed, Expired, UploadFailed

Progress = Callable[[str, int, int], None]
"""Called with the name of a file, how many bytes of it are done, and how many there are."""
Soort = Literal["bijlage", "oso-dossier"]
"""What a file is: one of the bijlagen, or the OSO dossier itself."""
_SECONDS = 60


def silent(name: str, done: int, size: int) -> None:
    """Tell nobody."""


@cache
def _authorities() -> ssl.SSLContext:
    """Read once: it takes longer than a small file."""
    return httpx.create_ssl_context(trust_env=False)


class _Told(io.FileIO):
    """A file that tells how far it was read."""

    def __init__(self, path: Path, progress: Progress) -> None:
        super().__init__(path)
        self._about = (progress, path.name, path.stat().st_size)

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(-1 if size is None else size) or b""
        progress, name, whole = self._about
        progress(name, self.tell(), whole)
        return found


def announce(path: Path, *, soort: Soort = "bijlage", omschrijving: str = "") -> BestandOpgave:
    """Describe a file for ``UploadslotsAanvragen``. Raises ValidationError for one that is empty."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return BestandOpgave(naam=path.name, soort=soort, grootte=file.tell(), sha256=digest, omschrijving=omschrijving)


async def upload(slot: UploadslotAntwoord, path: Path, *, progress: Progress = silent) -> None:
    """Put a file in its place. Raises UploadFailed with what the store said; the place stays, until it expires."""
    with await asyncio.to_thread(_Told, path, progress) as file:
        try:
            async with httpx.AsyncClient(timeout=_SECONDS, trust_env=False, verify=_authorities()) as http:
                answer = await http.post(slot.url, data=slot.velden, files={"file": (path.name, file)})
        except httpx.TransportError as error:
            raise UploadFailed(f"{path.name}: de opslag is niet bereikbaar ({type(error).__name__})") from error
    if answer.is_error:
        raise UploadFailed(f"{path.name}: de opslag antwoordde {answer.status_code}")


async def download(link: BriefLink, path: Path, *, progress: Progress = silent) -> None:
    """Fetch a letter. It stands under ``path`` when it is all there and is what was announced, and not before.

    Raises Expired when the link is over, DownloadFailed for anything else.
    """
    part = path.with_name(f"{path.name}.deel")
    try:
        digest, size = await _fetch(link, part, progress)
        if (digest, size) != (link.sha256, link.grootte):
            raise DownloadFailed(f"{link.naam}: wat binnenkwam is niet de aangekondigde brief (controlegetal)")
        await asyncio.to_thread(part.replace, path)
    finally:
        await asyncio.to_thread(part.unlink, missing_ok=True)


async def _fetch(link: BriefLink, part: Path, progress: Progress) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    try:
        async with (
            httpx.AsyncClient(timeout=_SECONDS, trust_env=False, verify=_authorities()) as http,
            http.stream("GET", link.url) as answer,
        ):
            if answer.status_code == httpx.codes.FORBIDDEN:
                raise Expired(f"{link.naam}: de link is verlopen; vraag de brief opnieuw op")
            if answer.is_error:
                raise DownloadFailed(f"{link.naam}: de opslag antwoordde {answer.status_code}")
            with await asyncio.to_thread(part.open, "wb") as file:
                async for chunk in answer.aiter_bytes(64 * 1024):
                    size += len(chunk)
                    if size > link.grootte:
                        break
                    digest.update(chunk)
                    file.write(chunk)
                    progress(link.naam, size, link.grootte)
    except httpx.TransportError as error:
        raise DownloadFailed(f"{link.naam}: de opslag is niet bereikbaar ({type(error).__name__})") from error
    return digest.hexdigest(), size
