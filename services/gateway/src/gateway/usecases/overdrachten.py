"""Staff changes: workflow does them; the gateway finds the account of who takes over (manual 002:320-335).

>>> seen = await preview(database, services, session.account.actor, opgave)
"""

from typing import Any
from uuid import UUID

from gateway import people_store
from gateway.adapters.services import Services, path_of
from gateway.models.overdrachten import (
    Contactnummer,
    NieuweOverdracht,
    NummerOpgave,
    Nummers,
    OverdrachtDetail,
    Overdrachten,
    OverdrachtOpgave,
    Voorbeeld,
)
from gateway.usecases.factor import refuse
from shared.database import Database
from shared.tokens import Actor


async def listed(services: Services, actor: Actor) -> Overdrachten:
    """List the handovers within reach. Raises Forbidden for who may not carry one out."""
    return Overdrachten.model_validate((await services.ask("workflow", "GET", "/overdrachten", actor)).body)


async def preview(database: Database, services: Services, actor: Actor, opgave: OverdrachtOpgave) -> Voorbeeld:
    """Say what would go over now. Raises Forbidden or InvalidInput."""
    await listed(services, actor)  # who may not hand over learns nothing of accounts either
    body = await _body(database, actor, opgave)
    return Voorbeeld.model_validate((await services.ask("workflow", "POST", "/overdrachten/voorbeeld", actor, json=body)).body)


async def order(
    database: Database, services: Services, actor: Actor, opgave: NieuweOverdracht, *, key: str | None
) -> OverdrachtDetail:
    """Hand over, today or on a later day. Raises Conflict when it is not what the preview counted."""
    await listed(services, actor)
    body = await _body(database, actor, opgave)
    answer = await services.ask("workflow", "POST", "/overdrachten", actor, json=body, key=key)
    return OverdrachtDetail.model_validate(answer.body)


async def show(services: Services, actor: Actor, overdracht: UUID) -> OverdrachtDetail:
    """Show one. Raises NotFound for one that is not within reach."""
    answer = await services.ask("workflow", "GET", f"/overdrachten/{path_of(overdracht)}", actor)
    return OverdrachtDetail.model_validate(answer.body)


async def undo(services: Services, actor: Actor, overdracht: UUID, *, key: str | None) -> OverdrachtDetail:
    """Put back what nobody changed since, or call off a planned one. Raises Conflict for one undone before."""
    answer = await services.ask("workflow", "POST", f"/overdrachten/{path_of(overdracht)}/ongedaan", actor, key=key)
    return OverdrachtDetail.model_validate(answer.body)


async def numbers(services: Services, actor: Actor) -> Nummers:
    """List the corrected telephone numbers within reach."""
    return Nummers.model_validate((await services.ask("workflow", "GET", "/contactnummers", actor)).body)


async def set_number(services: Services, actor: Actor, opgave: NummerOpgave) -> Contactnummer:
    """Correct the telephone number of a contactpersoon. Raises Forbidden."""
    body = opgave.model_dump(mode="json", by_alias=True)
    return Contactnummer.model_validate((await services.ask("workflow", "PUT", "/contactnummers", actor, json=body)).body)


async def _body(database: Database, actor: Actor, opgave: OverdrachtOpgave) -> dict[str, Any]:
    """What workflow is asked: with the account of who takes over. Raises InvalidInput where access must move to none."""
    body = opgave.model_dump(mode="json", by_alias=True)
    organisatie = actor.swv if opgave.soort == "coordinator" else opgave.school or ""
    async with database.transaction() as tx:
        account = await people_store.by_email(tx, actor.swv, organisatie, None, opgave.naar.email.lower())
    if account is not None:
        body["naar"] |= {"account": str(account.id), "rollen": list(account.rollen)}
    elif opgave.toegang == "verhuist":
        message = "Bij deze organisatie is geen account met dit adres. Nodig deze persoon eerst uit."
        raise refuse("naar.email", "bekend", message)
    return body
