"""The counter of the simulated register: takes a request to the book, and answers as it was told to behave."""

import asyncio
from contextlib import suppress

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from starlette.background import BackgroundTask

from bron_export.bericht import Antwoord, Melding
from bron_export.simulator import wire
from bron_export.simulator.boek import Boek
from bron_export.simulator.gedrag import BETEKENIS, Gedrag

_REFUSALS = {"storing": 503, "geen-toegang": 401}
"""Told to behave so, it answers with this status and looks at nothing."""


class Loket:
    """Serves one request after another; ``gedragingen`` are worked off from the front."""

    def __init__(self, boek: Boek, credentials: str) -> None:
        self._boek = boek
        self._credentials = credentials
        self.gedragingen: list[Gedrag] = []

    async def serve(self, request: Request, referentie: str, melding: Melding | None = None) -> Response:
        """Answer one request, well or badly."""
        if self._credentials and request.headers.get("authorization") != self._credentials:
            return _problem(401, "De afzender is niet bekend")
        number = None if melding is None else melding.volgnummer
        gedrag = self._next(request.method)
        if gedrag is not None and (gedrag.soort in _REFUSALS or gedrag.soort == "doof"):
            self._boek.note(request.method, referentie, number, None, BETEKENIS[gedrag.soort])
            if gedrag.soort == "doof":
                return await _silence(request, gedrag.seconden)
            return _problem(_REFUSALS[gedrag.soort], BETEKENIS[gedrag.soort])
        antwoord = self._handle(request.method, referentie, melding, gedrag)
        self._boek.note(request.method, referentie, number, antwoord)
        if antwoord is None:
            return _problem(404, "Deze registratie is hier niet bekend")
        return await _answer(request, antwoord, gedrag)

    def _handle(self, method: str, referentie: str, melding: Melding | None, gedrag: Gedrag | None) -> Antwoord | None:
        forced = gedrag.signalen if gedrag is not None and gedrag.soort == "keurt-af" else ()
        navragen = gedrag.navragen if gedrag is not None and gedrag.soort == "later" else 0
        if melding is not None:
            forced = gedrag.signalen if gedrag is not None and gedrag.soort == "later" else forced
            return self._boek.neem_aan(melding, corrects=method == "PUT", forced=forced, navragen=navragen)
        return self._boek.trek_in(referentie, forced=forced) if method == "DELETE" else self._boek.vraag(referentie)

    def _next(self, method: str) -> Gedrag | None:
        for place, gedrag in enumerate(self.gedragingen):
            if method in gedrag.methoden:
                if gedrag.keren is not None:
                    left = gedrag.keren - 1
                    self.gedragingen[place : place + 1] = [gedrag.model_copy(update={"keren": left})] if left else []
                return gedrag
        return None


async def _answer(request: Request, antwoord: Antwoord, gedrag: Gedrag | None) -> Response:
    status = 202 if antwoord.status == "in behandeling" and request.method != "GET" else 200
    body = antwoord.model_dump_json(by_alias=True).encode()
    answer = Response(body, status, media_type="application/json")
    if gedrag is None:
        return answer
    match gedrag.soort:
        case "traag":
            await asyncio.sleep(gedrag.seconden)
        case "zwijgt":
            return await _silence(request, gedrag.seconden)
        case "verbreekt":
            return await _silence(request, 0)
        case "dubbel":
            answer.background = BackgroundTask(wire.say_again, status, body)
        case "verwisselt":
            other = antwoord.model_copy(update={"client_referentie": "een-ander-bericht"})
            answer = Response(other.model_dump_json(by_alias=True), status, media_type="application/json")
        case "onzin":
            answer = Response("<html>Welkom</html>", 200, media_type="text/html")
        case "stuk":
            answer = _problem(500, "Er ging iets mis")
        case "doof" | "storing" | "geen-toegang" | "keurt-af" | "later":
            pass
    return answer


async def _silence(request: Request, seconds: float) -> Response:
    """Say nothing until the other side gives up, or so many seconds have passed; then hang up."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while (await request.receive())["type"] != "http.disconnect":
                pass
    wire.hang_up()
    await asyncio.sleep(0)
    return Response(status_code=204)


def _problem(status: int, title: str) -> JSONResponse:
    return JSONResponse({"title": title, "status": status}, status, media_type="application/problem+json")
