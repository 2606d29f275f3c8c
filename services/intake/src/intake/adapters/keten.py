"""The education chain over HTTP: SOAP to the Traffic Center and to a LAS, with a client certificate where there is one.

What matters after an exchange is what is *known*:

===========================================  ==========================================================
no connection, 401, 403, 429, 503            it did not arrive (``Stil``, ``aangekomen`` False)
time-out, connection lost, other statuses    it may have arrived (``aangekomen`` None)
a SOAP fault                                 it arrived and was refused (``SoapFault``)
===========================================  ==========================================================

Messages of a LAS go to addresses below the root that an operator noted for it (``las.adres``), whatever the register or the
Traffic Center says, so that nobody makes us send a child's data, or a question, to another machine. Redirects are not followed.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

import httpx

from intake import osoberichten
from intake.domain.notificatie import Notificatie
from intake.osoberichten import Document
from intake.soap import Malformed, SoapFault
from intake.store.las import Las

Reden = Literal[
    "geen-verbinding", "geen-antwoord", "storing", "toegang-geweigerd", "onleesbaar", "te-groot", "geen-adres", "ander-adres"
]
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL)
_REFUSED: dict[int, Reden] = {401: "toegang-geweigerd", 403: "toegang-geweigerd", 429: "storing", 503: "storing"}
_SMALL = 65_536


@dataclass(frozen=True, slots=True)
class Stil:
    """No usable answer. ``aangekomen`` False: the other side certainly did not take it."""

    reden: Reden
    detail: str = ""
    aangekomen: bool | None = False


class Kanaal:
    """The client that all of it goes through. ``certificate``, ``key`` and ``authority`` are files, or empty."""

    def __init__(self, *, certificate: str = "", key: str = "", authority: str = "") -> None:
        self._files = (certificate, key, authority)
        self._client: httpx.AsyncClient | None = None

    @property
    def client(self) -> httpx.AsyncClient:
        """The open client; raises RuntimeError outside ``opened``."""
        if self._client is None:
            msg = "the channel is not opened"
            raise RuntimeError(msg)
        return self._client

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Work inside the block."""
        certificate, key, authority = self._files
        context = ssl.create_default_context(cafile=authority or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if certificate:
            context.load_cert_chain(certificate, key or None)
        # One connection per exchange, and no proxy of this machine's environment: where data goes stands in the settings only.
        limits = httpx.Limits(max_keepalive_connections=0)
        async with httpx.AsyncClient(verify=context, trust_env=False, limits=limits, follow_redirects=False) as client:
            self._client = client
            try:
                yield
            finally:
                self._client = None


class Keten:
    """The Traffic Center and every LAS. ``timeout`` is in seconds for a whole exchange, ``most`` the bytes of a dossier."""

    def __init__(self, traffic_center: str, kanaal: Kanaal, *, timeout: float, most: int) -> None:
        self._traffic_center = traffic_center
        self._kanaal = kanaal
        self._timeout = timeout
        self._most = most

    async def document(self, las: Las, url: str, melding: Notificatie) -> Document | SoapFault | Stil:
        """Ask the LAS for the dossier; asking again does no harm."""
        if not _is_below(url, las.adres):
            return Stil("ander-adres")
        data = await self._post(url, "documentRequest", osoberichten.vraag_document(melding), self._most)
        if isinstance(data, Stil):
            return data
        try:
            return await asyncio.to_thread(osoberichten.lees_document, data)
        except Malformed as error:
            return Stil("onleesbaar", error.faults[0].rule, aangekomen=None)

    async def adres(self, las: Las, melding: Notificatie) -> str | SoapFault | Stil:
        """Ask the Traffic Center where a terugkoppeling goes; asking again does no harm."""
        data = await self._post(self._traffic_center, "meldenTerugkoppeling", osoberichten.meld_terugkoppeling(melding), _SMALL)
        if isinstance(data, Stil):
            return data
        try:
            found = osoberichten.lees_adres(data)
        except Malformed as error:
            return Stil("onleesbaar", error.faults[0].rule, aangekomen=None)
        return Stil("ander-adres") if isinstance(found, str) and not _is_below(found, las.adres) else found

    async def koppel_terug(self, url: str, melding: Notificatie, inhoud: dict[str, str]) -> SoapFault | Stil | None:
        """Tell the LAS; None: it confirmed."""
        data = await self._post(url, "terugkoppeling", osoberichten.terugkoppeling(melding, inhoud), _SMALL)
        if isinstance(data, Stil):
            return data
        try:
            return osoberichten.lees_bevestiging(data)
        except Malformed as error:
            return Stil("onleesbaar", error.faults[0].rule, aangekomen=None)

    async def _post(self, url: str, action: str, body: bytes, most: int) -> bytes | Stil:
        headers = {"content-type": "text/xml; charset=utf-8", "soapaction": f'"{action}"'}
        try:
            async with asyncio.timeout(self._timeout):
                stream = self._kanaal.client.stream("POST", url, content=body, headers=headers, timeout=self._timeout)
                async with stream as response:
                    # A SOAP fault comes with status 500 (SOAP 1.1, 6.2).
                    if response.status_code not in {httpx.codes.OK, httpx.codes.INTERNAL_SERVER_ERROR}:
                        reden = _REFUSED.get(response.status_code)
                        return Stil(reden or "storing", f"HTTP {response.status_code}", aangekomen=False if reden else None)
                    data = bytearray()
                    async for chunk in response.aiter_bytes():
                        data += chunk
                        if len(data) > most:
                            return Stil("te-groot", f"meer dan {most} bytes", aangekomen=None)
                    return bytes(data)
        except _NOT_SENT as error:
            return Stil("geen-verbinding", type(error).__name__)
        except (httpx.HTTPError, TimeoutError) as error:
            return Stil("geen-antwoord", type(error).__name__, aangekomen=None)


def _is_below(url: str, root: str) -> bool:
    """Tell whether an address is that of a LAS: same scheme, host and port, and its path or below."""
    try:
        one, other = httpx.URL(url), httpx.URL(root)
    except httpx.InvalidURL:
        return False
    path = other.path.rstrip("/")
    same = (one.scheme, one.host, one.port, one.userinfo) == (other.scheme, other.host, other.port, b"")
    return same and ".." not in one.path and (one.path == path or one.path.startswith(path + "/"))
