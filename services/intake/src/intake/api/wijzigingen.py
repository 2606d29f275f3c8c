"""What changed in a dossier's data and hulpvragen, and that someone of the SWV took note."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from intake.api.base import UsedDatabase
from intake.usecases.wijzigingen import take_note, view_changes, view_contents
from shared.contracts.common import Contactpersoon
from shared.contracts.connector import Public
from shared.roles import ActorBySchool, Manager

router = APIRouter()


class VeldAntwoord(Public):
    """One field: what stood there and what stands there now; empty is nothing."""

    veld: str
    oud: str
    nieuw: str


class WijzigingAntwoord(Public):
    """What one message changed; ``dossiernummer`` is that of the hulpvraag it came with."""

    versie: int
    vanaf: datetime
    kanaal: Literal["LVS", "direct"]
    dossiernummer: int | None
    velden: tuple[VeldAntwoord, ...]


class Gezien(Public):
    """Who took note, up to which version."""

    versie: int
    naam: str
    op: datetime


class WijzigingenAntwoord(Public):
    """What changed, the newest first; ``versie`` is that of the data now."""

    versie: int
    wijzigingen: tuple[WijzigingAntwoord, ...]
    gezien: Gezien | None
    mag_kennisnemen: bool


class EerdereInhoud(Public):
    """What a hulpvraag held until ``tot``, when its school sent it again with another content."""

    dossiernummer: int
    versie: int
    tot: datetime
    aanvraagtype: str
    omschrijving: str
    datum: date
    contactpersoon: Contactpersoon


class EerdereInhouden(Public):
    """Of each hulpvraag of a dossier, the oldest first."""

    inhouden: tuple[EerdereInhoud, ...]


class Kennisname(Public):
    """Up to which version someone took note."""

    versie: Annotated[int, Field(gt=0, lt=2**31)]


@router.get("/dossiers/{dossier}/wijzigingen", summary="Wat er in een dossier veranderde")
async def wijzigingen(dossier: UUID, database: UsedDatabase, actor: ActorBySchool) -> WijzigingenAntwoord:
    """Show what changed, per message. It is on record who looked."""
    async with database.transaction() as tx:
        seen = await view_changes(tx, actor, dossier)
    return WijzigingenAntwoord(
        versie=seen.versie,
        wijzigingen=tuple(
            WijzigingAntwoord(
                versie=one.versie,
                vanaf=one.vanaf,
                kanaal="LVS" if one.connector else "direct",
                dossiernummer=one.dossiernummer,
                velden=tuple(VeldAntwoord.model_validate(veld, from_attributes=True) for veld in one.velden),
            )
            for one in seen.wijzigingen
        ),
        gezien=Gezien(**seen.gezien) if seen.gezien else None,
        mag_kennisnemen=actor.soort == "swv",
    )


@router.get("/dossiers/{dossier}/inhouden", summary="Wat hulpvragen van een dossier eerder inhielden")
async def inhouden(dossier: UUID, database: UsedDatabase, actor: Manager) -> EerdereInhouden:
    """Show it to who makes a parent's copy. It is on record who looked."""
    async with database.transaction() as tx:
        rows = await view_contents(tx, actor, dossier)
    return EerdereInhouden(inhouden=tuple(EerdereInhoud.model_validate(dict(row)) for row in rows))


@router.post("/dossiers/{dossier}/kennisname", status_code=204, summary="Kennisnemen van gewijzigde gegevens")
async def kennisnemen(dossier: UUID, body: Kennisname, database: UsedDatabase, actor: ActorBySchool) -> None:
    """Note that the SWV saw the data up to this version."""
    async with database.transaction() as tx:
        await take_note(tx, actor, dossier, body.versie)
