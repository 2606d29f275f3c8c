"""Scholenkringen: who coordinates for which schools (manual 003, 7.1)."""

from fastapi import APIRouter

from shared import clock
from shared.auth import CurrentActor
from shared.errors import Forbidden, NotFound
from shared.http import UNLOGGED
from workflow import access
from workflow.api.ports import UsedPorts
from workflow.api.shapes_rondom import Kring, Kringen, KringKeuze
from workflow.store import kring as store
from workflow.store.hulpvraag import Coordinator

router = APIRouter(tags=["kringen"])


@router.get("/kringen", openapi_extra={UNLOGGED: "scholen en hun coördinator, niets over een leerling"})
async def kringen(actor: CurrentActor, ports: UsedPorts) -> Kringen:
    """The scholenkringen of the SWV, for its own people."""
    regels = ports.rulesets.current(actor.swv)
    bereik = access.reach(actor, regels)
    if not bereik.intern:
        raise Forbidden
    may = not bereik.rollen.isdisjoint(regels.ruleset.postbussen_door)
    async with ports.database.transaction() as tx:
        found = [Kring.model_validate(dict(row)) for row in await store.listed(tx, actor.swv)]
    namen = [kring.naam for kring in regels.ruleset.kringen]
    return Kringen(swv=actor.swv, mag_wijzigen=may, namen=namen, kringen=found)


@router.put("/kringen/{naam}")
async def kring(actor: CurrentActor, ports: UsedPorts, naam: str, body: KringKeuze) -> Kring:
    """Set up a scholenkring. New hulpvragen of its schools get this coordinator; running ones keep theirs."""
    regels = ports.rulesets.current(actor.swv)
    access.require(access.whole(actor, regels).rollen, regels.ruleset.postbussen_door)
    if naam not in {kring.naam for kring in regels.ruleset.kringen}:
        raise NotFound
    async with ports.database.transaction() as tx:
        who = Coordinator(body.coordinator, body.email)
        await store.put(tx, actor.swv, naam, who, body.scholen, clock.now())
        tx.audit("kring.gewijzigd", subject=actor.swv, actor=actor.sub, kring=naam, scholen=len(body.scholen))
    return Kring(naam=naam, **body.model_dump())
