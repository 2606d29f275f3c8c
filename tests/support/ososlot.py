"""An OSO dossier on its way in: as a school's system puts it in an uploadslot.

>>> slot = await uploaded(lvs, ours(dossier()).bytes(), swv="PO00YY")
>>> await lvs.send(hulpvraag(osoDossier=slot))
"""

import hashlib
from typing import Any

import httpx

from shared.contracts.connector import Aanvaard, DossierBericht, Uploadslots, UploadslotsAanvragen
from support.intake import Lvs, hulpvraag
from support.oso import Dossier
from support.sandbox import eventually
from support.whole import Whole

PUPIL = {
    "leerlingid": "LN094837",
    "roepnaam": "Daan",
    "voorvoegsel": "van de",
    "achternaam": "Berg",
    "geboortedatum": "2003-03-17",
}
"""Of the examples of Edustandaard, who is nobody."""


def ours(made: Dossier, leerling: dict[str, Any] = PUPIL, *, brin: str = "00YY") -> Dossier:
    """Make it a dossier of this pupil, of this school."""
    where = "huidigeschool/leerling"
    made.zet("huidigeschool/brincode", brin).zet(f"{where}/leerlingid", leerling["leerlingid"])
    return made.zet(f"{where}/geboortedatum", leerling["geboortedatum"])


async def uploaded(lvs: Lvs, xml: bytes, *, swv: str, naam: str = "dossier.xml", soort: str = "oso-dossier") -> str:
    """Ask a place for a dossier and put it there; return the uploadslot."""
    bestand = {"naam": naam, "soort": soort, "grootte": len(xml), "sha256": hashlib.sha256(xml).hexdigest()}
    await lvs.send({"swv": swv, "bestanden": [bestand]}, kind=UploadslotsAanvragen.TYPE)
    while (answer := await lvs.next(within=30))["_"].type != Uploadslots.TYPE:
        pass
    (place,) = answer["uploadslots"]
    async with httpx.AsyncClient() as client:
        done = await client.post(place["url"], data=place["velden"], files={"file": ("bestand", xml)})
    assert done.status_code == 204
    found: str = place["uploadslot"]
    return found


async def sent(system: Whole, lvs: Lvs, xml: bytes, pupil: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Submit a hulpvraag with this dossier; wait until it is read, and workflow has the hulpvraag."""
    slot = await uploaded(lvs, xml, swv="PO2507")
    await lvs.send(hulpvraag(leerling=pupil, osoDossier=slot))
    while (answer := await lvs.next(within=30))["_"].type != Aanvaard.TYPE:
        pass
    while (told := await lvs.next(within=30))["_"].type != DossierBericht.TYPE:
        pass
    number: int = answer["dossiernummer"]

    async def known() -> bool:
        async with system.box.connect() as connection:
            return bool(await connection.fetchval("SELECT status FROM workflow.hulpvraag WHERE dossiernummer = $1", number))

    await eventually(known)
    return number, told
