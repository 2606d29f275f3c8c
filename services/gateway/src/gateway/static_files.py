"""Style sheets, scripts and fonts: read once, served from memory under names that change with their content.

>>> assets = Assets(folder)
>>> assets.url("portaal.css")
'/static/5f1c…/portaal.css'

Only what was in the folder at the start exists; no path leads anywhere else. Third-party files stand in ``vendor/``, brought by
npm (``services/gateway/assets.mjs``).
"""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from shared.errors import NotFound
from shared.log import get_logger

log = get_logger()

FOLDER = Path(__file__).parent / "static"
VENDOR = ("vendor/thema.css", "vendor/componenten.css", "vendor/htmx.min.js", "vendor/LICENTIES.txt")
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
_COMPRESSED = frozenset({".css", ".js", ".svg", ".txt"})
_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    zipped: bytes | None
    media_type: str


class Assets:
    """Every static file, with one hash over all: style sheets may then name fonts beside them."""

    def __init__(self, folder: Path = FOLDER) -> None:
        found = {
            file.relative_to(folder).as_posix(): file.read_bytes()
            for file in sorted(folder.rglob("*"))
            if file.is_file() and file.suffix in _TYPES
        }
        digest = hashlib.sha256()
        for name, body in found.items():
            digest.update(f"{name}:{len(body)}:".encode() + body)
        self.version = digest.hexdigest()[:16]
        self._files = {name: _file(name, body) for name, body in found.items()}
        if missing := [name for name in VENDOR if name not in found]:
            log.error("assets_missing", files=missing, remedy="npm ci && npm run assets in services/gateway")

    def __contains__(self, name: str) -> bool:
        return name in self._files

    def url(self, name: str) -> str:
        """Return where a file is served."""
        return f"/static/{self.version}/{name}"

    def answer(self, version: str, name: str, *, accepts_gzip: bool) -> Response:
        """Serve a file. Raises NotFound; an older version gets today's file, and must not be kept."""
        file = self._files.get(name)
        if file is None:
            raise NotFound
        headers = {"cache-control": _FOREVER if version == self.version else "no-cache", "vary": "accept-encoding"}
        if accepts_gzip and file.zipped is not None:
            return Response(file.zipped, headers={**headers, "content-encoding": "gzip"}, media_type=file.media_type)
        return Response(file.body, headers=headers, media_type=file.media_type)


def routes(assets: Assets) -> APIRouter:
    """Make the one route of the static files; it needs no log-in."""
    router = APIRouter(include_in_schema=False)

    @router.get("/static/{version}/{name:path}")
    async def static(request: Request, version: str, name: str) -> Response:
        return assets.answer(version, name, accepts_gzip="gzip" in request.headers.get("accept-encoding", ""))

    return router


def _file(name: str, body: bytes) -> _File:
    suffix = Path(name).suffix
    zipped = gzip.compress(body, 9, mtime=0) if suffix in _COMPRESSED else None
    return _File(body, zipped, _TYPES[suffix])
