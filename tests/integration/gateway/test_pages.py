"""What every answer has, and what nobody without a session sees (peers-and-reliability C, 14, 25, 33, 39)."""

import re

import pytest

from gateway.body_limit import MAX_BODY
from shared.service import Service
from support.access.matrix import read
from support.portal import COOKIE, browser, program

CLOSED = [(route.method, route.path) for route in read().closed if route.service == "gateway"]


async def test_no_route_gives_anything_without_a_session(gateway: Service, address: str) -> None:
    assert len(CLOSED) > 80
    async with browser(gateway, address) as portal:
        for cookie in ("", "zomaar-iets"):
            portal.cookies.set(COOKIE, cookie, domain="portal.example")
            for method, path in CLOSED:
                filled = re.sub(r"\{(dossiernummer)\}", "100001", path)
                filled = re.sub(r"\{\w+\}", "01890a5d-ac96-774b-bcce-b302099a8057", filled)
                answer = await portal.request(method, filled)
                if path.startswith("/api/"):
                    assert (answer.status_code, answer.json()["type"]) == (401, "urn:schakel:fout:niet-aangemeld"), path
                else:
                    assert answer.status_code == 303, path
                    assert answer.headers["location"].startswith("/inloggen"), path


async def test_a_page_asked_for_by_htmx_sends_the_browser_to_the_log_in(gateway: Service, address: str) -> None:
    async with browser(gateway, address) as portal:
        answer = await portal.get("/hulpvragen?zoek=noor", headers={"hx-request": "true"})
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/inloggen?volgende=%2Fhulpvragen%3Fzoek%3Dnoor"


async def test_an_unknown_page_says_what_to_do_and_an_unknown_resource_is_a_problem(gateway: Service, address: str) -> None:
    async with browser(gateway, address) as portal:
        page = await portal.get("/bestaat-niet")
        assert (page.status_code, "Deze pagina bestaat niet." in page.text) == (404, True)
        assert "Naar de hulpvragen" in page.text
        problem = await portal.get("/api/v1/bestaat-niet")
        assert (problem.status_code, problem.headers["content-type"]) == (404, "application/problem+json")
        assert problem.headers["api-version"] == "1.0.0"


async def test_an_error_of_ours_tells_nothing_of_the_inside(gateway: Service, address: str) -> None:
    @gateway.http.get("/kapot")
    @gateway.http.get("/api/v1/kapot")
    async def broken() -> None:
        raise RuntimeError("wachtwoord=geheim")

    async with browser(gateway, address) as portal:
        page, problem = await portal.get("/kapot"), await portal.get("/api/v1/kapot")
    gateway.http.router.routes[-2:] = []
    for answer in (page, problem):
        assert answer.status_code == 500
        assert "geheim" not in answer.text
        assert "RuntimeError" not in answer.text
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert re.search(r"Nummer voor de beheerder: [0-9a-f-]{36}", page.text)


@pytest.mark.parametrize("name", ["portaal.css", "portaal.js", "schakel.svg", "vendor/thema.css", "vendor/htmx.min.js"])
async def test_what_pages_are_dressed_with_is_kept_by_browsers_under_a_name_of_its_own(
    gateway: Service, address: str, name: str
) -> None:
    url = gateway.http.state.parts.assets.url(name)
    async with browser(gateway, address) as portal:
        answer = await portal.get(url)
        old = await portal.get(re.sub(r"/static/\w+/", "/static/eerder/", url))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert (old.status_code, old.headers["cache-control"]) == (200, "no-cache")


@pytest.mark.parametrize("name", ["../main.py", "%2e%2e/settings.py", "..%2fmain.py", "vendor/../../main.py", "", "vendor"])
async def test_nothing_but_those_files_is_served(gateway: Service, address: str, name: str) -> None:
    async with browser(gateway, address) as portal:
        answer = await portal.get(f"/static/x/{name}")
    assert answer.status_code == 404


async def test_the_licences_of_what_others_made_come_along(gateway: Service, address: str) -> None:
    async with browser(gateway, address) as portal:
        answer = await portal.get(gateway.http.state.parts.assets.url("vendor/LICENTIES.txt"))
    for text in ("EUPL-1.2", "OFL-1.1", "0BSD", "htmx.org", "@utrecht/component-library-css"):
        assert text in answer.text


async def test_what_is_not_json_is_refused_by_the_api(gateway: Service, address: str) -> None:
    async with program(gateway, address) as api:
        answer = await api.post("/sessies", content=b"{", headers={"content-type": "application/json"})
        unknown = await api.post("/sessies", json={"organisatie": "PO2507", "beheerder": True})
    assert (answer.status_code, answer.json()["fouten"][0]["rule"]) == (400, "json")
    rules = {fault["field"]: fault["rule"] for fault in unknown.json()["fouten"]}
    assert unknown.status_code == 400
    assert rules["beheerder"] == "onbekend-veld"
    assert rules["wachtwoord"] == "verplicht"


async def test_a_request_larger_than_any_form_is_refused_before_it_is_read(gateway: Service, address: str) -> None:
    async with browser(gateway, address) as portal:
        page = await portal.post("/inloggen", data={"organisatie": "x" * MAX_BODY})
        problem = await portal.post("/api/v1/sessies", json={"organisatie": "x" * MAX_BODY})
    assert (page.status_code, problem.status_code) == (413, 413)
    assert "Te groot" in page.text
    assert problem.headers["content-type"] == "application/problem+json"
    assert [(fault["field"], fault["rule"]) for fault in problem.json()["fouten"]] == [("(bericht)", "te-groot")]


@pytest.mark.parametrize("path", ["/api/v1/sessies/", "/hulpvragen/", "/inloggen/"])
async def test_an_address_with_a_slash_at_its_end_does_not_exist(gateway: Service, address: str, path: str) -> None:
    async with browser(gateway, address) as portal:
        assert (await portal.get(path)).status_code == 404
