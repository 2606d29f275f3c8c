"""Live, ready and metrics.

``/health/live``   the process serves; a failure means: restart me
``/health/ready``  database, broker, consumers and the age of the outbox; a failure means: send me no traffic, look why
``/metrics``       Prometheus
"""

from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

Check = Callable[[], Awaitable[bool]]


def routes(checks: Mapping[str, Check]) -> APIRouter:
    """Make the three routes; each check answers within a few seconds and does not raise."""
    router = APIRouter(include_in_schema=False)

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/health/ready")
    async def ready() -> JSONResponse:
        found = {name: await check() for name, check in checks.items()}
        return JSONResponse(
            {"status": "ok" if all(found.values()) else "not ready", "checks": found},
            200 if all(found.values()) else 503,
        )

    @router.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router
