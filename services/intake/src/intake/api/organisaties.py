"""The organisations of an SWV, for who manages them; those of another SWV are not there."""

from datetime import date
from typing import Literal

from fastapi import APIRouter

from intake.api.base import UsedDatabase
from intake.domain.organisatie import Code, Organisatie, Soort
from intake.store import register
from intake.usecases.register import keep
from shared.contracts.connector import Public, Short
from shared.database import Transaction
from shared.errors import Conflict, InvalidInput, NotFound
from shared.http import UNLOGGED
from shared.roles import Manager
from shared.tokens import Actor

router = APIRouter(tags=["organisaties"])

LISTED = 200
PUBLIC = {UNLOGGED: "organisaties, niets over een leerling"}


class Organisaties(Public):
    """Organisations by kind and name, at most two hundred; ``meer``: there are more, search for them."""

    organisaties: tuple[Organisatie, ...]
    meer: bool


class OrganisatieKeuze(Public):
    """What an organisation becomes. Where it must have an SWV, that is the SWV of who changes it."""

    soort: Literal["bestuur", "platform", "school", "voorschool"]
    naam: Short
    bestuur: Code = ""
    platform: Code = ""
    van: date | None = None
    tot: date | None = None


class NieuweOrganisatie(OrganisatieKeuze):
    """A new one, with its number."""

    code: Code


@router.get("/organisaties", summary="Organisaties van het samenwerkingsverband", openapi_extra=PUBLIC)
async def organisaties(database: UsedDatabase, actor: Manager, zoek: str = "", soort: Soort | None = None) -> Organisaties:
    """List the SWV itself, its platforms, schools and preschools, and the boards they have."""
    async with database.transaction() as tx:
        found = await register.listed(tx, actor.swv, soort, zoek[:100], LISTED + 1)
    return Organisaties(organisaties=tuple(found[:LISTED]), meer=len(found) > LISTED)


@router.post("/organisaties", status_code=201, summary="Een organisatie toevoegen")
async def toevoegen(body: NieuweOrganisatie, database: UsedDatabase, actor: Manager) -> Organisatie:
    """Add one. A number that is taken is a 409."""
    async with database.transaction() as tx:
        if (await register.known(tx, [body.code])).organisaties:
            raise Conflict("Deze code is al in gebruik.")
        return await _kept(tx, actor, body.code, body)


@router.get("/organisaties/{code}", summary="Eén organisatie", openapi_extra=PUBLIC)
async def organisatie(code: str, database: UsedDatabase, actor: Manager) -> Organisatie:
    """Show one."""
    async with database.transaction() as tx:
        return await _found(tx, actor, code)


@router.put("/organisaties/{code}", summary="Een organisatie wijzigen of beëindigen")
async def wijzigen(code: str, body: OrganisatieKeuze, database: UsedDatabase, actor: Manager) -> Organisatie:
    """Change one to exactly this; ``tot`` ends it after that day."""
    async with database.transaction() as tx:
        await _found(tx, actor, code)
        return await _kept(tx, actor, code, body)


async def _found(tx: Transaction, actor: Actor, code: str) -> Organisatie:
    for one in await register.listed(tx, actor.swv, None, code):
        if one.code == code:
            return one
    raise NotFound("Deze organisatie bestaat niet, of is niet van uw samenwerkingsverband.")


async def _kept(tx: Transaction, actor: Actor, code: str, body: OrganisatieKeuze) -> Organisatie:
    given = body.model_dump(exclude={"code"})
    one = Organisatie(code=code, swv="" if body.soort == "bestuur" else actor.swv, **given)
    try:
        await keep(tx, [one], actor=actor.sub, swv=actor.swv)
    except InvalidInput as error:
        faults = [fault.model_copy(update={"field": fault.field.partition(".")[2]}) for fault in error.faults]
        raise InvalidInput(faults) from error
    return one
