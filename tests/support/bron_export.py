"""Builders for bron-export's tests, and its register simulator running on a port.

>>> besluit = een_besluit(soort="arrangement", versie=2)
>>> async with simulator() as register:
...     await register.behave("keurt-af", signalen=(423,))
"""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import uvicorn
from bron_export.domain.gegevens import Gegevens, te_registreren
from bron_export.domain.registratie import Registratie
from bron_export.simulator.app import make_app
from bron_export.simulator.wire import WireProtocol
from shared.contracts.common import Contactpersoon, Leerling, School
from shared.contracts.workflow import Afzender, BesluitGenomen
from shared.tokens import Actor

from support.sandbox import eventually

SWV = "PO2507"
SCHOOL = "99XA00"
BESTUUR = "B-LINDE"
NU = datetime(2026, 9, 1, 10, tzinfo=UTC)


def een_besluit(*, soort: str = "TLV", **own: Any) -> BesluitGenomen:
    """A decision as workflow tells it: a right TLV, or a right arrangement."""
    is_tlv = soort == "TLV"
    given: dict[str, Any] = {
        "swv": SWV,
        "hulpvraag": uuid4(),
        "dossiernummer": 1001,
        "besluit": uuid4(),
        "versie": 1,
        "nummer": "PO2507-2026-00123" if is_tlv else "PO2507-ARR-2026-0001",
        "soort": soort,
        "toegekend": True,
        "categorie": "L" if is_tlv else None,
        "begin": date(2026, 8, 1) if is_tlv else date(2026, 9, 15),
        "eind": date(2028, 7, 31) if is_tlv else date(2027, 2, 1),
        "omschrijving": "Inzet van een ondersteuner in de klas",
        "begeleider": "" if is_tlv else "Bo Verzonnen",
        "motivering": "De school heeft laten zien wat nodig is.",
        "genomen_op": date(2026, 8, 20),
        "niveau": "leerling",
        "school": School(code=SCHOOL, naam="De Verzonnen Linde", bestuur=BESTUUR),
        "leerling": Leerling(
            dossier=uuid4(),
            leerlingid="L-2041",
            roepnaam="Noor",
            achternaam="Voorbeeld",
            geboortedatum=date(2018, 5, 4),
        ),
        "contactpersoon": Contactpersoon(naam="Ib Er", email="ib@linde.example"),
        "afzender": Afzender(naam="SWV Voorbeeld", adres="Straat 1", postcode="6500 AA", plaats="Verzonnen"),
        "registratie": "TLV" if is_tlv else "onderwijsarrangement",
    }
    return BesluitGenomen(**{**given, **own})


def gegevens(*, soort: str = "TLV", **own: Any) -> Gegevens:
    """The content of a right registration, with these differences."""
    found = te_registreren(een_besluit(soort=soort))
    assert found is not None
    values = {name: getattr(found, name) for name in Gegevens.__dataclass_fields__}
    return Gegevens(**{**values, **own})


def een_registratie(**own: Any) -> Registratie:
    """A registration that has its mandate and was never sent."""
    given: dict[str, Any] = {
        "id": uuid4(),
        "besluit": uuid4(),
        "besluitversie": 1,
        "hulpvraag": uuid4(),
        "dossiernummer": 1001,
        "bestuur": BESTUUR,
        "gegevens": gegevens(),
        "gewijzigd_op": NU,
        "correlation_id": uuid4(),
        "mandaat": uuid4(),
        "volgende_poging_op": NU,
    }
    return Registratie(**{**given, **own})


def een_actor(soort: str = "swv", *, organisatie: str | None = None, rollen: tuple[str, ...] | None = None, swv: str = SWV) -> Actor:
    """Someone of the SWV's administration, or of the school or board of ``een_besluit``."""
    own = {"swv": swv, "school": SCHOOL, "bestuur": BESTUUR, "systeem": "schakel"}
    usual = {"swv": ("administratie",), "school": ("IB'er",), "bestuur": ("bestuur",), "systeem": ()}
    return Actor(
        sub=UUID(int=7),
        naam="Sam Verzonnen",
        organisatie=organisatie or own[soort],
        soort=soort,  # type: ignore[arg-type]  # the four kinds, and a wrong one is refused by the model
        swv=swv,
        rollen=usual[soort] if rollen is None else rollen,
    )


class RunningSimulator:
    """The simulator on its port, in a thread with a loop of its own; ``stop`` and ``start`` it as often as needed."""

    def __init__(self, data: Path | None, credentials: str, port: int) -> None:
        self._data = data
        self._credentials = credentials
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self.port = port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        app = make_app(self._data, credentials=self._credentials)
        config = uvicorn.Config(
            app, port=self.port, http=WireProtocol, log_config=None, access_log=False, timeout_graceful_shutdown=1, ws="none"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        await eventually(self._started)
        self.port = self._server.servers[0].sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            await asyncio.to_thread(self._thread.join, 10)
            self._server = self._thread = None

    async def _started(self) -> bool:
        return self._server is not None and self._server.started

    async def call(self, method: str, path: str, body: object = None) -> Any:
        async with httpx.AsyncClient(base_url=self.url, trust_env=False) as http:
            response = await http.request(method, path, json=body)
        response.raise_for_status()
        return response.json() if response.content else None

    async def behave(self, soort: str, **own: Any) -> None:
        """Misbehave from now on: once, unless ``keren`` says otherwise."""
        await self.call("POST", "/simulator/gedrag", {"soort": soort, **own})

    async def behave_well(self) -> None:
        await self.call("DELETE", "/simulator/gedrag")

    async def know(self, **kennis: Any) -> None:
        await self.call("PUT", "/simulator/kennis", kennis)

    async def registered(self) -> list[dict[str, Any]]:
        """What holds now at the register."""
        found: list[dict[str, Any]] = await self.call("GET", "/simulator/registraties")
        return [each for each in found if each["status"] == "geaccepteerd"]

    async def deliveries(self, *methods: str) -> list[dict[str, Any]]:
        """What came in, oldest first, of these methods."""
        found: list[dict[str, Any]] = await self.call("GET", "/simulator/leveringen")
        return [each for each in reversed(found) if each["methode"] in methods]


@asynccontextmanager
async def simulator(data: Path | None = None, *, credentials: str = "", port: int = 0) -> AsyncIterator[RunningSimulator]:
    """Run the simulator until the block ends."""
    running = RunningSimulator(data, credentials, port)
    await running.start()
    try:
        yield running
    finally:
        await running.stop()
