"""What the use cases need from outside: objects in S3, a virus scanner, a typesetter. One adapter each, in ``adapters``."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO, Literal, Protocol

from shared.errors import TemporaryError

Scan = Literal["schoon", "niet gescand", "niet nodig"]
"""``niet gescand``: an operator without a scanner said so on purpose. ``niet nodig``: a letter of our own making."""


class StorageUnavailable(TemporaryError):
    """The S3 server is away, or refuses for a reason that passes."""

    slug = "opslag-niet-bereikbaar"


class ScannerUnavailable(TemporaryError):
    """The virus scanner is away, or could not judge. The file stays ``wordt gescand``."""

    slug = "scanner-niet-bereikbaar"


class ObjectMissing(Exception):
    """There is no object under this key."""


@dataclass(frozen=True, slots=True)
class Buckets:
    """The names of the buckets: not judged yet, may be seen, letters, heads of audit logs."""

    uploads: str
    bijlagen: str
    brieven: str
    logboek: str


@dataclass(frozen=True, slots=True)
class Form:
    """Where a file may be posted: ``fields`` go before the file, in multipart/form-data."""

    url: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Received:
    """What was read. ``complete`` is False when reading stopped because there was more than was asked for."""

    size: int
    sha256: str
    complete: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """An object as a listing shows it."""

    key: str
    size: int
    modified: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """What the scanner said. ``signature`` names what it found, None is nothing."""

    scan: Scan
    signature: str | None = None


class Objects(Protocol):
    """An S3 store. Every method may raise StorageUnavailable; ``form`` and ``link`` only calculate."""

    def form(self, bucket: str, key: str, *, size: int, expires: datetime) -> Form:
        """Permit one upload of exactly ``size`` bytes under exactly this key, until ``expires``."""
        ...

    def link(self, bucket: str, key: str, *, lifetime: timedelta, version: str | None = None) -> str:
        """Permit downloading one object for this long, at least a second."""
        ...

    async def download(self, bucket: str, key: str, into: BinaryIO, *, at_most: int) -> Received:
        """Copy an object into a file. Raises ObjectMissing."""
        ...

    async def upload(
        self, bucket: str, key: str, source: BinaryIO, *, mediatype: str, disposition: str, once: bool = False
    ) -> str | None:
        """Store a file; return its version, where the bucket keeps any. ``once``: FileExistsError, replacing nothing."""
        ...

    async def delete(self, bucket: str, key: str) -> None:
        """Remove an object; one that is not there is fine."""
        ...

    async def erase(self, bucket: str, prefix: str) -> int:
        """Remove every version of every object whose key begins so, also under a governance lock; return how many."""
        ...

    def listed(self, bucket: str, *, page: int = 1000) -> AsyncIterator[Sequence[Listed]]:
        """List a bucket in order of key, page by page."""
        ...


class Scanner(Protocol):
    """A virus scanner."""

    async def is_there(self) -> bool:
        """Tell whether it answers, before a file is fetched for it."""
        ...

    async def scan(self, bestand: BinaryIO) -> Finding:
        """Judge a file from its first byte. Raises ScannerUnavailable; silence is never taken for clean."""
        ...


class Typesetter(Protocol):
    """Makes a PDF of a letter."""

    async def pdf(self, template: str, data: dict[str, Any]) -> bytes:
        """Typeset; the same data gives the same bytes."""
        ...
