"""The Onderwijs Service Register over HTTP: mandates (v1) and endpoints (v2), as its public pages show them (domain.md §1.9).

``GET /api/v1/mandates?supplier_oin=…&school_oin=…&service_version_namespace=…&reference_date=…`` answers 404 when there is
none; to others than the supplier only OK or NOK, to the supplier itself begin and end too. In which JSON it says OK is not
public: any value that is ``OK`` or ``NOK`` is taken for it, and what is neither is not known, which is never a yes.

>>> await osr.mandaat("las", "99XA", "00000003272448340204", date(2026, 11, 27))
Antwoord(partij='las', gegeven=True, van=None, tot=None)
"""

import asyncio
from datetime import date
from typing import Any

import httpx

from intake.adapters.keten import Kanaal
from intake.domain.osomandaat import Antwoord, Partij
from intake.domain.routering import school_oin
from shared.log import get_logger

log = get_logger()


class Osr:
    """The register. ``dienst`` is the namespace of the service; ``timeout`` in seconds, short, because somebody waits."""

    def __init__(self, url: str, kanaal: Kanaal, *, dienst: str, timeout: float) -> None:
        self._url = url.rstrip("/")
        self._kanaal = kanaal
        self._dienst = dienst
        self._timeout = timeout

    async def mandaat(self, partij: Partij, brin: str, leverancier: str, dag: date) -> Antwoord:
        """Ask whether a school gave this supplier a mandate on this day. Raises nothing that the register can cause."""
        question = {"supplier_oin": leverancier, "school_oin": school_oin(brin), "reference_date": dag.isoformat()}
        response = await self._get("/api/v1/mandates", question)
        if response is None:
            return Antwoord(partij, gegeven=None)
        if response.status_code == httpx.codes.NOT_FOUND:
            return Antwoord(partij, gegeven=False)
        return _antwoord(partij, _json(response), dag)

    async def endpoint(self, kenmerk: str, dag: date) -> str | None:
        """Return where messages for this routeringskenmerk go today; None when that is not known now."""
        response = await self._get("/api/v2/endpoints", {"routing_id": kenmerk})
        found = None if response is None else _json(response)
        for each in found if isinstance(found, list) else []:
            if isinstance(each, dict) and isinstance(each.get("url"), str) and _holds(each, dag):
                return str(each["url"])
        return None

    async def _get(self, path: str, question: dict[str, str]) -> httpx.Response | None:
        try:
            async with asyncio.timeout(self._timeout):
                given = {**question, "service_version_namespace": self._dienst}
                response = await self._kanaal.client.get(self._url + path, params=given, timeout=self._timeout)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            log.warning("osr_away", error=type(error).__name__)
            return None
        if response.status_code in {httpx.codes.OK, httpx.codes.NOT_FOUND}:
            return response
        log.warning("osr_away", error=f"HTTP {response.status_code}")
        return None


def _json(response: httpx.Response) -> Any:  # noqa: ANN401 - whatever the register says
    try:
        return response.json() if response.status_code == httpx.codes.OK else None
    except ValueError:
        return None


def _antwoord(partij: Partij, data: object, dag: date) -> Antwoord:
    """Read what the register says. Of several mandates the one that holds counts."""
    if isinstance(data, list):
        found = [_antwoord(partij, each, dag) for each in data]
        return next((each for each in found if each.geldt(dag)), found[0] if found else Antwoord(partij, gegeven=False))
    words = {data} if isinstance(data, str) else set(map(str, data.values())) if isinstance(data, dict) else set()
    if "NOK" in words:
        return Antwoord(partij, gegeven=False)
    if isinstance(data, dict) and "start_date" in data:
        try:
            van, tot = (
                date.fromisoformat(text[:10]) if (text := data.get(name)) else None for name in ("start_date", "end_date")
            )
        except (TypeError, ValueError):
            return Antwoord(partij, gegeven=None)
        return Antwoord(partij, gegeven=True, van=van, tot=tot)
    return Antwoord(partij, gegeven=True if "OK" in words else None)


def _holds(endpoint: dict[str, Any], dag: date) -> bool:
    van, tot = endpoint.get("start_date") or "", endpoint.get("end_date") or "9999"
    return str(van)[:10] <= dag.isoformat() <= str(tot)[:10]
