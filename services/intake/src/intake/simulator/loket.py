"""The counters of the simulated chain: each answers a message, well or as it was told to behave."""

import asyncio
from datetime import date
from uuid import UUID

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from intake import osoberichten, soap
from intake.simulator.boek import Boek, Klaar
from intake.simulator.gedrag import Gedrag, Gedragingen, Waar
from intake.simulator.voorbeeld import dossier
from intake.soap import Element, SoapFault

XML = "text/xml; charset=utf-8"
_OTHER_SCHOOL = "99ZZ00"


class Loket:
    """Serves one request after another, by one book."""

    def __init__(self, boek: Boek, gedragingen: Gedragingen) -> None:
        self._boek = boek
        self._gedragingen = gedragingen

    async def traffic_center(self, request: Request, data: bytes) -> Response:
        """Say where a terugkoppeling goes: to the LAS, when the koppelsleutel is registered for these two."""
        asked, gedrag = self._note("traffic-center", data)
        host = "elders.example" if gedrag is not None and gedrag.soort == "andere-host" else request.url.netloc
        known = self._klaar(asked, back=True) if asked.local == "meldenTerugkoppelingRequest" else None
        if known is None:
            answer = soap.fault("Client", "De koppelsleutel is niet geregistreerd voor deze bron en dit doel.")
        else:
            answer = _answer(asked, {"url": f"http://{host}/las/oso"})
        return await _behaved(request, gedrag, answer)

    async def las(self, request: Request, data: bytes) -> Response:
        """Give a dossier, or take a terugkoppeling."""
        asked, gedrag = self._note("las", data)
        if gedrag is not None and gedrag.soort == "storing":
            return await _behaved(request, gedrag, b"")
        is_back = asked.local == "terugkoppelingRequest"
        known = self._klaar(asked, back=is_back)
        if known is None or (gedrag is not None and gedrag.soort == "onbekende-sleutel"):
            return await _behaved(request, gedrag, soap.fault("Client", "Deze koppelsleutel is hier niet bekend."))
        if is_back:
            told = asked.find(f"{{{osoberichten.EIGEN}}}terugkoppeling")
            sleutel = str(known.melding.koppelsleutel)
            self._boek.terugkoppelingen.append({"koppelsleutel": sleutel, **(told.fields() if told else {})})
            return await _behaved(request, gedrag, _answer(asked, {"resultaat": "TerugkoppelingOntvangen"}))
        wrong = gedrag is not None and gedrag.soort == "ander-dossier"
        inhoud = (dossier(_OTHER_SCHOOL) if wrong else known.dossier).decode().partition("?>")[2]
        form = soap.element(f"{{{osoberichten.EIGEN}}}hulpvraag", known.formulier) if known.formulier else ""
        return await _behaved(request, gedrag, _answer(asked, {}, inhoud + form))

    async def mandates(self, request: Request, leverancier: str, oin: str, dag: date) -> Response:
        """Say whether there is a mandate; its days to its own supplier only."""
        gedrag = self._told("osr", f"mandates {leverancier} {oin} {dag}")
        found = self._boek.mandaat(leverancier, oin, dag)
        if found is None:
            return await _behaved(request, gedrag, b"", JSONResponse({"error": "mandate not found"}, 404))
        days = {"start_date": str(found.van or "2020-01-01"), "end_date": str(found.tot) if found.tot else None}
        own = {**days, "token": "simulator"} if leverancier == self._boek.ons_oin else {"result": "OK"}
        return await _behaved(request, gedrag, b"", JSONResponse(own))

    async def endpoints(self, request: Request, kenmerk: str) -> Response:
        """Say where messages for a routeringskenmerk go."""
        gedrag = self._told("osr", f"endpoints {kenmerk}")
        host = "elders.example" if gedrag is not None and gedrag.soort == "andere-host" else request.url.netloc
        row = {"url": f"http://{host}/las/oso", "start_date": "2020-01-01", "end_date": None}
        return await _behaved(request, gedrag, b"", JSONResponse([row]))

    def _note(self, waar: Waar, data: bytes) -> tuple[Element, Gedrag | None]:
        found = soap.body(soap.parse(data))
        if isinstance(found, SoapFault):
            found = Element("Fault")
        return found, self._told(waar, found.local)

    def _told(self, waar: Waar, what: str) -> Gedrag | None:
        self._boek.verzoeken.append((waar, what))
        return self._gedragingen.next(waar)

    def _klaar(self, asked: Element, *, back: bool) -> Klaar | None:
        """Find the dossier of a koppelsleutel, for exactly this bron and doel."""
        given = asked.fields()
        try:
            found = self._boek.klaar.get(UUID(given.get("koppelsleutel", "")))
        except ValueError:
            return None
        if found is None:
            return None
        ends = osoberichten.adressering(found.melding, back=back)
        return found if ends.items() <= given.items() else None


def _answer(asked: Element, fields: dict[str, str], inside: str = "") -> bytes:
    return soap.message(asked.name.removesuffix("Request") + "Response", fields, inside)


async def _behaved(request: Request, gedrag: Gedrag | None, answer: bytes, other: Response | None = None) -> Response:
    status = 500 if b"<soap:Fault>" in answer[:300] else 200
    well = other or Response(answer, status, media_type=XML)
    if gedrag is None:
        return well
    match gedrag.soort:
        case "traag":
            await asyncio.sleep(gedrag.seconden)
        case "zwijgt":
            await _until_gone(request, gedrag.seconden)
        case "storing":
            return Response(status_code=503)
        case "stuk":
            return Response(soap.fault("Server", "Er ging iets mis."), 500, media_type=XML)
        case "onzin":
            return Response("<html>Welkom", 200, media_type="text/html")
        case "groot":
            return Response(b"<a>" + b"x" * 25_000_000 + b"</a>", 200, media_type=XML)
        case "onbekende-sleutel" | "ander-dossier" | "andere-host":
            pass
    return well


async def _until_gone(request: Request, seconds: float) -> None:
    """Say nothing until the other side gives up, or so many seconds have passed."""
    deadline = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < deadline and not await request.is_disconnected():  # noqa: ASYNC110
        await asyncio.sleep(0.05)
