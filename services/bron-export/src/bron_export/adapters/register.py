"""A register over HTTP, in the form of ``bericht``: every answer, silence or fault becomes one ``Uitkomst``.

The form is our own, as the real ROD message is not public; see ``bericht`` and docs/architecture/bron-export.md. What matters
here and stays with any transport is what is *known* after an attempt:

======================================  ===============================================================
no connection, 429, 503                 it certainly did not arrive: send again later
401, 403                                it was not taken, and people must act: send again later
time-out, connection lost, other 5xx    it may have arrived: ask before sending again
an answer about something else          the same: two answers on one connection, a mix-up at the register
404 to a question, a lower volgnummer   the register never saw this content: send it again
======================================  ===============================================================

>>> register = HttpRegister("https://register.example/api", timeout=10)
>>> async with register.opened():
...     uitkomst = await register.carry_out("aanmelden", registratie)
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from pydantic import ValidationError

from bron_export.bericht import Antwoord, Beoordeling, melding_van
from bron_export.domain.reeks import Handeling, Uitkomst
from bron_export.domain.registratie import Gebeurtenis, Reden, Registratie
from shared import failpoints

failpoints.register("register.after-send")

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)
_WITH_VERDICT = {200, 201, 202, 400, 422}
_NOTHING_THERE: dict[Handeling, Gebeurtenis] = {"vragen": "niet-bekend", "intrekken": "ingetrokken"}
_REFUSED_UNREAD: tuple[Gebeurtenis, Reden] = ("niet-verzonden", "onverwacht-antwoord")
_BROKE_DOWN: tuple[Gebeurtenis, Reden] = ("onzeker", "storing-register")
_BY_STATUS: dict[int, tuple[Gebeurtenis, Reden]] = {
    401: ("niet-verzonden", "toegang-geweigerd"),
    403: ("niet-verzonden", "toegang-geweigerd"),
    429: ("niet-verzonden", "storing-register"),
    503: ("niet-verzonden", "storing-register"),
}
_VERDICTS: dict[Beoordeling, Gebeurtenis] = {
    "in behandeling": "ontvangen",
    "geaccepteerd": "geaccepteerd",
    "afgekeurd": "afgekeurd",
    "vervangen": "ingetrokken",
    "ingetrokken": "ingetrokken",
}
MAX_SIGNALEN = 20
"""More than these of one answer are not kept: an event must stay small."""
_METHODS: dict[Handeling, str] = {"aanmelden": "POST", "corrigeren": "PUT", "vragen": "GET", "intrekken": "DELETE"}


class HttpRegister:
    """One register. ``timeout`` is in seconds and for the whole exchange; ``header`` carries our credentials, if any."""

    def __init__(self, url: str, *, timeout: float, header: str = "Authorization", credentials: str = "") -> None:
        self._url = url.rstrip("/")
        self._timeout = timeout
        self._headers = {"accept": "application/json", **({header: credentials} if credentials else {})}
        self._client: httpx.AsyncClient | None = None

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Work inside the block."""
        client = httpx.AsyncClient(
            headers=self._headers,
            timeout=self._timeout,
            # A proxy of this machine's environment is not for the register: where data goes stands in the settings only.
            trust_env=False,
            # One connection per exchange: an answer that comes twice would be taken for the one to the next question.
            limits=httpx.Limits(max_keepalive_connections=0),
        )
        async with client:
            self._client = client
            try:
                yield
            finally:
                self._client = None

    async def carry_out(self, handeling: Handeling, registratie: Registratie) -> Uitkomst:
        """Do this at the register and say what came of it. Raises nothing that the network or the register can cause."""
        if self._client is None:
            msg = "the register is not opened"
            raise RuntimeError(msg)
        path = "/registraties" if handeling == "aanmelden" else f"/registraties/{registratie.client_referentie}"
        body = melding_van(registratie).model_dump_json(by_alias=True) if handeling in {"aanmelden", "corrigeren"} else None
        request = self._client.build_request(
            _METHODS[handeling],
            self._url + path,
            content=body,
            headers={"content-type": "application/json"} if body else None,
            extensions={"trace": _trace},
        )
        try:
            async with asyncio.timeout(self._timeout):
                response = await self._client.send(request)
        except _NOT_SENT as error:
            return Uitkomst("niet-verzonden", reden="geen-verbinding", detail=type(error).__name__)
        except (httpx.HTTPError, TimeoutError) as error:
            return Uitkomst("onzeker", reden="geen-antwoord", detail=type(error).__name__)
        return _uitkomst(handeling, registratie, response)


async def _trace(event: str, _: object) -> None:
    if event == "http11.receive_response_headers.started":
        failpoints.hit("register.after-send")


def _uitkomst(handeling: Handeling, registratie: Registratie, response: httpx.Response) -> Uitkomst:
    status, detail = response.status_code, f"HTTP {response.status_code}"
    if status in _WITH_VERDICT:
        return _beoordeling(handeling, registratie, response, detail)
    if status in {404, 410} and handeling in _NOTHING_THERE:
        return Uitkomst(_NOTHING_THERE[handeling], detail=detail)
    otherwise = _REFUSED_UNREAD if status < 500 else _BROKE_DOWN
    gebeurtenis, reden = _BY_STATUS.get(status, otherwise)
    return Uitkomst(gebeurtenis, reden=reden, detail=detail)


def _beoordeling(handeling: Handeling, registratie: Registratie, response: httpx.Response, detail: str) -> Uitkomst:
    try:
        answer = Antwoord.model_validate_json(response.content)
    except ValidationError:
        gebeurtenis: Gebeurtenis = "onzeker" if response.is_success else "niet-verzonden"
        return Uitkomst(gebeurtenis, reden="onverwacht-antwoord", detail=f"{detail}, onleesbaar")
    meant = _meaning(handeling, registratie, answer)
    if meant is None:
        return Uitkomst("onzeker", reden="onverwacht-antwoord", detail=f"{detail}, over iets anders")
    reden: Reden | None = "intrekking-mislukt" if meant == "niet-ingetrokken" else None
    return Uitkomst(meant, answer.signalen[:MAX_SIGNALEN], reden, detail)


def _meaning(handeling: Handeling, registratie: Registratie, answer: Antwoord) -> Gebeurtenis | None:
    """Say what this answer means for what we asked; None when it answers something else."""
    if answer.client_referentie != registratie.client_referentie:
        return None
    if handeling == "intrekken":
        refused = any(signaal.ernst == "A" for signaal in answer.signalen)
        return "ingetrokken" if _VERDICTS[answer.status] == "ingetrokken" else "niet-ingetrokken" if refused else None
    if answer.volgnummer != registratie.volgnummer and _VERDICTS[answer.status] != "ingetrokken":
        return "niet-bekend" if handeling == "vragen" and answer.volgnummer < registratie.volgnummer else None
    return _VERDICTS[answer.status]
