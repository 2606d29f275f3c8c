"""Verwerkersovereenkomsten: a school begins an overlegronde only with one, where the rules say so (manual 002:260)."""

from typing import Annotated

from fastapi import APIRouter, Path

from shared import clock
from shared.auth import CurrentActor
from shared.errors import Fault, Forbidden, InvalidInput
from shared.http import UNLOGGED
from workflow import access
from workflow.api.ports import UsedPorts
from workflow.api.shapes_rondom import Overeenkomst, Overeenkomsten, Periode
from workflow.store import overeenkomst as store

router = APIRouter(tags=["overeenkomsten"])
Bestuur = Annotated[str, Path(pattern=r"^[\w-]{1,20}$", description="nummer van het bestuur")]


@router.get("/overeenkomsten", openapi_extra={UNLOGGED: "overeenkomsten van besturen, niets over een leerling"})
async def overeenkomsten(actor: CurrentActor, ports: UsedPorts) -> Overeenkomsten:
    """Those of the boards of the SWV, for its own people."""
    regels = ports.rulesets.current(actor.swv)
    bereik = access.reach(actor, regels)
    if not bereik.intern:
        raise Forbidden
    async with ports.database.transaction() as tx:
        rows = await store.listed(tx, actor.swv, clock.today())
    return Overeenkomsten(
        swv=actor.swv,
        nodig=regels.ruleset.vraagt_overeenkomst,
        mag_wijzigen=not bereik.rollen.isdisjoint(regels.ruleset.beheerders),
        overeenkomsten=[Overeenkomst.model_validate(dict(row)) for row in rows],
    )


@router.put("/overeenkomsten/{bestuur}")
async def overeenkomst(actor: CurrentActor, ports: UsedPorts, bestuur: Bestuur, body: Periode) -> Overeenkomst:
    """Note the days of one, or change them; it ends by naming its last day. For who manages the SWV's accounts."""
    regels = ports.rulesets.current(actor.swv)
    access.require_manager(actor, regels)
    if body.tot is not None and body.tot < body.van:
        raise InvalidInput([Fault(field="tot", rule="volgorde", message="De laatste dag ligt voor de eerste.")])
    async with ports.database.transaction() as tx:
        await store.put(tx, actor.swv, bestuur, body.van, body.tot, clock.now())
        valid = await store.is_valid(tx, actor.swv, bestuur, clock.today())
        period = {"van": body.van.isoformat(), "tot": body.tot.isoformat() if body.tot else None}
        tx.audit("overeenkomst.gewijzigd", subject=bestuur, actor=actor.sub, swv=actor.swv, **period)
    return Overeenkomst(bestuur=bestuur, van=body.van, tot=body.tot, geldig=valid)
