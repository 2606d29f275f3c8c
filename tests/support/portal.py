"""A gateway for tests: accounts with known factors, and people who log in with them."""

import base64
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pyotp
from fastapi.routing import iter_route_contexts

from gateway.adapters.passwords import Passwords
from gateway.domain.account import Soort
from gateway.main import make_service
from gateway.settings import Settings
from gateway.usecases.accounts import NewAccount, create_account
from schakel_local.smtpsink import SmtpSink
from shared import clock, tokens
from shared.database import Database
from shared.secretbox import SecretBox, read_keys
from shared.service import Service
from support.contract import Promised
from support.documents import PDF
from support.intake import leerling
from support.mailbox import Mailbox
from support.mails import LINK_KEY
from support.sandbox import GATEWAY_KEY, Sandbox, eventually

ORIGIN = "https://portal.example"
COOKIE = "__Host-schakel-sessie"
PASSWORD = "een lang en vast wachtwoord"
TOTP_KEY = base64.b64encode(os.urandom(32)).decode()
PASSWORDS = Passwords()
FROM_OUR_PAGE = {"origin": ORIGIN, "sec-fetch-site": "same-origin"}


@dataclass(frozen=True)
class Person:
    """An account and what its owner has at hand."""

    organisatie: str
    gebruikersnaam: str
    secret: str

    def code(self, steps: int = 0) -> str:
        """The code of now, or of some steps before or after."""
        return pyotp.TOTP(self.secret).at(clock.now(), counter_offset=steps)

    def form(self, **other: str) -> dict[str, str]:
        given = {"organisatie": self.organisatie, "gebruikersnaam": self.gebruikersnaam, "code": self.code()}
        return {**given, "wachtwoord": PASSWORD, **other}


def gateway_settings(sandbox: Sandbox, **own: Any) -> Settings:
    return sandbox.settings(
        Settings,
        "gateway",
        **{
            "gateway_private_key": tokens.dump_key(GATEWAY_KEY, private=True),
            "totp_keys": TOTP_KEY,
            "link_key": LINK_KEY,
            "public_url": ORIGIN,
            "requests_per_minute": 10_000,
            **own,
        },
    )


def make_gateway(sandbox: Sandbox, transports: Mapping[str, httpx.AsyncBaseTransport] | None = None, **own: Any) -> Service:
    return make_service(gateway_settings(sandbox, **own), transports)


async def make_person(
    database: Database,
    gebruikersnaam: str,
    *,
    organisatie: str = "PO2507",
    soort: Soort = "swv",
    rollen: tuple[str, ...] = ("administratie",),
    naam: str = "",
    swv: str = "PO2507",
    platforms: tuple[str, ...] = (),
) -> Person:
    new = NewAccount(
        organisatie=organisatie,
        gebruikersnaam=gebruikersnaam,
        naam=naam or f"{gebruikersnaam.title()} Voorbeeld",
        email=f"{gebruikersnaam}@stroomland.example",
        soort=soort,
        swv=swv,
        rollen=rollen,
        platforms=platforms,
    )
    box = SecretBox(read_keys(TOTP_KEY))
    async with database.transaction() as tx:
        made = await create_account(tx, PASSWORDS, box, new, password=PASSWORD)
    assert made.otpauth is not None
    return Person(organisatie, gebruikersnaam, pyotp.parse_uri(made.otpauth).secret)


async def make_iber(database: Database, gebruikersnaam: str, school: str = "99XA00", naam: str = "Iris Bedacht") -> Person:
    """An IB'er of a school."""
    return await make_person(database, gebruikersnaam, organisatie=school, soort="school", rollen=("IB'er",), naam=naam)


def browser(service: Service, address: str = "192.0.2.10") -> httpx.AsyncClient:
    """A browser on our own pages: it keeps cookies, says where it comes from, and does not follow redirects by itself."""
    transport = httpx.ASGITransport(app=service.http, client=(address, 50000), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=FROM_OUR_PAGE)


def program(service: Service, address: str = "192.0.2.20") -> httpx.AsyncClient:
    """A program that talks to the API: no browser headers. Every answer it gets must be as the API's document says."""
    transport = httpx.ASGITransport(app=service.http, client=(address, 50000), raise_app_exceptions=False)
    hooks = {"response": [Promised(service).keeps]}
    return httpx.AsyncClient(transport=transport, base_url=f"{ORIGIN}/api/v1", event_hooks=hooks)


async def log_in(client: httpx.AsyncClient, person: Person, **other: str) -> httpx.AsyncClient:
    """Log in on the portal. A code counts once: ``code=person.code(1)`` for who logs in twice within half a minute."""
    answer = await client.post("/inloggen", data=person.form(**other))
    assert answer.status_code == 303, answer.text
    return client


async def log_in_to_api(client: httpx.AsyncClient, person: Person) -> httpx.AsyncClient:
    """Open a session of the API and use its token from here on."""
    answer = await client.post("/sessies", json=person.form())
    assert answer.status_code == 201, answer.text
    client.headers["authorization"] = f"Bearer {answer.json()['token']}"
    return client


async def come_in(sink: SmtpSink, guest: httpx.AsyncClient, email: str) -> None:
    """Take the invitation and log in, with a mailed code or an app."""
    mailbox = Mailbox(sink, email)
    await guest.get(await mailbox.link("Uw account voor Schakel"))
    page = await guest.get("/koppeling")
    key = re.search(r'class="schakel-sleutel">([A-Z2-7 ]+)<', page.text)
    app = pyotp.TOTP(key[1].replace(" ", "")) if key else None
    done = await guest.post("/koppeling", data={"wachtwoord": PASSWORD, "code": app.at(clock.now()) if app else ""})
    assert done.status_code == 200, done.text
    typed = {"organisatie": "PO2507", "gebruikersnaam": email, "wachtwoord": PASSWORD}
    code = app.at(clock.now(), counter_offset=1) if app else ""
    answer = await guest.post("/inloggen", data={**typed, "code": code})
    if app is None:
        found = re.search(r"Uw code: (\d{8})", await mailbox.newest("Uw code om in te loggen"))
        assert found is not None
        answer = await guest.post("/inloggen", data={**typed, "code": found[1]})
    assert answer.status_code == 303, answer.text


def routes(service: Service) -> Iterator[tuple[str, str]]:
    """Every method and path of an app, in whatever router it stands."""
    for found in iter_route_contexts(service.http.routes):
        for method in sorted(found.methods or ()):
            yield method, found.path or ""


def opgave(**own: object) -> dict[str, object]:
    """A hulpvraag as a school's program submits it."""
    return {
        "aanvraagtype": "A&K",
        "omschrijving": "Wij vragen advies.",
        "school": {"brin": "99XA", "vestiging": "00"},
        "leerling": leerling(),
        "contactpersoon": {"naam": "Iris Bedacht", "email": "iris@linde.example"},
        **own,
    }


async def submitted(client: httpx.AsyncClient, **own: object) -> int:
    """Submit one and wait until it can be seen."""
    answer = await client.post("/hulpvragen", json=opgave(**own))
    assert answer.status_code == 202, answer.text
    number = int(answer.json()["dossiernummer"])
    assert answer.headers["location"] == f"/api/v1/hulpvragen/{number}"

    async def there() -> bool:
        return (await client.get(f"/hulpvragen/{number}")).status_code == 200

    await eventually(there, within=20)
    return number


async def taken_up(school: httpx.AsyncClient, swv: httpx.AsyncClient, number: int) -> None:
    """Add the signed form of a TLV and put it in behandeling, as soon as the form is found clean."""
    form = {"bestand": ("Formulier aanvraag toelaatbaarheidsverklaring.pdf", PDF, "application/pdf")}
    assert (await school.post(f"/hulpvragen/{number}/bijlagen", files=form)).status_code == 202
    change = {"status": "TLV aanvraag in behandeling", "bespreekdatum": clock.today().isoformat()}

    async def done() -> bool:
        version = (await swv.get(f"/hulpvragen/{number}")).headers["etag"]
        answer = await swv.post(f"/hulpvragen/{number}/statuswijzigingen", json=change, headers={"if-match": version})
        assert answer.status_code in {201, 422}, answer.text
        return answer.status_code == 201

    await eventually(done, within=20, every=0.1)
