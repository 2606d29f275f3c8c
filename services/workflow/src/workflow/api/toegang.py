"""Extra access: who else may look at a hulpvraag, and what is open for oneself."""

from uuid import UUID

from fastapi import APIRouter, status

from shared import clock
from shared.auth import CurrentActor
from shared.errors import Forbidden
from workflow.api.hulpvragen import Dossiernummer
from workflow.api.ports import UsedPorts
from workflow.api.shapes_toegang import Gedeeld, GedeeldeHulpvraag, GedeeldeOverlegronde, NieuweToegang, Toegang, Toegangen
from workflow.store import overleg as overleg_store
from workflow.store import toegang as store
from workflow.usecases.dossier import opened
from workflow.usecases.toegang import Genodigde, give, revoke

router = APIRouter(tags=["toegang"])


@router.get("/gedeeld")
async def gedeeld(actor: CurrentActor, ports: UsedPorts) -> Gedeeld:
    """What others opened for this actor, with the last day of each: hulpvragen and overlegrondes, at most 200 of either."""
    async with ports.database.transaction() as tx:
        now = clock.now()
        rows = await store.shared_with(tx, actor.sub, actor.swv, now)
        rounds = await overleg_store.shared_with(tx, actor.sub, actor.swv, now)
        numbers = [row["dossiernummer"] for row in rows]
        tx.audit("gedeeld.bekeken", subject=actor.sub, actor=actor.sub, dossiernummers=numbers)
    return Gedeeld(
        hulpvragen=[GedeeldeHulpvraag(**dict(row), tot_en_met=clock.last_day(row["tot"])) for row in rows],
        overlegrondes=[GedeeldeOverlegronde(**dict(row), tot_en_met=clock.last_day(row["tot"])) for row in rounds],
    )


@router.get("/hulpvragen/{dossiernummer}/toegang")
async def listed(actor: CurrentActor, ports: UsedPorts, dossiernummer: Dossiernummer) -> Toegangen:
    """Who was let in, the newest first, also who is not any more. For who works with the hulpvraag."""
    async with ports.database.transaction() as tx:
        dossier = await opened(tx, ports.rulesets, actor, dossiernummer, lock=False)
        if not dossier.shares_it:
            raise Forbidden
        rows = await store.listed(tx, dossier.id)
        tx.audit("toegang.bekeken", subject=dossier.id, actor=actor.sub, dossiernummer=dossiernummer)
    now = clock.now()
    shown = [Toegang.of(dict(row), now) for row in rows]
    return Toegangen(dossiernummer=dossiernummer, toegangen=shown)


@router.post("/hulpvragen/{dossiernummer}/toegang", status_code=status.HTTP_201_CREATED)
async def given(actor: CurrentActor, ports: UsedPorts, dossiernummer: Dossiernummer, body: NieuweToegang) -> Toegangen:
    """Open it for an account until and with a day. What that account had before ends with this."""
    async with ports.database.transaction() as tx:
        dossier = await opened(tx, ports.rulesets, actor, dossiernummer, lock=True)
        await give(tx, dossier, Genodigde(body.account, body.naam, body.email), body.reden, body.tot_en_met)
    return await listed(actor, ports, dossiernummer)


@router.delete("/hulpvragen/{dossiernummer}/toegang/{toegang_id}", status_code=status.HTTP_204_NO_CONTENT)
async def withdrawn(actor: CurrentActor, ports: UsedPorts, dossiernummer: Dossiernummer, toegang_id: UUID) -> None:
    """Close it again, at once."""
    async with ports.database.transaction() as tx:
        dossier = await opened(tx, ports.rulesets, actor, dossiernummer, lock=True)
        await revoke(tx, dossier, toegang_id)
