"""OSO-SWV as a test sees it: the simulated chain on a port, and a LAS that intake knows.

>>> async with chain() as keten:
...     async with running(make_service(oso_settings(sandbox, keten))) as http:
...         las = await OsoLas.add(world, keten, http)
...         sleutel = await las.meld("99XA00")
...         await las.fetched(sleutel)
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self
from uuid import UUID

import httpx
from fastapi import FastAPI

from intake.las import LasOpgave, add_las
from intake.settings import Settings
from intake.simulator.app import make_app
from intake.simulator.boek import Boek
from support.intake import World, intake_settings
from support.register import RunningSimulator
from support.sandbox import Sandbox, eventually

ONS = "00000003999999990000"
LAS = "00000003999999990001"
FORMULIER = {
    "aanvraagtype": "TLV",
    "datum": "2026-11-02",
    "omschrijving": "Wij vragen een TLV aan.",
    "contactpersoon": "Ina Bedacht",
    "email": "ina@linde.example",
    "samenwerkingsverband": "PO2507",
}
"""What a school fills in beside its dossier."""


class Chain(RunningSimulator):
    """The Traffic Center, the LAS and the OSR on one port. It forgets at each start, but for the mandates in ``brins``."""

    def __init__(self, brins: tuple[str, ...]) -> None:
        super().__init__(None, "", 0)
        self._brins = brins
        self.boek = Boek(ONS, LAS)

    def make_app(self) -> FastAPI:
        self.boek.mandaten.clear()
        self.boek.mandateer(*self._brins)
        return make_app(self.boek)

    async def misbehave(self, waar: str, soort: str, **own: Any) -> None:
        """Misbehave from now on: once, unless ``keren`` says otherwise."""
        await self.call("POST", "/simulator/gedrag", {"waar": waar, "soort": soort, **own})

    async def mandates(self, *mandates: dict[str, Any]) -> None:
        """Let these be all the mandates there are."""
        await self.call("PUT", "/simulator/mandaten", list(mandates))

    def asked(self, waar: str, what: str) -> int:
        """How often this message came."""
        return sum(1 for one in self.boek.verzoeken if one == (waar, what))

    def told(self, koppelsleutel: str) -> list[dict[str, str]]:
        """What the LAS was told of this dossier, oldest first."""
        return [
            {name: text for name, text in one.items() if name != "koppelsleutel"}
            for one in self.boek.terugkoppelingen
            if one["koppelsleutel"] == koppelsleutel
        ]


@asynccontextmanager
async def chain(*brins: str) -> AsyncIterator[Chain]:
    """Run the chain until the block ends; these schools gave both mandates."""
    running = Chain(brins)
    await running.start()
    try:
        yield running
    finally:
        await running.close()


def oso_settings(sandbox: Sandbox, keten: Chain, **own: Any) -> Settings:
    """Settings of intake with OSO-SWV, with short waits and no memory of mandates."""
    given = {
        "oso_oin": ONS,
        "oso_osr_url": keten.url,
        "oso_traffic_center_url": f"{keten.url}/traffic-center",
        "oso_timeout": 2.0,
        "oso_osr_timeout": 1.0,
        "oso_retry": 0.1,
        "oso_longest": 0.4,
        "oso_mandate_age": 0.0,
    }
    return intake_settings(sandbox, **{**given, **own})


class OsoLas:
    """A LAS of a simulated chain that intake knows as this connector."""

    def __init__(self, world: World, keten: Chain, http: httpx.AsyncClient, connector: str, key: str) -> None:
        self.world = world
        self.keten = keten
        self.http = http
        self.connector = connector
        self.key = key

    @classmethod
    async def add(cls, world: World, keten: Chain, http: httpx.AsyncClient, connector: str = "parnassys") -> Self:
        """Add it to a connector that is there."""
        opgave = LasOpgave.model_validate({"connector": connector, "oin": LAS, "adres": f"{keten.url}/las"})
        async with world.database() as database, database.transaction() as tx:
            key = await add_las(tx, opgave, actor="operator:test")
        return cls(world, keten, http, connector, key)

    async def klaar(self, school: str, **own: Any) -> tuple[str, bytes]:
        """Make a dossier ready at the LAS, without telling; the koppelsleutel and the notificatie."""
        form = {name: text for name, text in FORMULIER.items() if name != "samenwerkingsverband"}
        given = {"school": school, "keren": 0, "formulier": form, **own}
        made = await self.keten.call("POST", "/simulator/dossiers", given)
        return made["koppelsleutel"], made["bericht"].encode()

    async def send(self, bericht: bytes, *, key: str | None = None) -> httpx.Response:
        """Send a notificatie to intake."""
        headers = {"authorization": f"Bearer {self.key if key is None else key}", "content-type": "text/xml"}
        return await self.http.post("/oso/notificaties", content=bericht, headers=headers)

    async def meld(self, school: str, **own: Any) -> str:
        """Make a dossier ready and tell intake, which must take it."""
        sleutel, bericht = await self.klaar(school, **own)
        answer = await self.send(bericht)
        assert (answer.status_code, "NotificatieOntvangen" in answer.text) == (200, True), answer.text
        return sleutel

    async def row(self, koppelsleutel: str) -> dict[str, Any]:
        """The notificatie as intake has it."""
        query = "SELECT * FROM intake.notificatie WHERE connector = $1 AND koppelsleutel = $2"
        rows = await self.world.fetch(query, self.connector, UUID(koppelsleutel))
        assert len(rows) == 1
        return dict(rows[0])

    async def reaches(self, koppelsleutel: str, staat: str, reden: str | None = None) -> dict[str, Any]:
        """Wait until it is there; the row."""

        async def there() -> dict[str, Any] | None:
            row = await self.row(koppelsleutel)
            return row if (row["staat"], row["reden"]) == (staat, reden) else None

        found: dict[str, Any] = await eventually(there)
        return found

    async def fetched(self, koppelsleutel: str) -> dict[str, Any]:
        """Wait until its dossier is here, where no documents runs to give it a place; the row."""
        return await self.reaches(koppelsleutel, "plaats gevraagd")

    async def told(self, koppelsleutel: str, count: int = 1) -> list[dict[str, str]]:
        """Wait until the LAS was told so many things; all of them."""

        async def there() -> list[dict[str, str]] | None:
            found = self.keten.told(koppelsleutel)
            return found if len(found) >= count else None

        found: list[dict[str, str]] = await eventually(there)
        return found

    async def dossiers(self, koppelsleutel: str) -> list[Any]:
        """The dossiers intake keeps of it."""
        query = """
            SELECT notificatiedossier.* FROM intake.notificatiedossier JOIN intake.notificatie ON id = notificatie
            WHERE koppelsleutel = $1
        """
        return await self.world.fetch(query, UUID(koppelsleutel))
