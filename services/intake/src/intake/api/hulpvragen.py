"""Submitting by hand, the schools one may do that for, and dossiers."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse

from intake.api.base import UsedDatabase
from intake.domain.opgave import HulpvraagOpgave
from intake.usecases.consult import list_schools, may_submit, view_dossier
from intake.usecases.direct import submit_directly
from shared import failpoints
from shared.contracts.common import Niveau
from shared.contracts.connector import Public
from shared.errors import Fault
from shared.http import UNLOGGED
from shared.roles import ActorBySchool

router = APIRouter()
failpoints.register("direct.before-commit", "direct.after-commit")


class Ingediend(Public):
    """A hulpvraag was taken and has its number; what follows is under way.

    ``waarschuwingen`` are what had better been sent otherwise.
    """

    dossiernummer: int
    hulpvraag: UUID
    dossier: UUID
    waarschuwingen: tuple[Fault, ...] = ()


class BestuurAntwoord(Public):
    """The board of a school."""

    code: str
    naam: str


class SchoolAntwoord(Public):
    """A school; ``mag_indienen``: this actor may apply for it."""

    code: str
    naam: str
    bestuur: BestuurAntwoord
    mag_indienen: bool


class LeerlingAntwoord(Public):
    """The pupil, as the school wrote it last."""

    leerlingid: str
    roepnaam: str
    voorvoegsel: str
    achternaam: str
    geboortedatum: date


class HulpvraagAntwoord(Public):
    """One hulpvraag of a dossier, or of one in ``gekoppeld``."""

    dossiernummer: int
    hulpvraag: UUID
    dossier: UUID
    aanvraagtype: str
    datum: date
    kanaal: Literal["LVS", "direct"]
    ingediend_op: datetime


class GekoppeldDossier(Public):
    """Another dossier of the same pupil, as the SWV confirmed; ``gaat_verder``: it goes on, and this one does not."""

    dossier: UUID
    leerlingid: str
    school: str
    schoolnaam: str
    gaat_verder: bool


class DossierAntwoord(Public):
    """What is known of a leerling, groep or school. ``versie`` rises each time a school sends other data.

    ``hulpvragen`` are also those of the dossiers in ``gekoppeld``.
    """

    dossier: UUID
    swv: str
    school: SchoolAntwoord
    niveau: Niveau
    leerling: LeerlingAntwoord | None = None
    groep: str | None = None
    versie: int
    gewijzigd_op: datetime
    hulpvragen: tuple[HulpvraagAntwoord, ...]
    gekoppeld: tuple[GekoppeldDossier, ...] = ()


class Scholen(Public):
    """The schools an actor has to do with."""

    scholen: tuple[SchoolAntwoord, ...]


@router.post("/hulpvragen", status_code=202, response_model=Ingediend, summary="Een hulpvraag indienen")
async def indienen(
    opgave: HulpvraagOpgave,
    request: Request,
    database: UsedDatabase,
    actor: ActorBySchool,
    idempotency_key: Annotated[str, Header(min_length=1, max_length=200)],
) -> JSONResponse:
    """Submit a hulpvraag for a school. The same ``Idempotency-Key`` again gives the same answer and no second hulpvraag."""
    body = await request.body()
    async with database.transaction() as tx:
        answer = await submit_directly(tx, actor, opgave, body, idempotency_key)
        failpoints.hit("direct.before-commit")
    failpoints.hit("direct.after-commit")
    return JSONResponse(answer.body, answer.status)


@router.get("/dossiers/{dossier}", response_model_exclude_none=True, summary="Een dossier bekijken")
async def dossier(dossier: UUID, database: UsedDatabase, actor: ActorBySchool) -> DossierAntwoord:
    """Show a dossier of the actor's own organisation. It is on record who looked."""
    async with database.transaction() as tx:
        seen = await view_dossier(tx, actor, dossier)
    found = seen.dossier
    is_pupil = found["niveau"] == "leerling"
    return DossierAntwoord(
        dossier=found["id"],
        swv=found["swv"],
        school=_school(found, may=may_submit(actor)),
        niveau=found["niveau"],
        leerling=LeerlingAntwoord(leerlingid=found["sleutel"], **found["gegevens"]) if is_pupil else None,
        groep=found["sleutel"] if found["niveau"] == "groep" else None,
        versie=found["versie"],
        gewijzigd_op=found["gewijzigd_op"],
        hulpvragen=tuple(_hulpvraag(row) for row in seen.hulpvragen),
        gekoppeld=tuple(_linked(row) for row in seen.gekoppeld),
    )


@router.get("/scholen", summary="Scholen van de eigen organisatie", openapi_extra={UNLOGGED: "niets over een leerling"})
async def scholen(database: UsedDatabase, actor: ActorBySchool) -> Scholen:
    """List schools, with whether the actor may apply for them."""
    async with database.transaction() as tx:
        rows = await list_schools(tx, actor)
    return Scholen(scholen=tuple(_school(row, may=may_submit(actor) and row["open"]) for row in rows))


def _school(row: asyncpg.Record, *, may: bool) -> SchoolAntwoord:
    bestuur = BestuurAntwoord(code=row["bestuur"], naam=row["bestuursnaam"])
    return SchoolAntwoord(code=row["code"], naam=row["naam"], bestuur=bestuur, mag_indienen=may)


def _linked(row: asyncpg.Record) -> GekoppeldDossier:
    return GekoppeldDossier(
        dossier=row["id"],
        leerlingid=row["leerlingid"],
        school=row["code"],
        schoolnaam=row["naam"],
        gaat_verder=row["gaat_verder"],
    )


def _hulpvraag(row: asyncpg.Record) -> HulpvraagAntwoord:
    shown: dict[str, Any] = {name: row[name] for name in ("dossiernummer", "dossier", "aanvraagtype", "datum", "ingediend_op")}
    return HulpvraagAntwoord(hulpvraag=row["id"], kanaal="LVS" if row["connector"] else "direct", **shown)
