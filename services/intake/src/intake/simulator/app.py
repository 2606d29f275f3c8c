"""The simulated chain as an HTTP application.

>>> uvicorn.run(make_app(Boek(ons_oin, las_oin), schakel="http://127.0.0.1:8001", sleutel=key))
"""

from datetime import date
from html import escape
from typing import Any

import httpx
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from intake import osoberichten
from intake.simulator.boek import Boek, Klaarzetten, Mandaat
from intake.simulator.gedrag import BETEKENIS, Gedrag, Gedragingen
from intake.simulator.loket import Loket
from shared.contracts.connector import Public


class Koppeling(Public):
    """Where Schakel is, and with which key this LAS comes to it."""

    schakel: str
    sleutel: str


def make_app(boek: Boek, *, schakel: str = "", sleutel: str = "") -> FastAPI:
    """Make a chain that starts with this book."""
    gedragingen = Gedragingen()
    loket = Loket(boek, gedragingen)
    app = FastAPI(title="OSO-simulator", docs_url=None, redoc_url=None)
    app.include_router(_chain(loket))
    app.include_router(_control(boek, gedragingen, Koppeling(schakel=schakel, sleutel=sleutel)))
    return app


def _chain(loket: Loket) -> APIRouter:
    """What the real ones have."""
    router = APIRouter()

    @router.post("/traffic-center")
    async def traffic_center(request: Request) -> Response:
        return await loket.traffic_center(request, await request.body())

    @router.post("/las/oso")
    async def las(request: Request) -> Response:
        return await loket.las(request, await request.body())

    @router.get("/api/v1/mandates")
    async def mandates(request: Request, supplier_oin: str, school_oin: str, reference_date: date) -> Response:
        return await loket.mandates(request, supplier_oin, school_oin, reference_date)

    @router.get("/api/v2/endpoints")
    async def endpoints(request: Request, routing_id: str) -> Response:
        return await loket.endpoints(request, routing_id)

    return router


def _control(boek: Boek, gedragingen: Gedragingen, koppeling: Koppeling) -> APIRouter:
    """What only a simulator has: be a school, look inside, and tell it to misbehave."""
    router = APIRouter()
    at = [koppeling]

    @router.get("/", response_class=HTMLResponse)
    async def page() -> HTMLResponse:
        policy = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'", "cache-control": "no-store"}
        return HTMLResponse(_page(boek, gedragingen), headers=policy)

    @router.put("/simulator/koppeling", status_code=204)
    async def couple(given: Koppeling) -> None:
        at[0] = given

    @router.post("/simulator/dossiers")
    async def make_ready(given: Klaarzetten) -> JSONResponse:
        """Make a dossier ready and send the notificatie; the answers of Schakel as they came."""
        melding = boek.zet_klaar(given)
        body = osoberichten.notificatie(melding)
        answers: list[dict[str, Any]] = []
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            for _ in range(given.keren):
                headers = {"authorization": f"Bearer {at[0].sleutel}", "content-type": "text/xml; charset=utf-8"}
                answer = await client.post(f"{at[0].schakel}/oso/notificaties", content=body, headers=headers)
                answers.append({"status": answer.status_code, "tekst": answer.text})
        return JSONResponse({"koppelsleutel": str(melding.koppelsleutel), "bericht": body.decode(), "antwoorden": answers})

    @router.put("/simulator/mandaten", status_code=204)
    async def mandate(given: list[Mandaat]) -> None:
        boek.mandaten[:] = given

    @router.get("/simulator/verzoeken")
    async def requests() -> list[list[str]]:
        return [list(one) for one in boek.verzoeken]

    @router.get("/simulator/terugkoppelingen")
    async def told() -> list[dict[str, str]]:
        return boek.terugkoppelingen

    @router.post("/simulator/gedrag", status_code=204)
    async def misbehave(gedrag: Gedrag) -> None:
        gedragingen.lijst.append(gedrag)

    @router.delete("/simulator/gedrag", status_code=204)
    async def behave() -> None:
        gedragingen.lijst.clear()

    return router


def _page(boek: Boek, gedragingen: Gedragingen) -> str:
    def table(title: str, rows: list[list[str]]) -> str:
        cells = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
        return f"<h2>{title}</h2><table>{cells}</table>" if rows else f"<h2>{title}</h2><p>Geen.</p>"

    told = [
        [one["koppelsleutel"], *(f"{name}: {text}" for name, text in one.items() if name != "koppelsleutel")]
        for one in boek.terugkoppelingen
    ]
    parts = [
        table("Mandaten", [[one.brin, one.leverancier, str(one.van or ""), str(one.tot or "")] for one in boek.mandaten]),
        table("Klaargezette dossiers", [[str(sleutel), one.melding.bron_kenmerk] for sleutel, one in boek.klaar.items()]),
        table("Terugkoppelingen", told),
        table("Verzoeken", [list(one) for one in boek.verzoeken[-200:][::-1]]),
        table("Gedrag", [[one.waar, BETEKENIS[one.soort], str(one.keren or "")] for one in gedragingen.lijst]),
    ]
    style = "<style>body{font-family:sans-serif;margin:2rem}td{padding:.2rem .6rem;border:1px solid #ccc}</style>"
    head = f'<!doctype html><html lang="nl"><meta charset="utf-8"><title>OSO-simulator</title>{style}<h1>OSO-simulator</h1>'
    return head + "".join(parts) + "</html>"
