"""No request is larger than what its route takes: refused by its announced length, or when it turns out longer.

A plain ASGI middleware that counts while the body is read, so that the refusal is a page or a problem like any other. (The
framework's own ``max_body_size`` answers in plain text.)
"""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.adapters.multipart import MAX_REQUEST

MAX_BODY = 256 * 1024
"""Bytes of a request, but for the routes that take files."""
_FILES = "/bijlagen"


class BodyLimit:
    """Counts the bytes of a request's body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = MAX_REQUEST if scope["method"] == "POST" and scope["path"].endswith(_FILES) else MAX_BODY
        announced = Headers(scope=scope).get("content-length", "0")
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit or not announced.isdecimal() or int(announced) > limit:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)
