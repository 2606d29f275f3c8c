"""What keeps others out of our pages: the headers and the markup of every HTML answer, over all routes (ASVS 5.0, 3.4)."""

import re
from collections.abc import Iterator
from typing import Any

import httpx

from gateway.body_limit import MAX_BODY
from support.portal import Person, browser, log_in, routes, submitted
from support.whole import Whole

EXPECTED = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "content-type": "text/html; charset=utf-8",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<[^>]*\s(?:on\w+|style)=|<style|javascript:|<(iframe|object|embed|base)\b")
ABROAD = re.compile(r"\b(?:src|href|action|hx-get|hx-post)=\"(?![/#?])")
"""Whatever a page fetches or leads to is on this site."""

WRONG: list[dict[str, Any]] = [
    {"data": {"zomaar": "iets"}},
    {"files": {"bestand": ("spel.exe", b"MZ")}},
    {"data": {"organisatie": "x" * MAX_BODY}},
    {"headers": {"sec-fetch-site": "cross-site"}},
    {"content": b"--x", "headers": {"content-type": "multipart/form-data; boundary=x"}},
]


def requests_to(system: Whole, number: int) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every route of the portal in every way it answers: well, badly, for htmx, and with a method it does not have."""
    for method, path in routes(system.gateway):
        if path.startswith(("/api/", "/static/", "/health/")) or path in {"/metrics", "/openapi.json", "/uitloggen"}:
            continue
        for dossier in (str(number), "999999999", "x") if "{dossiernummer}" in path else ("",):
            filled = re.sub(
                r"\{\w+\}",
                "01890a5d-ac96-774b-bcce-b302099a8057",
                path.replace("{dossiernummer}", dossier).replace("{school}", "99XA00"),
            )
            yield method, filled, {}
            yield method, filled, {"headers": {"hx-request": "true"}}
            if dossier in {str(number), ""}:
                yield "DELETE", filled, {}
                for more in WRONG if method == "POST" else ():
                    yield method, filled, more


async def test_every_html_answer_takes_nothing_from_elsewhere_and_stays_in_no_cache(
    system: Whole, administratie: Person, iris: httpx.AsyncClient, address: str
) -> None:
    number = await submitted(iris)
    seen: dict[int, int] = {}
    async with browser(system.gateway, address) as stranger, browser(system.gateway, f"{address}5") as anne:
        await log_in(anne, administratie)
        for portal in (anne, stranger):
            for method, path, more in requests_to(system, number):
                answer = await portal.request(method, path, **more)
                where = (method, path, more)
                assert "server" not in answer.headers
                assert answer.status_code < 500, where
                assert parsed(answer.headers["content-security-policy"]) == POLICY, where
                if "attachment" in answer.headers.get("content-disposition", ""):
                    assert answer.headers["content-type"].partition(";")[0] in {"text/csv", "application/zip"}, where
                    continue
                if not answer.content:
                    assert 300 <= answer.status_code < 400 or "hx-redirect" in answer.headers, where
                    continue
                seen[answer.status_code] = seen.get(answer.status_code, 0) + 1
                assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED, where
                assert not INLINE.search(answer.text), where
                assert not ABROAD.search(answer.text), where
        with system.away("workflow"):
            away = await anne.get("/hulpvragen")
            assert (away.status_code, {name: away.headers[name] for name in EXPECTED}) == (503, EXPECTED)
    assert set(seen) >= {200, 400, 401, 403, 404, 413}
    assert seen[200] > 10


def parsed(policy: str) -> dict[str, str]:
    found = [part.strip().partition(" ") for part in policy.split(";")]
    return {name: value for name, _, value in found}
