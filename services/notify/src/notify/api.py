"""Routes for the gateway: own mails and their fate, preferences; for the SWV's administration all mails of a hulpvraag."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from notify import usecases
from notify.domain.fate import MEANING, WAITING, Staat
from shared.auth import CurrentActor
from shared.capability import CurrentCapability, permit
from shared.database import Database
from shared.http import UNLOGGED

router = APIRouter()


class _Public(BaseModel):
    """JSON in camelCase; unknown fields are refused by name."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)


class MailRegel(_Public):
    """One mail and its fate. ``uitleg`` says the state in a sentence, ``antwoord`` what the mail server said last."""

    id: UUID
    hulpvraag: UUID
    dossiernummer: int
    onderwerp: str
    doelgroep: str
    email: str
    staat: Staat
    uitleg: str
    antwoord: str
    code: int | None
    pogingen: int
    gepland_op: datetime
    gewijzigd_op: datetime
    volgende_poging: datetime | None


class Mails(_Public):
    """A page of mails, the newest first; ``meer``: there is a next page."""

    mails: list[MailRegel]
    pagina: int
    meer: bool


class Poging(_Public):
    """One attempt: when, how it ended, and the server's answer."""

    op: datetime
    uitkomst: str
    code: int | None
    tekst: str


class Pogingen(_Public):
    """All attempts of a mail, oldest first."""

    pogingen: list[Poging]


class VoorkeurOpgave(_Public):
    """What someone chooses."""

    statusmails: bool


class Voorkeur(_Public):
    """What holds for an address. ``gewijzigdOp`` is empty when nobody ever chose: then mails are sent."""

    email: str
    statusmails: bool
    gewijzigd_op: datetime | None


@router.get("/mails")
async def mails(
    request: Request,
    actor: CurrentActor,
    hulpvraag: Annotated[UUID | None, Query()] = None,
    pagina: Annotated[int, Query(ge=1, le=1000)] = 1,
) -> Mails:
    """List mails to the actor's own address; with ``hulpvraag`` only about that one, for the SWV's administration all of it."""
    async with _database(request).transaction() as tx:
        rows, more = await usecases.list_mails(tx, actor, hulpvraag=hulpvraag, page=pagina)
    return Mails(mails=[_line(row) for row in rows], pagina=pagina, meer=more)


@router.get("/inzage")
async def inzage(request: Request, hulpvraag: UUID, capability: CurrentCapability) -> Mails:
    """Every mail about one hulpvraag, for a parent's copy: with leave of workflow."""
    permit(capability, "inzage-maken", f"hulpvraag:{hulpvraag}")
    async with _database(request).transaction() as tx:
        rows = await usecases.all_mails(tx, hulpvraag, capability)
    return Mails(mails=[_line(row) for row in rows], pagina=1, meer=False)


@router.get("/mails/{mail}/pogingen")
async def pogingen(request: Request, actor: CurrentActor, mail: UUID) -> Pogingen:
    """List every attempt to send one mail."""
    async with _database(request).transaction() as tx:
        rows = await usecases.list_attempts(tx, actor, mail)
    return Pogingen(pogingen=[Poging(**row) for row in rows])


@router.get("/voorkeuren", openapi_extra={UNLOGGED: "de eigen voorkeur"})
async def voorkeuren(request: Request, actor: CurrentActor) -> Voorkeur:
    """Tell whether mails about statuses go to the actor's address."""
    async with _database(request).transaction() as tx:
        return _preference(await usecases.show_preference(tx, actor))


@router.put("/voorkeuren")
async def wijzig_voorkeuren(request: Request, actor: CurrentActor, opgave: VoorkeurOpgave) -> Voorkeur:
    """Switch mails about statuses on or off."""
    async with _database(request).transaction() as tx:
        return _preference(await usecases.change_preference(tx, actor, statusmails=opgave.statusmails))


def _database(request: Request) -> Database:
    database: Database = request.app.state.service.database
    return database


def _line(row: asyncpg.Record) -> MailRegel:
    staat: Staat = row["staat"]
    return MailRegel(
        **{name: row[name] for name in MailRegel.model_fields if name not in {"uitleg", "volgende_poging"}},
        uitleg=MEANING[staat],
        volgende_poging=row["volgende_poging"] if staat in WAITING else None,
    )


def _preference(found: usecases.Preference) -> Voorkeur:
    return Voorkeur(email=found.email, statusmails=found.statusmails, gewijzigd_op=found.changed_at)
