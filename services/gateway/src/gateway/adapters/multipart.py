"""Files in a form, taken in while they arrive: never more than a megabyte of a file in memory, and no more bytes than allowed.

>>> async with received(request, most=20) as form:
...     form.files[0].naam, form.files[0].size, form.files[0].sha256

What is larger than a megabyte goes to a temporary file without a name, which is gone when the block ends. A file that grows too
large stops the request at once, not at its end (ASVS 5.0, 5.2.1).
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import BinaryIO

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from gateway.domain import dutch
from shared.contracts.connector import MAX_FILE, MAX_FILES
from shared.errors import Fault, InvalidInput, TooLarge

MAX_REQUEST = MAX_FILES * MAX_FILE + 1024 * 1024
"""Bytes of a whole form; also for the route's own limit."""


@dataclass(frozen=True, slots=True)
class File:
    """One file as it arrived. ``field`` is the name of its part, ``naam`` what its sender called it."""

    field: str
    naam: str
    size: int
    sha256: str
    content: BinaryIO


@dataclass(frozen=True, slots=True)
class Received:
    """A form: its files in order, and its other fields."""

    files: list[File]
    fields: dict[str, str]


@asynccontextmanager
async def received(request: Request, *, most: int = MAX_FILES) -> AsyncIterator[Received]:
    """Read a form with at most so many files. Raises InvalidInput, or TooLarge for a file of more than 10 MB."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise InvalidInput([Fault(field="(bericht)", rule="multipart", message="Stuur een formulier: multipart/form-data.")])
    parser = _Parser(request.headers, request.stream(), max_files=most, max_fields=20)
    try:
        form = await parser.parse()
    except MultiPartException as error:
        message = f"Stuur hoogstens {most} {'bestand' if most == 1 else 'bestanden'} tegelijk, in een volledig formulier."
        raise InvalidInput([Fault(field="bestand", rule="formulier", message=message)]) from error
    try:
        files = [await _file(name, part) for name, part in form.multi_items() if isinstance(part, UploadFile) and part.filename]
        fields = {name: part for name, part in form.multi_items() if isinstance(part, str)}
        yield Received(files, fields)
    finally:
        await form.close()


class _Parser(MultiPartParser):
    """Starlette's, which counts no bytes of a file."""

    _size = 0

    def on_part_begin(self) -> None:
        self._size = 0
        super().on_part_begin()

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        self._size += end - start
        if self._size > MAX_FILE:
            raise _too_large()
        super().on_part_data(data, start, end)


def _too_large() -> TooLarge:
    message = f"Een bestand mag hoogstens {dutch.size(MAX_FILE)} zijn."
    return TooLarge(message, fouten=[Fault(field="bestand", rule="te-groot", message=message).model_dump()])


async def _file(field: str, part: UploadFile) -> File:
    digest = await asyncio.to_thread(_sha256, part.file)
    await part.seek(0)
    return File(field, part.filename or "", part.size or 0, digest, part.file)


def _sha256(content: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := content.read(256 * 1024):
        digest.update(chunk)
    return digest.hexdigest()
