"""The verification codes of a school, for the school itself, its board, and who manages the SWV."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter

from intake.api.base import UsedDatabase
from intake.store import koppelingen as store
from intake.usecases.verificatiecode import check_school, make, stop
from shared.contracts.connector import Public, Short
from shared.http import UNLOGGED
from shared.roles import ActorWithRole, RolesOfSwv

router = APIRouter(tags=["koppelingen"])


class Verificatiecode(Public):
    """A code, without the code itself. ``systeem`` and ``omgeving`` use it since ``sinds``; none did when they are null.

    ``gestopt_op``: it opens nothing more. ``gepauzeerd_op``: it was removed in the LVS, where it may be entered again.
    """

    id: UUID
    naam: str
    gemaakt_op: datetime
    gestopt_op: datetime | None
    systeem: str | None
    omgeving: str | None
    sinds: datetime | None
    gepauzeerd_op: datetime | None


class Verificatiecodes(Public):
    """The codes of a school: those not stopped first, the newest first, at most two hundred."""

    school: str
    naam: str
    codes: tuple[Verificatiecode, ...]


class CodeOpgave(Public):
    """For what a code will be used, so that people recognise it later."""

    naam: Short


class NieuweCode(Public):
    """A code as it is shown, once."""

    id: UUID
    code: str


@router.get(
    "/scholen/{school}/verificatiecodes",
    summary="Verificatiecodes van een school",
    openapi_extra={UNLOGGED: "koppelingen van een school, niets over een leerling"},
)
async def verificatiecodes(school: str, database: UsedDatabase, actor: ActorWithRole, known: RolesOfSwv) -> Verificatiecodes:
    """List them, with the environment that uses each."""
    async with database.transaction() as tx:
        naam = await check_school(tx, actor, known, school)
        rows = await store.of_school(tx, school)
    codes = tuple(Verificatiecode(**{name: row[name] for name in Verificatiecode.model_fields}) for row in rows)
    return Verificatiecodes(school=school, naam=naam, codes=codes)


@router.post("/scholen/{school}/verificatiecodes", status_code=201, summary="Een verificatiecode maken")
async def maken(school: str, body: CodeOpgave, database: UsedDatabase, actor: ActorWithRole, known: RolesOfSwv) -> NieuweCode:
    """Make a code and show it, this once."""
    async with database.transaction() as tx:
        await check_school(tx, actor, known, school)
        id_, code = await make(tx, school, body.naam, actor.sub)
    return NieuweCode(id=id_, code=code)


@router.delete("/scholen/{school}/verificatiecodes/{verificatiecode}", status_code=204, summary="Een verificatiecode stoppen")
async def stoppen(school: str, verificatiecode: UUID, database: UsedDatabase, actor: ActorWithRole, known: RolesOfSwv) -> None:
    """Let a code open nothing more, at once and for good."""
    async with database.transaction() as tx:
        await check_school(tx, actor, known, school)
        await stop(tx, school, verificatiecode, actor.sub)
