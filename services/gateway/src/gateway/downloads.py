"""A file as an answer: streamed, always as attachment, never taken for anything else (ASVS 5.0, 5.4.1)."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from urllib.parse import quote

from fastapi.responses import Response, StreamingResponse
from starlette.background import BackgroundTask

from gateway.usecases.bijlagen import Download


async def streamed(opening: AbstractAsyncContextManager[Download]) -> StreamingResponse:
    """Answer with a file that is read while it is sent; it is closed when the last byte is out, or the reader is gone."""
    stack = AsyncExitStack()
    download = await stack.enter_async_context(opening)

    async def chunks() -> AsyncIterator[bytes]:
        async with stack:
            async for chunk in download.chunks:
                yield chunk

    headers = {**_as_file(download.naam), "content-length": str(download.grootte)}
    return StreamingResponse(chunks(), headers=headers, media_type=download.mediatype, background=BackgroundTask(stack.aclose))


def whole(naam: str, content: bytes, mediatype: str) -> Response:
    """Answer with a file that is at hand."""
    return Response(content, headers=_as_file(naam), media_type=mediatype)


def _as_file(naam: str) -> dict[str, str]:
    return {
        "content-disposition": disposition(naam),
        "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "no-store",
    }


def disposition(naam: str) -> str:
    """Name a file for browsers (RFC 6266): exact for those that read UTF-8, plain for the rest."""
    plain = "".join(char if char.isascii() and char.isprintable() and char not in '"\\%;' else "_" for char in naam)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(naam, safe='')}"
