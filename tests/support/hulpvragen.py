"""Hulpvragen for tests of workflow: plainly fictional people, the events of intake, and actors with a client each.

>>> await office.submit(ingediend("TLV"))
>>> noor = office.client(staff("administratie"))
>>> await noor.to(1000001, "TLV aanvraag in behandeling", bespreekdatum=soon())
"""

import itertools
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx

from shared import clock, tokens
from shared.contracts.common import Contactpersoon, Leerling, Niveau, School
from shared.contracts.documents import BijlageGeweigerd, BijlagenToegevoegd, BijlageSchoon
from shared.contracts.every_service import TokensVervallen
from shared.contracts.intake import HulpvraagIngediend
from shared.contracts.workflow import StatusGewijzigd
from shared.envelope import Event
from shared.service import Service
from support.sandbox import Sandbox, eventually, token_for

RULESETS = Path(__file__).parent / "rulesets"
"""Rule sets of SWVs that do not exist, for what PO2507 does not do."""
LINDE = School(code="99XA00", naam="De Verzonnen Linde", bestuur="B-1")
BEUK = School(code="99XB00", naam="De Bedachte Beuk", bestuur="B-2")

_numbers = itertools.count(1_000_001)


def ingediend(titel: str = "A&K", *, swv: str = "PO2507", school: School = LINDE, **changes: Any) -> HulpvraagIngediend:
    given: dict[str, Any] = {
        "swv": swv,
        "hulpvraag": clock.new_id(),
        "dossiernummer": next(_numbers),
        "dossier": uuid4(),
        "niveau": "leerling",
        "aanvraagtype": titel,
        "omschrijving": "Rekenen lukt nog niet.",
        "school": school,
        "leerling": Leerling(
            dossier=uuid4(),
            leerlingid="L-1",
            roepnaam="Noor",
            voorvoegsel="van",
            achternaam="Voorbeeld",
            geboortedatum=date(2016, 3, 9),
        ),
        "contactpersoon": Contactpersoon(naam="Iris Bedacht", email="iris@linde.example", functie="IB"),
        "kanaal": "LVS",
        "connector": "parnassys",
        "ingediend_op": clock.now(),
    }
    return HulpvraagIngediend(**{**given, **changes})


def about(niveau: Niveau) -> dict[str, Any]:
    """What a hulpvraag of this level says it is about."""
    groep = "8D De Verzonnen Linde" if niveau == "groep" else None
    return (
        {"niveau": niveau} if niveau == "leerling" else {"niveau": niveau, "leerling": None, "groep": groep, "kanaal": "direct"}
    )


def staff(*rollen: str, swv: str = "PO2507") -> tokens.Actor:
    return tokens.Actor(sub=uuid4(), naam="Bram Verzonnen", organisatie=swv, soort="swv", swv=swv, rollen=rollen)


def ib(school: School = LINDE, swv: str = "PO2507", rollen: tuple[str, ...] = ("IB'er",)) -> tokens.Actor:
    return tokens.Actor(sub=uuid4(), naam="Iris Bedacht", organisatie=school.code, soort="school", swv=swv, rollen=rollen)


def board(code: str = "B-1", swv: str = "PO2507", rollen: tuple[str, ...] = ()) -> tokens.Actor:
    return tokens.Actor(sub=uuid4(), naam="Bo Bestuur", organisatie=code, soort="bestuur", swv=swv, rollen=rollen)


def named(naam: str) -> BijlageSchoon:
    return BijlageSchoon(bijlage=clock.new_id(), naam=naam, mediatype="application/pdf", grootte=9, sha256="0" * 64)


def batch(
    of: HulpvraagIngediend,
    *,
    schoon: int = 1,
    geweigerd: int = 0,
    bijlagen: tuple[BijlageSchoon, ...] | None = None,
    **changes: Any,
) -> BijlagenToegevoegd:
    given: dict[str, Any] = {
        "swv": of.swv,
        "hulpvraag": of.hulpvraag,
        "dossiernummer": of.dossiernummer,
        "batch": clock.new_id(),
        "aanbieder": "lvs:parnassys",
        "schoon": bijlagen if bijlagen is not None else tuple(named(f"verslag {n}.pdf") for n in range(schoon)),
        "geweigerd": tuple(
            BijlageGeweigerd(naam=f"virus {n}.pdf", regel="virus", bericht="Er zit een virus in.") for n in range(geweigerd)
        ),
    }
    return BijlagenToegevoegd(**{**given, **changes})


def soon(days: int = 7) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


@dataclass
class Client:
    """One actor at work through the routes of workflow."""

    http: httpx.AsyncClient
    actor: tokens.Actor | None

    async def call(self, method: str, path: str, *, json: Any = None, **headers: str) -> httpx.Response:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        token = token_for(self.actor, "workflow") if self.actor else {}
        return await self.http.request(method, path, json=json, headers={**token, **sent})

    async def get(self, path: str) -> httpx.Response:
        return await self.call("GET", path)

    async def detail(self, dossiernummer: int) -> dict[str, Any]:
        answer = await self.get(f"/hulpvragen/{dossiernummer}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def change(self, dossiernummer: int, status: str, versie: int | None = None, **more: Any) -> httpx.Response:
        """Ask for a status; without ``versie`` at the version it has now."""
        headers = {key: more.pop(key) for key in ("Idempotency_Key",) if key in more}
        if versie is None:
            versie = (await self.detail(dossiernummer))["versie"]
        path = f"/hulpvragen/{dossiernummer}/statuswijzigingen"
        return await self.call("POST", path, json={"status": status, **more}, If_Match=f'"{versie}"', **headers)

    async def to(self, dossiernummer: int, status: str, **more: Any) -> None:
        answer = await self.change(dossiernummer, status, **more)
        assert answer.status_code == 201, answer.text

    async def decide(self, dossiernummer: int, versie: int | None = None, **body: Any) -> httpx.Response:
        if versie is None:
            versie = (await self.detail(dossiernummer))["versie"]
        return await self.call("POST", f"/hulpvragen/{dossiernummer}/besluiten", json=body, If_Match=f'"{versie}"')


@dataclass
class Office:
    """Workflow, running, with everything else around it played by the test."""

    sandbox: Sandbox
    service: Service
    http: httpx.AsyncClient

    def client(self, actor: tokens.Actor | None) -> Client:
        return Client(self.http, actor)

    async def submit(self, *all_data: HulpvraagIngediend) -> None:
        """Tell workflow of new hulpvragen over the bus, and wait until it has them."""
        await self.sandbox.publish(*(Event.about(data, subject=data.hulpvraag, sequence=0) for data in all_data))
        for data in all_data:
            await self.version(data.hulpvraag, 1)

    async def opened(self, titel: str = "A&K", *, formulier: bool = True, **changes: Any) -> HulpvraagIngediend:
        """Submit one; a TLV comes with its signed form, unless that is what the test is about."""
        data = ingediend(titel, **changes)
        await self.submit(data)
        if formulier and titel in {"TLV", "Verlenging TLV"} and data.swv == "PO2507":
            form = named("Formulier aanvraag toelaatbaarheidsverklaring.pdf")
            await self.add(batch(data, bijlagen=(form,)))
            await self.has_bijlage(form.bijlage)
        return data

    async def add(self, *batches: BijlagenToegevoegd) -> None:
        await self.sandbox.publish(*(Event.about(data, subject=data.hulpvraag, sequence=0) for data in batches))

    async def version(self, hulpvraag: UUID, versie: int) -> None:
        """Wait until a hulpvraag has at least this version."""

        async def there() -> bool:
            found = await self.service.database.pool.fetchval("SELECT versie FROM hulpvraag WHERE id = $1", hulpvraag)
            return found is not None and found >= versie

        await eventually(there)

    async def has_bijlage(self, bijlage: UUID) -> None:
        """Wait until workflow knows of a bijlage."""
        query = "SELECT true FROM bijlage WHERE id = $1"
        await eventually(lambda: self.service.database.pool.fetchval(query, bijlage))

    async def ended(self) -> list[str]:
        """The accounts whose tokens were told to be void."""
        return [told["data"]["account"] for told in await self.sandbox.published("workflow", TokensVervallen.TYPE)]

    async def check_refused(self, actor: tokens.Actor, route: str, status: int) -> None:
        """See that the last thing this actor was refused stands in the log."""
        row = await self.service.database.pool.fetchrow(
            "SELECT action, details FROM audit_log WHERE actor = $1 ORDER BY id DESC LIMIT 1", str(actor.sub)
        )
        assert row is not None
        told, asked = (re.sub(r"{[^}]*}", "{}", text) for text in (row["details"]["route"], route))
        assert (row["action"], told, row["details"]["status"]) == ("verzoek.geweigerd", asked, status)

    async def handled(self, *events: Event[Any]) -> None:
        """Wait until these messages had their effect."""
        ids = [event.id for event in events]

        async def all_in() -> bool:
            query = "SELECT count(DISTINCT message_id) FROM inbox WHERE message_id = ANY($1::uuid[])"
            return bool(await self.service.database.pool.fetchval(query, ids) == len(set(ids)))

        await eventually(all_in)

    async def told(self, hulpvraag: UUID) -> list[dict[str, Any]]:
        """Every StatusGewijzigd about a hulpvraag, in the order of the outbox."""
        found = await self.sandbox.published("workflow", StatusGewijzigd.TYPE)
        return [event for event in found if event["subject"] == str(hulpvraag)]

    async def meet(self, data: HulpvraagIngediend, client: Client, status: str, *, decider: tokens.Actor) -> None:
        """Bring what a step asks for besides what is said with it: a decision, a form."""
        shown = await client.detail(data.dossiernummer)
        for step in shown["volgendeStappen"]:
            for asked in step["vereist"] if step["status"] == status else ():
                kind, _, what = asked.partition(": ")
                if kind == "formulier":
                    form = named(f"{what}.pdf")
                    await self.add(batch(data, bijlagen=(form,)))
                    await self.has_bijlage(form.bijlage)
                elif kind == "besluit":
                    made = await self.client(decider).decide(
                        data.dossiernummer, **decision(shown, toegekend=what == "toegekend")
                    )
                    assert made.status_code == 201, made.text


def decision(shown: dict[str, Any], *, toegekend: bool) -> dict[str, Any]:
    """A decision that the register would take, of the kind that goes with an aanvraagtype."""
    year = clock.today().year + 1
    body: dict[str, Any] = {
        "soort": shown["besluitsoort"],
        "toegekend": toegekend,
        "motivering": "Het advies van de deskundigen.",
    }
    if toegekend:
        body |= {"begin": f"{year}-08-01", "eind": f"{year + 1}-07-31", "omschrijving": "Extra hulp in de klas."}
        body |= {"categorie": "L"} if shown["besluitsoort"] == "TLV" else {}
    return body
