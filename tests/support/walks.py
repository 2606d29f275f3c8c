"""Walks through the rules of an SWV, from submission to a final status, over the public API with real accounts.

>>> for leg in way(verloop, verloop.begin.naam, "TLV afgegeven"):
...     await walk.go(leg)
"""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from shared import clock
from support.documents import PDF
from support.hulpvragen import decision, soon
from support.portal import log_in_to_api, make_person, program
from support.sandbox import eventually
from support.whole import Whole
from workflow.domain.ruleset import Basis, Eis, Gebeurtenis
from workflow.domain.stappen import allowed_steps
from workflow.domain.verloop import Regels, Verloop

SCHOOLS = {"PO2507": "99XA00", "PO2806": "99XD00", "PO3008": "99XE00", "PO0000": "99XF00"}
"""The one school that asks things of each SWV here."""
ORGANISATIONS: dict[str, Any] = {
    "swv": [{"code": swv, "naam": f"SWV {swv}"} for swv in SCHOOLS],
    "besturen": [{"code": "70001", "naam": "Stichting De Verzonnen Kring"}],
    "scholen": [
        {"code": school, "naam": f"De Verzonnen Wandeling {swv}", "bestuur": "70001", "swv": swv}
        for swv, school in SCHOOLS.items()
    ],
}
OWN: dict[Basis, str] = {"intern": "swv", "beheerder": "swv", "school": "school"}
LATER = 200
"""Days from now to a discussion: after the summer, whenever a yearly deadline may have been missed."""
SAYS = {"reden": "reden", "datum": "bespreekdatum", "bevestiging": "bevestigd", "formulier": "formulier", "besluit": "besluit"}
"""The field that a refusal names for each thing that a step demands."""


FROM_LVS = {Gebeurtenis.GEWIJZIGD, Gebeurtenis.INGETROKKEN}
"""What a school does from its LVS; who walks here works in the portal."""


@dataclass(frozen=True)
class Leg:
    """One step of a walk: made by somebody with one of these roles, or by itself on an event."""

    van: str
    naar: str
    bron: str
    rollen: frozenset[str] = frozenset()
    vereist: tuple[Eis, ...] = ()
    op: Gebeurtenis | None = None


def legs(verloop: Verloop, van: str) -> Iterator[Leg]:
    """Every step from a status, those of people first."""
    for stap in verloop.stappen.get(van, ()):
        yield Leg(van, stap.naar.naam, stap.bron, stap.rollen, stap.vereist)
    for (status, op, _), rule in verloop.vanzelf.items():
        if status == van and op not in FROM_LVS:
            yield Leg(van, rule.naar.naam, rule.bron, op=op)


def way(verloop: Verloop, van: str, *naar: str) -> list[Leg]:
    """The shortest way to the nearest of these statuses."""
    ways: dict[str, list[Leg]] = {van: []}
    todo = deque([van])
    while todo:
        here = todo.popleft()
        if here in naar:
            return ways[here]
        for leg in legs(verloop, here):
            if leg.naar not in ways:
                ways[leg.naar] = [*ways[here], leg]
                todo.append(leg.naar)
    msg = f"{verloop.type.titel}: no way from {van} to {naar}"
    raise AssertionError(msg)


def way_by_itself(verloop: Verloop, naar: str) -> list[Leg]:
    """A way on which this status comes by itself, and on from there to an end."""
    ways = [
        [*way(verloop, verloop.begin.naam, van), *(leg for leg in legs(verloop, van) if leg.op and leg.naar == naar)]
        for van in verloop.statussen
        if any(leg.op and leg.naar == naar for leg in legs(verloop, van))
    ]
    return [*min(ways, key=len), *way(verloop, naar, *verloop.eindstatussen)]


@dataclass
class People:
    """An account per role of each SWV, made and logged in when it is first needed."""

    system: Whole
    regels: dict[str, Regels]
    stack: AsyncExitStack
    clients: dict[tuple[str, str], httpx.AsyncClient] = field(default_factory=dict)

    async def of(self, swv: str, rol: str) -> httpx.AsyncClient:
        """The program of somebody with this role and no other."""
        if (swv, rol) not in self.clients:
            number = len(self.clients) + 1
            soort = self.soort(swv, rol)
            person = await make_person(
                self.system.gateway.database,
                f"wandelaar-{number}",
                organisatie=SCHOOLS[swv] if soort == "school" else swv,
                soort=soort,  # type: ignore[arg-type]  # one of two literals
                rollen=(rol,),
                swv=swv,
            )
            client = await self.stack.enter_async_context(program(self.system.gateway, f"2001:db8:{number:x}::"))
            self.clients[swv, rol] = await log_in_to_api(client, person)
        return self.clients[swv, rol]

    def soort(self, swv: str, rol: str) -> str:
        """What kind of organisation somebody with this role works for."""
        return next(OWN[one.basis] for one in self.regels[swv].ruleset.rollen if one.naam == rol)

    def counts_as(self, swv: str, rol: str) -> frozenset[str]:
        """The roles that come with a role."""
        return self.regels[swv].rollen([rol], self.soort(swv, rol))  # type: ignore[arg-type]  # as above

    def roles(self, swv: str) -> list[str]:
        """Every role that works with hulpvragen, people of the SWV first; boards and figures-only do not."""
        own = [rol for rol in self.regels[swv].ruleset.rollen if rol.basis in OWN]
        return [rol.naam for rol in sorted(own, key=lambda rol: rol.basis == "school")]


@dataclass
class Walk:
    """One hulpvraag on its way. ``seen`` is its history as it was last shown."""

    people: People
    verloop: Verloop
    swv: str
    number: int
    status: str = ""
    seen: list[dict[str, Any]] = field(default_factory=list)
    brought: set[str] = field(default_factory=set)

    @property
    def path(self) -> str:
        return f"/hulpvragen/{self.number}"

    def sees(self, rol: str, status: str) -> bool:
        """Whether somebody with this role sees at this status what the hulpvraag holds."""
        now, counts = self.verloop.statussen[status], self.people.counts_as(self.swv, rol)
        return not (now.zichtbaar_voor and counts.isdisjoint(now.zichtbaar_voor)) and not counts <= set(now.beperkt_voor)

    def watcher(self, status: str) -> str:
        """Somebody who sees all of it at this status."""
        return next(rol for rol in self.people.roles(self.swv) if self.sees(rol, status))

    async def begun(self) -> None:
        """Wait until it is there; its history then has one row."""
        self.status = self.verloop.begin.naam
        await self.comes_to(self.status)
        await self.grown(None, "automatisch")

    async def comes_to(self, status: str) -> None:
        """Wait until workflow has it at this status."""
        pool = self.people.system.services["workflow"].database.pool
        query = "SELECT true FROM hulpvraag WHERE dossiernummer = $1 AND status = $2"
        await eventually(lambda: pool.fetchval(query, self.number, status), within=20)

    async def go(self, leg: Leg) -> None:
        """Make one step: what may not be done is refused, what is demanded is brought, and the history grows by one row."""
        print(f"{len(self.seen) + 1}. {leg.van} → {leg.naar} ({leg.op or ', '.join(sorted(leg.rollen))}) [{leg.bron}]")
        assert (leg.van, bool(leg.rollen)) == (self.status, leg.op is None)
        if leg.op is None:
            door = await self._by_somebody(leg)
        else:
            await self._by_itself(leg)
            door = "automatisch"
        before, self.status = self.status, leg.naar
        await self.grown(before, door)

    async def grown(self, before: str | None, door: str) -> None:
        """Check that the history is what it was and one row more, of the present status."""
        answer = await (await self.people.of(self.swv, self.watcher(self.status))).get(f"{self.path}/statushistorie")
        rows = answer.json()["wijzigingen"]
        assert rows[:-1] == self.seen
        last = rows[-1]
        assert (last["versie"], last["vorige"], last["status"], last["door"]) == (len(rows), before, self.status, door)
        assert len(rows) == len(self.seen) + 1
        self.seen = rows

    async def ended(self) -> None:
        """Check that nobody goes on from here."""
        rol = self.watcher(self.status)
        shown = (await (await self.people.of(self.swv, rol)).get(self.path)).json()
        assert (shown["status"], shown["einde"], shown["volgendeStappen"]) == (self.status, True, [])
        for who in {rol, *(one for one in ("IB'er", "administratie", "secretariaat") if one in self.people.roles(self.swv))}:
            for status in (self.verloop.begin.naam, self.status):
                answer = await self.change(who, {"status": status, "reden": "x", "bespreekdatum": soon(), "bevestigd": True})
                if not self.sees(who, self.status):
                    assert answer.status_code == 404
                    continue
                assert (answer.status_code, answer.json()["type"]) == (409, "urn:schakel:fout:statusovergang-niet-toegestaan")
                assert answer.json()["toegestaan"] == []

    async def change(self, rol: str, body: dict[str, Any]) -> httpx.Response:
        """Ask for a change as somebody with this role, at the present version."""
        client = await self.people.of(self.swv, rol)
        return await client.post(f"{self.path}/statuswijzigingen", json=body, headers={"if-match": f'"{len(self.seen)}"'})

    async def _by_somebody(self, leg: Leg) -> str:
        await self._refused(leg)
        may = [rol for rol in self.people.roles(self.swv) if self.people.counts_as(self.swv, rol) & leg.rollen]
        rol = may[len(self.seen) % len(may)]
        client = await self.people.of(self.swv, rol)
        shown = (await client.get(self.path)).json()
        offered = {step["status"]: step["vereist"] for step in shown["volgendeStappen"]}
        assert offered[leg.naar] == [str(eis) for eis in leg.vereist]
        said: dict[str, Any] = {"status": leg.naar}
        lacking = [eis for eis in leg.vereist if str(eis) not in self.brought]
        if lacking:
            bare = await self.change(rol, said)
            assert (bare.status_code, bare.json()["type"]) == (422, "urn:schakel:fout:regel-niet-vervuld")
            assert [fault["field"] for fault in bare.json()["fouten"]] == [SAYS[eis.soort] for eis in lacking]
            assert leg.naar in [step["status"] for step in bare.json()["toegestaan"]]
        for eis in lacking:
            said |= await self._meet(eis, rol)
        made = await self.change(rol, said)
        assert made.status_code == 201, made.text
        assert (made.json()["versie"], made.headers["etag"]) == (len(self.seen) + 1, f'"{len(self.seen) + 1}"')
        return min(self.people.counts_as(self.swv, rol) & leg.rollen)

    async def _refused(self, leg: Leg) -> None:
        """Let somebody try who may not; each time another role, as far as there are more."""
        allowed = {rol for stap in self.verloop.stappen[leg.van] if stap.naar.naam == leg.naar for rol in stap.rollen}
        others = [
            rol
            for rol in self.people.roles(self.swv)
            if self.sees(rol, leg.van) and not self.people.counts_as(self.swv, rol) & allowed
        ]
        rol = others[(len(self.seen) + self.number) % len(others)]
        answer = await self.change(rol, {"status": leg.naar, "reden": "x", "bespreekdatum": soon(LATER), "bevestigd": True})
        assert (answer.status_code, answer.json().get("type")) == (403, "urn:schakel:fout:geen-rechten"), (rol, answer.text)
        steps = allowed_steps(self.verloop, leg.van, self.people.counts_as(self.swv, rol))
        assert [step["status"] for step in answer.json()["toegestaan"]] == [stap.naar.naam for stap in steps]

    async def _meet(self, eis: Eis, rol: str) -> dict[str, Any]:
        match eis.soort:
            case "reden":
                return {"reden": "Dit is de reden."}
            case "datum":
                return {"bespreekdatum": soon(LATER)}
            case "bevestiging":
                return {"bevestigd": True}
            case "formulier":
                await self.upload(rol, f"{eis.formulier}.pdf")
            case "besluit":
                await self._decide(toegekend=eis.besluit == "toegekend")
        self.brought.add(str(eis))
        return {}

    async def upload(self, rol: str, naam: str) -> None:
        """Add a bijlage; it is there once it was scanned, and workflow was told."""
        files = {"bestand": (naam, PDF)}
        answer = await (await self.people.of(self.swv, rol)).post(f"{self.path}/bijlagen", files=files)
        assert answer.status_code == 202, answer.text
        bijlage = answer.json()["bijlagen"][0]["bijlage"]
        pool = self.people.system.services["workflow"].database.pool
        await eventually(lambda: pool.fetchval("SELECT true FROM bijlage WHERE id = $1", bijlage), within=20)

    async def _decide(self, *, toegekend: bool) -> None:
        regel = self.verloop.type.besluit
        assert regel is not None
        client = await self.people.of(self.swv, regel.rollen[0])
        body = decision({"besluitsoort": regel.soort}, toegekend=toegekend)
        headers = {"if-match": f'"{len(self.seen)}"'}
        made = await client.post(f"{self.path}/besluiten", json=body, headers=headers)
        assert made.status_code == 201, made.text

    async def _by_itself(self, leg: Leg) -> None:
        """Let happen what the rule waits for: a bijlage of the school, or the passing of a term."""
        if leg.op is Gebeurtenis.BIJLAGEN_TOEGEVOEGD:
            school = next(rol for rol in reversed(self.people.roles(self.swv)) if self.sees(rol, self.status))
            await self.upload(school, "aanvulling.pdf")
            await self.comes_to(leg.naar)
            return
        assert leg.op is Gebeurtenis.TERMIJN_BEREIKT, f"nothing here lets {leg.op} happen"
        pool = self.people.system.services["workflow"].database.pool
        query = "SELECT max(op) FROM termijnmoment JOIN hulpvraag ON hulpvraag.id = hulpvraag WHERE dossiernummer = $1"
        due: datetime = await pool.fetchval(query, self.number)
        assert due > clock.now() + timedelta(days=30)
        await asyncio.sleep(0.5)
        assert await pool.fetchval("SELECT status FROM hulpvraag WHERE dossiernummer = $1", self.number) == self.status
        jump = due - clock.now()
        with clock.use(lambda: datetime.now(UTC) + jump):
            await self.comes_to(leg.naar)
