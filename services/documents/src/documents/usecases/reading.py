"""Seeing what stands with a hulpvraag, and links to download it. Who may is workflow's to say; here it is logged."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from documents.ports import Objects
from documents.store import bijlagen
from shared import clock
from shared.contracts.documents import Briefplaats, BriefVerstrekt
from shared.contracts.intake import BriefOpgevraagd
from shared.database import Transaction
from shared.envelope import Event
from shared.errors import Conflict, Forbidden, NotFound
from shared.tokens import Capability

MAX_LIFETIME = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Download:
    """A link to one bijlage, good until ``expires``."""

    bijlage: asyncpg.Record
    url: str
    expires: datetime


async def list_bijlagen(tx: Transaction, hulpvraag: UUID, capability: Capability) -> list[asyncpg.Record]:
    """Return what stands with a hulpvraag, with its state; logged as a view of the dossier."""
    rows = await bijlagen.of_hulpvraag(tx, hulpvraag, capability.swv)
    tx.audit("bijlagen.bekeken", subject=hulpvraag, actor=capability.actor, aantal=len(rows))
    return rows


async def download(tx: Transaction, objects: Objects, bijlage: UUID, capability: Capability) -> Download:
    """Make a link, at most 60 seconds and never past the end of the capability. Raises NotFound, Conflict, Forbidden."""
    return _linked(tx, objects, await bijlagen.find(tx, bijlage, capability.bij, capability.swv), capability)


async def original(tx: Transaction, objects: Objects, hulpvraag: UUID, osodossier: UUID, capability: Capability) -> Download:
    """Do so for the OSO dossier of a hulpvraag, as the school's system made it."""
    row = await bijlagen.oso_dossier(tx, hulpvraag, osodossier, capability.swv)
    return _linked(tx, objects, row, capability)


def _linked(tx: Transaction, objects: Objects, row: asyncpg.Record | None, capability: Capability) -> Download:
    if row is None:
        raise NotFound("Deze bijlage bestaat niet.")
    if row["staat"] == "wordt gescand":
        raise Conflict("Deze bijlage wordt nog gescand op virussen. Probeer het straks opnieuw.")
    if row["staat"] == "geweigerd":
        raise Conflict("Deze bijlage is geweigerd en kan niet worden gedownload.")
    now = clock.now()
    left = timedelta(seconds=int((capability.until - now).total_seconds())) if capability.until else MAX_LIFETIME
    lifetime = min(left, MAX_LIFETIME)
    if lifetime < timedelta(seconds=1):
        raise Forbidden("De machtiging is verlopen.")
    url = objects.link(row["bucket"], row["sleutel"], lifetime=lifetime, version=row["objectversie"])
    tx.audit("bijlage.gedownload", subject=row["hulpvraag"], actor=capability.actor, bijlage=row["id"])
    return Download(row, url, now + lifetime)


async def hand_letter(tx: Transaction, objects: Objects, asked: BriefOpgevraagd) -> None:
    """Give a connector a link to a letter for a minute, or say that there is none; intake saw to it that it may ask."""
    row = await bijlagen.letter(tx, asked.hulpvraag, asked.swv, asked.sha256)
    found = None
    if row is not None:
        expires = clock.now() + MAX_LIFETIME
        url = objects.link(row["bucket"], row["sleutel"], lifetime=MAX_LIFETIME, version=row["objectversie"])
        about = {name: row[name] for name in ("brief", "naam", "grootte", "sha256")}
        found = Briefplaats(**about, url=url, verloopt_op=expires)
        tx.audit("brief.verstrekt", subject=asked.hulpvraag, actor=asked.aanbieder, bijlage=row["id"])
    else:
        tx.audit("brief.onbekend", subject=asked.hulpvraag, actor=asked.aanbieder)
    told = BriefVerstrekt(aanvraag=asked.aanvraag, aanbieder=asked.aanbieder, hulpvraag=asked.hulpvraag, brief=found)
    tx.publish(Event.about(told, subject=asked.aanvraag, sequence=1))
