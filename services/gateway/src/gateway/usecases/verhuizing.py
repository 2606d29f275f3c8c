"""A school that goes elsewhere: seen beforehand, asked of intake, and its people when they go along.

>>> await preview(services, database, actor, opgave)
VerhuizingVoorbeeld(dossiers=12, lopend=3, afgerond=9, accounts=4, …)
"""

from uuid import UUID

from gateway import verhuizing_store
from gateway.adapters.services import Services
from gateway.models.verhuizingen import (
    Aantallen,
    Verhuizing,
    Verhuizingen,
    VerhuizingOpgave,
    VerhuizingPlan,
    VerhuizingVoorbeeld,
)
from shared.contracts.intake import OrganisatieGewijzigd
from shared.database import Database, Transaction
from shared.tokens import Actor

BY = "intake"
"""Who changed an account in the log: intake told of it."""


async def listed(services: Services, actor: Actor, school: str = "") -> Verhuizingen:
    """List them, of one school from it or to it. Raises Forbidden for who does not manage organisations."""
    params = {"school": school} if school else {}
    answer = await services.ask("intake", "GET", "/verhuizingen", actor, params=params)
    return Verhuizingen.model_validate(answer.body)


async def preview(services: Services, database: Database, actor: Actor, opgave: VerhuizingOpgave) -> VerhuizingVoorbeeld:
    """Say what would happen: to dossiers, hulpvragen, connectors and accounts. Raises InvalidInput with every fault."""
    body = opgave.model_dump(mode="json", by_alias=True)
    answer = await services.ask("intake", "POST", "/verhuizingen/voorbeeld", actor, json=body)
    plan = VerhuizingPlan.model_validate(answer.body)
    counted = await services.ask("workflow", "GET", f"/scholen/{opgave.school}/aantallen", actor)
    numbers = Aantallen.model_validate(counted.body)
    async with database.transaction() as tx:
        accounts = await verhuizing_store.count(tx, actor.swv, opgave.school)
    return VerhuizingVoorbeeld(**dict(plan), lopend=numbers.lopend, afgerond=numbers.afgerond, accounts=accounts)


async def move(services: Services, actor: Actor, opgave: VerhuizingOpgave) -> Verhuizing:
    """Do it, or put it ready for its day. Raises InvalidInput with every fault."""
    body = opgave.model_dump(mode="json", by_alias=True)
    answer = await services.ask("intake", "POST", "/verhuizingen", actor, json=body)
    return Verhuizing.model_validate(answer.body)


async def undo(services: Services, actor: Actor, verhuizing: UUID) -> None:
    """Call it off, or put back what nobody changed since. Raises NotFound, Conflict."""
    await services.ask("intake", "DELETE", f"/verhuizingen/{verhuizing}", actor)


async def school_moved(tx: Transaction, data: OrganisatieGewijzigd) -> None:
    """Let the people of a school go along, or come back; once, and never what is older than known."""
    if not await verhuizing_store.keep(tx, data.verhuizing, data.versie) or data.van.code == data.naar.code:
        return
    moved: list[UUID] = []
    if data.versie == 2:
        moved = await verhuizing_store.move_back(tx, data.verhuizing, data.van.code, data.naar.code)
    elif data.accounts:
        moved = await verhuizing_store.move(tx, data.verhuizing, data.swv, data.van.code, data.naar.code)
    organisatie = data.naar.code if data.versie == 1 else data.van.code
    for account in moved:
        tx.audit("account.changed", subject=account, actor=BY, organisatie=organisatie, verhuizing=data.verhuizing)
