"""Pages with the real services behind them: nothing typed becomes markup, and each person sees only what is theirs."""

import html
import re
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from shared import clock
from support.intake import leerling
from support.portal import Person, browser, log_in, make_iber, make_person, submitted
from support.sandbox import Sandbox, eventually
from support.whole import Servers, Whole, whole

PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "{{7*7}}{% raw %}",
    "</textarea><svg onload=alert(1)>",
]
MARKUP = re.compile(r"<script>alert|<img src=x|<svg onload|>49<")


@pytest.mark.parametrize("payload", PAYLOADS)
async def test_what_people_type_is_shown_and_never_run(
    system: Whole, iber: Person, administratie: Person, iris: httpx.AsyncClient, address: str, payload: str
) -> None:
    person = {"naam": payload, "email": "iris@linde.example", "telefoon": "0612345678", "functie": payload}
    pupil = leerling(roepnaam=payload, achternaam=payload, voorvoegsel=payload[:20])
    number = await submitted(iris, omschrijving=payload, leerling=pupil, contactpersoon=person)
    async with browser(system.gateway, address) as anne, browser(system.gateway, f"{address}5") as school:
        await log_in(anne, administratie)
        await log_in(school, iber, code=iber.code(1))
        path = f"/hulpvragen/{number}"
        form = {"status": "A&K aanvraag incompleet", "versie": "1", "reden": payload, "toelichting": payload}
        pages = [
            await anne.get(path),
            await anne.get("/hulpvragen", params={"zoek": payload, "status": payload}),
            await anne.get(f"{path}/status", params={"naar": payload}),
            await anne.post(f"{path}/status", data={**form, "versie": "99"}),
            await anne.post(f"{path}/status", data={**form, "bespreekdatum": payload}),
            await anne.post(f"{path}/besluit", data=dict.fromkeys(("soort", "motivering", "begin", "begeleider"), payload)),
            await school.get("/hulpvragen/nieuw", params={"soort": payload}),
            await school.post(
                "/hulpvragen/nieuw", data={"soort": "leerling:A&K", "school": payload, "leerling.roepnaam": payload}
            ),
            await school.get("/inloggen", params={"volgende": payload}),
            await anne.get(path, params={"gedaan": payload}),
        ]
        assert (await anne.post(f"{path}/status", data=form)).status_code == 303
        pages += [await school.get(path), await school.get("/hulpvragen")]
    for page in pages:
        assert not MARKUP.search(page.text), page.url
    for page in (pages[0], pages[-2]):
        assert html.escape(payload, quote=False).replace("&amp;", "&amp;") in page.text.replace("&#34;", '"').replace(
            "&#39;", "'"
        )


async def test_a_wrong_password_page_shows_what_was_typed_as_text(system: Whole, address: str) -> None:
    async with browser(system.gateway, address) as portal:
        for payload in PAYLOADS:
            page = await portal.post(
                "/inloggen", data={"organisatie": payload, "gebruikersnaam": payload, "code": payload[:20]}
            )
            assert not MARKUP.search(page.text)
            assert payload[:20] not in re.findall(r'id="code"[^>]*value="([^"]*)"', page.text), "a code is not shown again"


async def test_an_account_sees_its_own_school_only(system: Whole, iber: Person, iris: httpx.AsyncClient, address: str) -> None:
    number = await submitted(iris)
    stranger = await make_iber(system.gateway.database, f"elders-{number}", "99XB00")
    async with browser(system.gateway, address) as other:
        await log_in(other, stranger)
        assert str(number) not in (await other.get("/hulpvragen", params={"zoek": str(number)})).text.partition("<tbody")[2]
        for path in ("", "/status", "/besluit", "/aanvraagtype"):
            assert (await other.get(f"/hulpvragen/{number}{path}")).status_code == 404
        for path in ("/status", "/besluit", "/aanvraagtype"):
            answer = await other.post(f"/hulpvragen/{number}{path}", data={"status": "A&K afgerond", "versie": "1"})
            assert answer.status_code == 404
        upload = await other.post(f"/hulpvragen/{number}/bijlagen", files={"bestand": ("stuk.pdf", b"%PDF-1.7")})
        assert upload.status_code == 404


async def test_only_the_steps_of_this_person_are_shown(
    system: Whole, iber: Person, administratie: Person, iris: httpx.AsyncClient, address: str
) -> None:
    number = await submitted(iris, aanvraagtype="TLV")
    async with browser(system.gateway, address) as school, browser(system.gateway, f"{address}5") as anne:
        await log_in(school, iber, code=iber.code(1))
        await log_in(anne, administratie)
        own = (await school.get(f"/hulpvragen/{number}/status")).text
        theirs = (await anne.get(f"/hulpvragen/{number}/status")).text
    assert "TLV aanvraag ingetrokken" in own
    assert "TLV aanvraag in behandeling" not in own
    assert "TLV aanvraag in behandeling" in theirs
    assert "TLV aanvraag ingetrokken" not in theirs


async def test_a_form_sent_twice_submits_once(system: Whole, iber: Person, address: str) -> None:
    async with browser(system.gateway, address) as school:
        await log_in(school, iber)
        form = {
            "soort": "leerling:A&K",
            "sleutel": str(clock.new_id()),
            "school": "99XA00",
            "leerling.leerlingid": "L-dubbel",
            "leerling.roepnaam": "Noor",
            "leerling.achternaam": "Dubbel",
            "leerling.geboortedatum": "2016-05-04",
            "contactpersoon.naam": "Iris Bedacht",
            "contactpersoon.email": "iris@linde.example",
        }
        first, second = await school.post("/hulpvragen/nieuw", data=form), await school.post("/hulpvragen/nieuw", data=form)
        assert first.status_code == 303
        assert first.headers["location"] == second.headers["location"]
        number = int(first.headers["location"].partition("=")[2])

        async def there() -> bool:
            return (await school.get(f"/hulpvragen/{number}")).status_code == 200

        await eventually(there)
        found = (await school.get("/hulpvragen", params={"zoek": "Dubbel"})).text
    assert found.count(">Noor Dubbel<") == 1


async def test_who_sends_a_mobile_number_is_told_after_it_was_sent_and_not_in_an_address(
    system: Whole, iber: Person, address: str
) -> None:
    form = {
        "soort": "leerling:A&K",
        "sleutel": str(clock.new_id()),
        "school": "99XA00",
        "omschrijving": "Zeno komt niet mee.",
        "leerling.leerlingid": f"L-{clock.new_id()}",
        "leerling.roepnaam": "Zeno",
        "leerling.achternaam": "Verzonnen",
        "leerling.geboortedatum": "2016-05-04",
        "contactpersoon.naam": "Iris Bedacht",
        "contactpersoon.email": "iris@linde.example",
        "contactpersoon.telefoon": "06-00000000",
    }
    async with browser(system.gateway, address) as school:
        await log_in(school, iber)
        sent = await school.post("/hulpvragen/nieuw", data=form)
        told = sent.headers["location"]
        assert (sent.status_code, "Zeno" in told, "00000000" in told) == (303, False, False)
        page = (await school.get(told)).text
        assert "lijkt een mobiel nummer" in page
        assert "lijkt de naam van de leerling te staan" in page
        other = (await school.get("/hulpvragen/verzonden?dossiernummer=1&let=bel-dit-nummer")).text
    assert 'id="let-op"' not in other, "a link can put no words in our mouth"


async def test_a_form_that_is_not_right_keeps_what_was_typed(system: Whole, iber: Person, address: str) -> None:
    async with browser(system.gateway, address) as school:
        await log_in(school, iber)
        form = {
            "soort": "leerling:A&K",
            "school": "99XA00",
            "leerling.roepnaam": "Noor",
            "leerling.geboortedatum": "2031-01-01",
        }
        page = await school.post("/hulpvragen/nieuw", data=form)
    assert page.status_code == 400
    assert 'value="Noor"' in page.text
    assert "<title>Fout: Nieuwe hulpvraag" in page.text
    assert 'href="#leerling.achternaam"' in page.text
    assert 'aria-invalid="true"' in page.text


async def test_a_school_that_is_not_theirs_is_named_at_its_field(system: Whole, iber: Person, address: str) -> None:
    form = {
        "soort": "leerling:A&K",
        "school": "99XB00",
        "leerling.leerlingid": "L-vreemd",
        "leerling.roepnaam": "Noor",
        "leerling.achternaam": "Vreemd",
        "leerling.geboortedatum": "2016-05-04",
        "contactpersoon.naam": "Iris Bedacht",
        "contactpersoon.email": "iris@linde.example",
    }
    async with browser(system.gateway, address) as school:
        await log_in(school, iber)
        page = await school.post("/hulpvragen/nieuw", data=form)
    assert page.status_code == 400
    assert 'href="#school"' in page.text
    assert "De school 99XB00 kennen wij niet" in page.text
    assert 'value="Vreemd"' in page.text, "what was typed stays"


async def test_for_htmx_a_search_gives_the_results_alone(
    system: Whole, iber: Person, iris: httpx.AsyncClient, address: str
) -> None:
    number = await submitted(iris)
    async with browser(system.gateway, address) as school:
        await log_in(school, iber, code=iber.code(1))
        part = await school.get("/hulpvragen", params={"zoek": str(number)}, headers={"hx-request": "true"})
        page = await school.get("/hulpvragen", params={"zoek": str(number)})
    assert "<html" not in part.text
    assert f"/hulpvragen/{number}" in part.text
    assert part.text.strip() in page.text


async def test_without_a_scanner_every_page_says_so(
    sandbox: Sandbox, servers: Servers, system: Whole, iber: Person, address: str
) -> None:
    warning = "Bijlagen worden niet gecontroleerd op virussen."
    paths = ("/inloggen", "/hulpvragen", "/hulpvragen/nieuw", "/mails", "/postbussen", "/bestaat-niet", "/hulpvragen/1")
    async with whole(sandbox, servers, scanner="none") as without, browser(without.gateway) as anne:

        async def is_told() -> bool:
            return warning in (await anne.get("/inloggen")).text

        await eventually(is_told)
        await log_in(anne, await make_person(without.gateway.database, "anne"))
        for path in paths:
            assert warning in (await anne.get(path, follow_redirects=True)).text, path
        with without.away("documents"):
            assert warning in (await anne.get("/hulpvragen")).text, "what was last known stays"
    async with browser(system.gateway, address) as school:
        await log_in(school, iber)
        for path in paths:
            assert warning not in (await school.get(path, follow_redirects=True)).text, path


@pytest.mark.parametrize(
    "path", ["/hulpvragen/abc", "/hulpvragen/0", "/hulpvragen/99999999999999999999", "/hulpvragen/1/bijlagen/x"]
)
async def test_an_address_that_cannot_be_is_a_page_that_is_not_there(
    system: Whole, iber: Person, address: str, path: str
) -> None:
    async with browser(system.gateway, address) as school:
        await log_in(school, iber)
        assert (await school.get(path)).status_code == 404


async def test_every_link_in_a_mail_leads_to_a_page(system: Whole, iber: Person, iris: httpx.AsyncClient, address: str) -> None:
    person = {"naam": "Iris Bedacht", "email": f"{iber.gebruikersnaam}@linde.example"}
    number = await submitted(iris, contactpersoon=person)
    sink = system.servers.sink

    def mail() -> dict[str, Any] | None:
        found = [each for each in sink.mails(limit="1000") if each["to"] == [person["email"]]]
        return sink.request("GET", f"mails/{found[0]['id']}") if found else None

    async def there() -> bool:
        return mail() is not None

    await eventually(there, within=20)
    found = mail()
    assert found is not None
    texts = [found["text"], html.unescape(found["html"]), dict(found["headers"])["List-Unsubscribe"]]
    links = {link for text in texts for link in re.findall(r"https?://portaal\.example(/[^\s\"<>]*)", text)}
    assert links == {f"/hulpvragen/{number}", "/voorkeuren"}
    async with browser(system.gateway, address) as anyone:
        for link in links:
            asked = await anyone.get(link)
            assert asked.headers["location"] == f"/inloggen?volgende={quote(link, safe='')}", "first log in, then there"
        await log_in(anyone, iber, code=iber.code(1))
        for link in links:
            page = await anyone.get(link, follow_redirects=True)
            assert page.status_code == 200, link
            assert ("Stuur mij een mail als de status" in page.text) is (link == "/voorkeuren")
