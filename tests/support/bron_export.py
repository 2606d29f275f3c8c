"""What bron-export's tests are built from: decisions, registrations, actors, and the service beside its register.

>>> besluit = een_besluit(soort="arrangement", versie=2)
"""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any, Literal
from uuid import UUID, uuid4

import httpx

from bron_export.domain.gegevens import Gegevens, te_registreren
from bron_export.domain.registratie import Registratie
from bron_export.settings import Settings
from shared import clock
from shared.contracts.bron_export import RegistratieGewijzigd
from shared.contracts.common import Contactpersoon, Leerling, School
from shared.contracts.workflow import Afzender, BesluitGenomen
from shared.envelope import Event
from shared.tokens import Actor
from support.register import RunningSimulator
from support.sandbox import Sandbox, eventually, token_for

SWV = "PO2507"
SCHOOL = "99XA00"
BESTUUR = "B-LINDE"
Soort = Literal["swv", "school", "bestuur", "systeem"]
NU = datetime(2026, 9, 1, 10, tzinfo=UTC)
SCHOOLJAAR = clock.today().year - (clock.today().month < 8)
"""The year in which this school year began: the year after it is within reach of a registration, two years on is not (331)."""


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


def een_actor(
    soort: Soort = "swv", *, organisatie: str | None = None, rollen: tuple[str, ...] | None = None, swv: str = SWV
) -> Actor:
    """Someone of the SWV's administration, or of the school or board of ``een_besluit``."""
    own = {"swv": swv, "school": SCHOOL, "bestuur": BESTUUR, "systeem": "schakel"}
    usual = {"swv": ("administratie",), "school": ("IB'er",), "bestuur": ("bestuur",), "systeem": ()}
    return Actor(
        sub=UUID(int=7),
        naam="Sam Verzonnen",
        organisatie=organisatie or own[soort],
        soort=soort,
        swv=swv,
        rollen=usual[soort] if rollen is None else rollen,
    )


class Bron:
    """The service beside its register, and one school of its own per test.

    >>> besluit = await bron.decide()
    >>> await bron.reaches(besluit, "geaccepteerd")
    """

    def __init__(self, box: Sandbox, register: RunningSimulator, http: httpx.AsyncClient, number: int) -> None:
        self.box = box
        self.register = register
        self.http = http
        self.school = f"99X{chr(65 + number // 99)}{number % 99 + 1:02}"
        self.bestuur = f"B-{number}"
        self._numbers = count(number * 100)

    def headers(self, soort: Soort = "swv", **own: Any) -> dict[str, str]:
        """What the gateway would send for someone of the SWV, of this school or of its board."""
        home = {"swv": SWV, "school": self.school, "bestuur": self.bestuur, "systeem": "schakel"}
        return token_for(een_actor(soort, **{"organisatie": home[soort], **own}), "bron-export")

    async def mandate(self, *, van: date = date(2020, 1, 1), tot: date | None = None, soort: Soort = "swv") -> httpx.Response:
        """Note a mandate of this school, or another period of it."""
        path = f"/mandaten/{self.school}"
        known = await self.http.get(path, headers=self.headers())
        match = {"If-Match": known.headers["etag"]} if known.status_code == 200 else {}
        body = {"van": van.isoformat(), "tot": tot and tot.isoformat()}
        response = await self.http.put(path, json=body, headers={**self.headers(soort), **match})
        assert response.status_code == 200, response.text
        return response

    def besluit(self, *, soort: str = "TLV", **own: Any) -> BesluitGenomen:
        """A right decision about another pupil of this school each time."""
        number, year = next(self._numbers), SCHOOLJAAR
        pupil = Leerling(
            dossier=uuid4(),
            leerlingid=f"L-{number}",
            roepnaam="Noor",
            achternaam="Voorbeeld",
            geboortedatum=date(year - 8, 5, 4),
        )
        given: dict[str, Any] = {
            "school": School(code=self.school, naam="De Verzonnen Linde", bestuur=self.bestuur),
            "leerling": pupil,
            "begin": date(year, 8, 1),
            "eind": date(year + 2, 7, 31),
        }
        if soort == "TLV":
            given["nummer"] = f"{SWV}-{year}-{number:05}"
        return een_besluit(soort=soort, **{**given, **own})

    async def tell(self, besluit: BesluitGenomen, times: int = 1) -> BesluitGenomen:
        """Publish the decision as workflow would."""
        await self.box.publish(
            *(Event.about(besluit, subject=besluit.hulpvraag, sequence=besluit.versie) for _ in range(times))
        )
        return besluit

    async def decide(self, *, soort: str = "TLV", **own: Any) -> BesluitGenomen:
        """Make a decision and publish it."""
        return await self.tell(self.besluit(soort=soort, **own))

    async def correct(self, besluit: BesluitGenomen, **own: Any) -> BesluitGenomen:
        """Publish the next version of a decision."""
        return await self.tell(besluit.model_copy(update={"versie": besluit.versie + 1, **own}))

    async def registrations(self, besluit: BesluitGenomen) -> list[dict[str, Any]]:
        """What the API shows of this decision, oldest version first."""
        response = await self.http.get("/registraties", params={"hulpvraag": str(besluit.hulpvraag)}, headers=self.headers())
        assert response.status_code == 200, response.text
        found = [each for each in response.json()["registraties"] if each["besluit"] == str(besluit.besluit)]
        return sorted(found, key=lambda each: int(each["besluitversie"]))

    async def reaches(
        self, besluit: BesluitGenomen, staat: str, *, versie: int | None = None, reden: str | None = None, within: float = 15
    ) -> dict[str, Any]:
        """Wait until this version of the decision is in this state, for this reason; return it."""

        async def there() -> dict[str, Any] | None:
            for each in await self.registrations(besluit):
                why = each["reden"] and each["reden"]["code"]
                wanted = each["besluitversie"] == (versie or besluit.versie) and each["staat"] == staat
                if wanted and (reden is None or why == reden):
                    return each
            return None

        found: dict[str, Any] = await eventually(there, within=within, every=0.03)
        return found

    async def detail(self, besluit: BesluitGenomen) -> dict[str, Any]:
        """The newest registration of this decision with its history; ``etag`` is its version."""
        newest = (await self.registrations(besluit))[-1]
        response = await self.http.get(f"/registraties/{newest['id']}", headers=self.headers())
        return {**response.json(), "etag": response.headers["etag"]}

    async def patch(self, besluit: BesluitGenomen, body: dict[str, Any], soort: Soort = "school") -> httpx.Response:
        """Correct the newest registration of this decision, as the school."""
        seen = await self.detail(besluit)
        headers = {**self.headers(soort), "If-Match": seen["etag"]}
        return await self.http.patch(f"/registraties/{seen['id']}", json={"reden": "Typefout", **body}, headers=headers)

    async def resend(self, besluit: BesluitGenomen, soort: Soort = "school", *, key: str | None = None) -> httpx.Response:
        """Send the newest registration of this decision again, as the school."""
        seen = await self.detail(besluit)
        headers = {**self.headers(soort), "If-Match": seen["etag"], "Idempotency-Key": key or str(uuid4())}
        return await self.http.post(f"/registraties/{seen['id']}/verzendingen", headers=headers)

    async def told(self, besluit: BesluitGenomen) -> list[str]:
        """The states that the others were told of, oldest first, with every version and its number in order."""
        events = await self.box.published("bron-export", RegistratieGewijzigd.TYPE)
        mine = [each["data"] for each in events if each["data"]["besluit"] == str(besluit.besluit)]
        for registratie in {each["registratie"] for each in mine}:
            versions = [each["versie"] for each in mine if each["registratie"] == registratie]
            assert versions == list(range(1, len(versions) + 1))
        return [each["staat"] for each in mine]

    async def at_register(self, besluit: BesluitGenomen) -> list[dict[str, Any]]:
        """What the register holds now of this decision."""
        return [each for each in await self.register.registered() if each["melding"]["besluit"] == str(besluit.besluit)]

    async def sent(self, besluit: BesluitGenomen) -> list[str]:
        """What came in at the register about this decision, oldest first: ``POST 1``, ``GET``, ``PUT 2``."""
        mine = [
            each
            for each in await self.register.deliveries("POST", "PUT", "GET", "DELETE")
            if each["referentie"].startswith(str(besluit.besluit))
        ]
        return [f"{each['methode']} {each['volgnummer'] or ''}".strip() for each in mine]


def bron_settings(box: Sandbox, register: RunningSimulator, **own: Any) -> Settings:
    """Settings with short waits."""
    quick = {"register_timeout": 2.5, "register_retry": 0.1, "register_poll": 0.1, "register_longest": 0.5}
    return box.settings(Settings, "bron-export", **{"register_url": register.url, **quick, **own})


async def note_mandate(box: Sandbox, bron: Bron) -> None:
    """Note a mandate of this school behind the service's back, and let what waited for it be due."""
    async with box.connect() as connection:
        await connection.execute(
            "INSERT INTO bron_export.mandaat (id, swv, school, versie, gever_soort, gever, van, vastgelegd_op, vastgelegd_door)"
            " VALUES ($1, $2, $3, 1, 'swv', $2, '2020-01-01', $4, $1)",
            uuid4(),
            SWV,
            bron.school,
            clock.now(),
        )
        await connection.execute("UPDATE bron_export.registratie SET volgende_poging_op = $1", clock.now())
