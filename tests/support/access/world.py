"""The people of the matrix and the hulpvragen they are tried with, on a whole system.

>>> world = await build(system)
>>> world.targets(cell)                             # of (…, "ouder", "ended"): what was opened until yesterday
"""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import httpx

from gateway import store
from gateway.domain.account import Name, Soort
from gateway.store import find_account
from gateway.usecases import login
from intake.domain.organisatie import Organisatie
from intake.organisations import load
from intake.store import register
from intake.usecases.register import keep
from shared import clock, tokens
from shared.database import Database
from support.access.matrix import MACHINE, NOBODY, Cell
from support.documents import PDF
from support.intake import HELMOND, leerling
from support.portal import COOKIE, browser, make_person, opgave
from support.sandbox import eventually, token_for
from support.whole import Whole

SWV, ELSEWHERE = "PO2507", "PO3008"
SCHOOL, OTHER, FAR = "99XA00", "99XB00", "99XH00"
_TITLE, _FAR_TITLE = "A&K", "Ondersteuningsaanvraag schoolgaand kind"
_ADVICE = ("JK Onderwijsadvies", "JK aanmelden school", "JK advies afgerond", "advies afgerond")
_numbers = count(1)

WHO: dict[str, tuple[Soort, str, str, tuple[str, ...]]] = {
    **{rol: ("swv", SWV, SWV, (rol,)) for rol in ("SCP", "administratie", "AC", "CT", "coördinator", "JK-specialist")},
    "applicatiebeheerder": ("swv", SWV, SWV, ("applicatiebeheerder",)),
    "administratie Platform": ("swv", SWV, SWV, ("administratie Platform",)),
    "IB'er": ("school", SCHOOL, SWV, ("IB'er",)),
    "directie": ("school", SCHOOL, SWV, ("school",)),
    "voorschoolse voorziening": ("school", SCHOOL, SWV, ("voorschoolse voorziening",)),
    "bestuur": ("bestuur", "70001", SWV, ()),
    "financieel contactpersoon bestuur": ("bestuur", "70001", SWV, ("financieel contactpersoon bestuur",)),
    "tekenbevoegde bestuur": ("bestuur", "70001", SWV, ("tekenbevoegde bestuur",)),
    "monitoring": ("swv", SWV, SWV, ("monitoring",)),
    "ouder": ("ouder", SWV, SWV, ()),
    "extern": ("extern", SWV, SWV, ()),
    "zonder rol": ("swv", SWV, SWV, ("stagiair",)),
    "elders": ("school", OTHER, SWV, ("IB'er",)),
    "ver": ("school", FAR, ELSEWHERE, ("IB'er",)),
}
"""Soort, organisation, SWV and roles; the last two are whose hulpvragen are foreign to the others."""
GUESTS = ("ouder", "extern")
BOUND, PLATFORM = "administratie Platform", "PO2507-WEST"
"""Who sees a platform only, of which the school is one whose hulpvragen are one's own, and the other near is not."""
ROLELESS = ("zonder rol", "monitoring")
"""Who is of the SWV and sees no hulpvraag."""
OWN, OPEN, GONE, PAST, NEAR, AWAY, LIMITED = "own", "open", "gone", "past", "near", "away", "limited"


@dataclass
class Target:
    """One hulpvraag with all that hangs on it; what there is not of it has an id that leads nowhere."""

    school: str
    number: int = 0
    hulpvraag: str = ""
    dossier: str = ""
    word: str = ""
    version: int = 1
    besluit: str = field(default_factory=lambda: str(uuid4()))
    bijlage: str = field(default_factory=lambda: str(uuid4()))
    registratie: str = field(default_factory=lambda: str(uuid4()))
    note: str = field(default_factory=lambda: str(uuid4()))
    mail: str = field(default_factory=lambda: str(uuid4()))

    def shows_in(self, text: str) -> bool:
        """Whether anything betrays it: its number, the word it is known by, or the id of what hangs on it."""
        ids = (self.word, self.hulpvraag, self.dossier, self.bijlage, self.registratie, self.besluit, self.note)
        return any(one in text for one in ids) or re.search(rf"(?<![\d.]){self.number}(?![\d.])", text) is not None


@dataclass
class World:
    """People, each with a browser that is logged in, and hulpvragen by what they are to them."""

    system: Whole
    at: dict[str, Target]
    actors: dict[str, tokens.Actor]
    browsers: dict[str, httpx.AsyncClient]
    services: dict[str, httpx.AsyncClient]

    def targets(self, cell: Cell) -> list[Target]:
        """The hulpvragen, or schools, that are this to this person."""
        person, relation = cell.person, cell.relation
        match relation:
            case "own":
                return [self.at[OWN]]
            case "foreign":
                soort = self.actors[person].soort if person in self.actors else "ouder"
                near = [self.at[NEAR]] if "{school}" in cell.route.path else [self.at[NEAR], self.at[AWAY]]
                return near if soort != "swv" or person == BOUND else [self.at[AWAY]]
            case "limited":
                return [self.at[LIMITED]]
            case _:
                return [self.at[PAST], self.at[GONE]] if person in GUESTS else [self.at[GONE]]

    def hidden(self, person: str) -> list[Target]:
        """Every hulpvraag that this person must find no trace of."""
        actor = self.actors.get(person)
        if actor is None or person in {MACHINE, *ROLELESS}:
            return list(self.at.values())
        away = [self.at[AWAY]] if actor.soort == "swv" and person != BOUND else [self.at[NEAR], self.at[AWAY]]
        sees_advice = not {"administratie", BOUND, "coördinator", "JK-specialist"}.isdisjoint(actor.rollen)
        away += [] if sees_advice else [self.at[GONE]]
        return [*away, self.at[PAST], self.at[LIMITED]] if person in GUESTS else away

    async def session(self, person: str, kind: str = "portal") -> tuple[str, str]:
        """Open one more session for someone; its id and token."""
        return await open_one(self.system.gateway.database, self.actors[person].sub, kind)

    async def execute(self, query: str, *given: Any) -> Any:
        """Do something to the database that no route does: time that passed, what a cell uses up."""
        async with self.system.box.connect() as connection:
            return await connection.fetchval(query, *given)

    async def opened_for(self, target: Target, account: UUID, *, days: int) -> str:
        """Open a hulpvraag for an account as of a hundred days ago, until so many days from now; the id of that."""
        query = """
            INSERT INTO workflow.toegang (id, hulpvraag, account, naam, email, reden, tot, door_account, door_naam, door_email,
                gegeven_op)
            VALUES ($1, $2, $3, 'Mila Ouder', 'mila@thuis.example', 'ouder', $4, $3, 'Iris Bedacht', 'iris@linde.example', $5)
            RETURNING id
        """
        now = clock.now()
        end = now + timedelta(days=days)
        made = await self.execute(query, uuid4(), UUID(target.hulpvraag), account, end, now - timedelta(days=100))
        return str(made)

    async def program_of(self, account: UUID) -> str:
        """A token that this account has for a program; its id."""
        query = """
            INSERT INTO gateway.api_token (id, account, token_hash, naam, scopes, created_at, ends_at)
            VALUES ($1, $2, $3, 'Koppeling', '{hulpvragen:lezen}', $4, $5) RETURNING id
        """
        now = clock.now()
        return str(await self.execute(query, uuid4(), account, uuid4().bytes * 2, now, now + timedelta(days=30)))

    async def noted(self, person: str, target: Target) -> str:
        """A note of this person's own; its id."""
        headers = token_for(self.actors[person], "workflow")
        path = f"/hulpvragen/{target.number}/notities"
        answer = await self.services["workflow"].post(path, json={"tekst": "Nog bellen."}, headers=headers)
        return str(answer.json()["notitie"]) if answer.status_code == 201 else target.note


async def open_one(database: Database, account: UUID, kind: str) -> tuple[str, str]:
    """Open a session without a log-in, which hashes a password for so long."""
    token, id_, now = f"matrix-{uuid4()}", clock.new_id(), clock.now()
    async with database.transaction() as tx:
        await tx.execute(store._OPEN_SESSION, id_, login._hash(token), account, kind, now, now + timedelta(hours=12))
    return str(id_), token


@asynccontextmanager
async def build(system: Whole) -> AsyncIterator[World]:
    """Make the people and their hulpvragen; close their browsers with the block."""
    async with AsyncExitStack() as stack:
        actors, browsers = {}, {}
        async with system.services["intake"].database.transaction() as tx:
            await load(tx, HELMOND)
            school = (await register.known(tx, [SCHOOL])).organisaties["school", SCHOOL]
            platform = Organisatie(soort="platform", code=PLATFORM, naam="Platform West", swv=SWV)
            await keep(tx, [platform, school.model_copy(update={"platform": PLATFORM})], actor="matrix")
        unique = next(_numbers)
        for number, (person, (soort, organisatie, swv, rollen)) in enumerate(WHO.items(), 1):
            name = f"m{unique}-{number}"
            database = system.gateway.database
            platforms = (PLATFORM,) if person == BOUND else ()
            await make_person(database, name, organisatie=organisatie, soort=soort, swv=swv, rollen=rollen, platforms=platforms)
            async with database.transaction() as tx:
                account = await find_account(tx, Name.typed(organisatie, name))
            assert account is not None
            actors[person] = account.actor
            client = await stack.enter_async_context(browser(system.gateway, f"2001:db8:9::{number}"))
            _, token = await open_one(database, account.id, "portal")
            client.cookies.set(COOKIE, token, domain="portal.example")
            browsers[person] = client
        browsers[NOBODY] = await stack.enter_async_context(browser(system.gateway, "2001:db8:9::99"))
        actors[MACHINE] = tokens.Actor(
            sub=uuid4(), naam="x", organisatie="x", soort="systeem", swv=SWV, rollen=("administratie",)
        )
        services = {
            name: await stack.enter_async_context(
                httpx.AsyncClient(transport=httpx.ASGITransport(app=service.http), base_url=f"http://{name}")
            )
            for name, service in system.services.items()
        }
        world = World(system, {}, actors, browsers, services)
        await eventually(lambda: world.execute("SELECT true FROM workflow.platformschool WHERE platform = $1", PLATFORM))
        await _hulpvragen(world)
        yield world


async def _hulpvragen(world: World) -> None:
    who = {OWN: "IB'er", OPEN: "IB'er", PAST: "IB'er", GONE: "administratie", NEAR: "elders", AWAY: "ver", LIMITED: "IB'er"}
    schools = {NEAR: OTHER, AWAY: FAR}
    titles = {OWN: "TLV", OPEN: "TLV", GONE: "JK onderwijsadvies", LIMITED: "JK onderwijsadvies", AWAY: _FAR_TITLE}
    for name, person in who.items():
        school = schools.get(name, SCHOOL)
        target = world.at[name] = Target(school=school, word=f"Zoek{name}")
        await _submit(world, target, person, titles.get(name, _TITLE))
    for name in (OWN, NEAR, AWAY):
        await _with_bijlage(world, world.at[name], who[name])
    for status in _ADVICE:
        await _step(world, world.at[GONE], "JK-specialist", status)
    for guest in GUESTS:
        for name, days in ((OWN, 20), (OPEN, 20), (PAST, -1), (GONE, -1)):
            await world.opened_for(world.at[name], world.actors[guest].sub, days=days)
    await _decide(world, world.at[OWN])
    for name in (OPEN, OWN):
        shown = await world.browsers["IB'er"].get(f"/api/v1/hulpvragen/{world.at[name].number}")
        world.at[name].version = shown.json()["versie"]
    for name in (NEAR, AWAY):
        await _registered_elsewhere(world, world.at[name])
    for name in (OWN, NEAR, AWAY, PAST):
        world.at[name].note = await world.noted(who[name], world.at[name])
    for target in world.at.values():
        query = "SELECT id::text FROM notify.mail WHERE dossiernummer = $1 LIMIT 1"
        target.mail = await world.execute(query, target.number) or target.mail


async def _submit(world: World, target: Target, person: str, title: str) -> None:
    client = world.browsers[person]
    school = {"brin": target.school[:4], "vestiging": target.school[4:]}
    pupil = leerling(roepnaam=target.word, leerlingid=f"{target.word}-{next(_numbers)}")
    body = opgave(aanvraagtype=title, school=school, leerling=pupil, omschrijving=f"Het gaat om {target.word}.")
    answer = await client.post("/api/v1/hulpvragen", json=body)
    assert answer.status_code == 202, answer.text
    told = answer.json()
    target.number, target.hulpvraag = told["dossiernummer"], told["hulpvraag"]
    target.dossier = await world.execute("SELECT dossier::text FROM intake.hulpvraag WHERE dossiernummer = $1", target.number)

    async def there() -> bool:
        return (await client.get(f"/api/v1/hulpvragen/{target.number}")).status_code == 200

    await eventually(there)


async def _with_bijlage(world: World, target: Target, person: str) -> None:
    client, path = world.browsers[person], f"/api/v1/hulpvragen/{target.number}/bijlagen"
    form = {"bestand": ("Formulier aanvraag toelaatbaarheidsverklaring.pdf", PDF, "application/pdf")}
    assert (await client.post(path, files=form)).status_code == 202

    async def clean() -> Any:
        found = (await client.get(path)).json()["bijlagen"]
        return next((each["bijlage"] for each in found if each["staat"] == "beschikbaar"), None)

    target.bijlage = await eventually(clean)


async def _step(world: World, target: Target, person: str, status: str) -> None:
    path = f"/hulpvragen/{target.number}"
    client, headers = world.services["workflow"], token_for(world.actors[person], "workflow")
    body = {"status": status, "reden": "Zoals besproken.", "bevestigd": True, "bespreekdatum": clock.today().isoformat()}

    async def done() -> bool:
        version = (await client.get(path, headers=headers)).headers["etag"]
        answer = await client.post(f"{path}/statuswijzigingen", json=body, headers={**headers, "if-match": version})
        assert answer.status_code in {201, 422}, answer.text
        return answer.status_code == 201  # a form that is just found clean may not be known here yet

    await eventually(done)


async def _decide(world: World, target: Target) -> None:
    """A TLV that is granted, and registered at the register."""
    path, year = f"/api/v1/hulpvragen/{target.number}", clock.today().year
    await _step(world, target, "administratie", "TLV aanvraag in behandeling")
    client = world.browsers["administratie"]
    mandate = await client.put(f"/api/v1/mandaten/{target.school}", json={"van": "2020-01-01"})
    assert mandate.status_code in {200, 412}, mandate.text
    version = (await client.get(path)).headers["etag"]
    body = {**BESLUIT, "eind": f"{year + 3}-07-31"}
    answer = await client.post(f"{path}/besluiten", json=body, headers={"if-match": version})
    assert answer.status_code == 201, answer.text
    target.besluit = answer.json()["besluit"]

    async def registered() -> Any:
        found = await client.get("/api/v1/registraties", params={"hulpvraag": target.hulpvraag})
        return next((each["id"] for each in found.json()["registraties"]), None)

    target.registratie = await eventually(registered)


async def _registered_elsewhere(world: World, target: Target) -> None:
    """A registration of another school or SWV, which is a copy of the one there is: the register is of no account here."""
    given = {
        "id": target.registratie,
        "besluit": target.besluit,
        "hulpvraag": target.hulpvraag,
        "dossiernummer": target.number,
        "school": target.school,
        "bestuur": "70002" if target.school == OTHER else "70008",
        "swv": SWV if target.school == OTHER else ELSEWHERE,
        "staat": "afgekeurd",
    }
    await world.execute("INSERT INTO bron_export.besluit VALUES ($1, 1, now()) RETURNING 1", UUID(target.besluit))
    query = """
        INSERT INTO bron_export.registratie
        SELECT (jsonb_populate_record(r, jsonb_build_object({}))).* FROM bron_export.registratie AS r WHERE r.id = $1
    """
    pairs = ", ".join(f"'{name}', '{value}'" for name, value in given.items()) + ", 'volgende_poging_op', NULL"
    await world.execute(query.format(pairs), UUID(world.at[OWN].registratie))


BESLUIT: dict[str, Any] = {
    "soort": "TLV",
    "toegekend": True,
    "categorie": "M",
    "begin": clock.today().isoformat(),
    "eind": f"{clock.today().year + 3}-07-31",
    "omschrijving": "Toelaatbaar tot het speciaal onderwijs.",
    "motivering": "De deskundigen adviseren een TLV.",
}
