"""The simulated register as an HTTP application.

>>> uvicorn.run(make_app(Path("register.sqlite")), http=WireProtocol)
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse

from bron_export.bericht import Melding
from bron_export.domain.signalen import signaal
from bron_export.simulator.boek import Boek
from bron_export.simulator.gedrag import Gedrag
from bron_export.simulator.kennis import Kennis
from bron_export.simulator.loket import Loket
from bron_export.simulator.pagina import render

PROBLEM = "application/problem+json"


def make_app(data: Path | None, *, credentials: str = "") -> FastAPI:
    """Make a register that remembers in ``data``; ``credentials`` is what the header Authorization must be."""
    boek = Boek(data)
    loket = Loket(boek, credentials)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        boek.close()

    app = FastAPI(title="Registersimulator", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.include_router(_register(loket))
    app.include_router(_control(boek, loket))

    @app.exception_handler(RequestValidationError)
    async def unreadable(_: Request, error: RequestValidationError) -> JSONResponse:
        faults = [".".join(str(part) for part in each["loc"]) for each in error.errors()]
        content = {"title": "Het bericht klopt niet", "status": 400, "velden": faults, "signalen": [signaal(359).model_dump()]}
        return JSONResponse(content, 400, media_type=PROBLEM)

    return app


def _register(loket: Loket) -> APIRouter:
    """What a real register would have, in our own form."""
    router = APIRouter(tags=["register"])

    @router.post("/registraties")
    async def deliver(melding: Melding, request: Request) -> Response:
        return await loket.serve(request, melding.client_referentie, melding)

    @router.put("/registraties/{referentie}")
    async def correct(referentie: str, melding: Melding, request: Request) -> Response:
        if referentie != melding.client_referentie:
            content = {"title": "De referentie in het adres en in het bericht verschillen", "status": 400}
            return JSONResponse(content, 400, media_type=PROBLEM)
        return await loket.serve(request, referentie, melding)

    @router.get("/registraties/{referentie}")
    async def ask(referentie: str, request: Request) -> Response:
        return await loket.serve(request, referentie)

    @router.delete("/registraties/{referentie}")
    async def withdraw(referentie: str, request: Request) -> Response:
        return await loket.serve(request, referentie)

    return router


def _control(boek: Boek, loket: Loket) -> APIRouter:
    """What only a simulator has: look inside, and tell it to misbehave."""
    router = APIRouter(tags=["simulator"])

    @router.get("/", response_class=HTMLResponse)
    async def page() -> HTMLResponse:
        policy = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'", "cache-control": "no-store"}
        return HTMLResponse(render(boek.meldingen(), boek.leveringen(), loket.gedragingen), headers=policy)

    @router.get("/simulator/registraties")
    async def registered() -> list[dict[str, object]]:
        return boek.meldingen()

    @router.get("/simulator/leveringen")
    async def deliveries() -> list[dict[str, object]]:
        return boek.leveringen(1000)

    @router.post("/simulator/gedrag", status_code=204)
    async def misbehave(gedrag: Gedrag) -> None:
        loket.gedragingen.append(gedrag)

    @router.delete("/simulator/gedrag", status_code=204)
    async def behave() -> None:
        loket.gedragingen.clear()

    @router.put("/simulator/kennis", status_code=204)
    async def learn(kennis: Kennis) -> None:
        boek.learn(kennis)

    @router.delete("/simulator", status_code=204)
    async def forget() -> None:
        loket.gedragingen.clear()
        boek.forget()

    return router
