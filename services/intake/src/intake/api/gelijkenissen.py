"""Dossiers that may be of one pupil, for who sorts what comes in."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
from fastapi import APIRouter

from intake.api.base import UsedDatabase
from intake.usecases.gelijkenis import Staat, decide, view_pairs
from shared.contracts.connector import Public
from shared.roles import ActorWithRole

router = APIRouter(tags=["gelijkenissen"])


class GelijkDossier(Public):
    """One of the two; ``gaat_verder`` when they are put together."""

    dossier: UUID
    leerlingid: str
    roepnaam: str
    voorvoegsel: str
    achternaam: str
    geboortedatum: date
    school: str
    schoolnaam: str
    gewijzigd_op: datetime
    dossiernummers: tuple[int, ...]
    gaat_verder: bool


class Gelijkenis(Public):
    """Two dossiers that may be of one pupil, and what was said of it."""

    gelijkenis: UUID
    staat: Staat
    voorgesteld_op: datetime
    beslist_op: datetime | None
    dossiers: tuple[GelijkDossier, ...]


class Gelijkenissen(Public):
    """What waits first, then the last that was decided; at most two hundred."""

    gelijkenissen: tuple[Gelijkenis, ...]


class Beslissing(Public):
    """``bevestigd``: of one pupil. ``afgewezen``: of two. ``voorgesteld``: take back what was decided."""

    staat: Staat


@router.get("/gelijkenissen", summary="Dossiers die van dezelfde leerling kunnen zijn")
async def gelijkenissen(database: UsedDatabase, actor: ActorWithRole) -> Gelijkenissen:
    """List them. It is on record who looked."""
    async with database.transaction() as tx:
        found = await view_pairs(tx, actor)
    return Gelijkenissen(
        gelijkenissen=tuple(
            Gelijkenis(
                gelijkenis=pair["id"],
                staat=pair["staat"],
                voorgesteld_op=pair["voorgesteld_op"],
                beslist_op=pair["beslist_op"],
                dossiers=(_side(pair, een), _side(pair, ander)),
            )
            for pair, een, ander in found
        )
    )


@router.put("/gelijkenissen/{gelijkenis}", status_code=204, summary="Zeggen of het dezelfde leerling is")
async def beslissen(gelijkenis: UUID, body: Beslissing, database: UsedDatabase, actor: ActorWithRole) -> None:
    """Confirm, reject, or take back."""
    async with database.transaction() as tx:
        await decide(tx, actor, gelijkenis, body.staat)


def _side(pair: asyncpg.Record, row: asyncpg.Record) -> GelijkDossier:
    data: dict[str, Any] = row["gegevens"]
    return GelijkDossier(
        dossier=row["id"],
        leerlingid=row["leerlingid"],
        roepnaam=data["roepnaam"],
        voorvoegsel=data["voorvoegsel"],
        achternaam=data["achternaam"],
        geboortedatum=data["geboortedatum"],
        school=row["code"],
        schoolnaam=row["naam"],
        gewijzigd_op=row["gewijzigd_op"],
        dossiernummers=tuple(row["nummers"] or ()),
        gaat_verder=pair["verder"] == row["id"],
    )
