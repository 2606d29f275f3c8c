"""Figures: how many hulpvragen there are, for who may see them, for figures only, and of one school before it moves."""

from fastapi import APIRouter

from shared.auth import CurrentActor
from shared.contracts.common import SchoolCode
from workflow import access
from workflow.api.ports import UsedPorts
from workflow.api.shapes import Shape
from workflow.store import cijfers as store
from workflow.store import verhuizing

router = APIRouter(tags=["cijfers"])


class Aantal(Shape):
    """How many of one aanvraagtype; null for those still to be sorted."""

    aanvraagtype: str | None
    lopend: int
    afgerond: int


class Cijfers(Shape):
    """How many hulpvragen of each aanvraagtype."""

    swv: str
    aantallen: list[Aantal]


class SchoolAantal(Shape):
    """How many hulpvragen of a school run, and are at their end."""

    school: str
    lopend: int
    afgerond: int


@router.get("/scholen/{school}/aantallen")
async def aantallen(actor: CurrentActor, ports: UsedPorts, school: SchoolCode) -> SchoolAantal:
    """Count the hulpvragen of a school in this SWV, for who manages its organisations."""
    access.require_manager(actor, ports.rulesets.current(actor.swv))
    async with ports.database.transaction() as tx:
        row = await verhuizing.counts(tx, actor.swv, school)
        tx.audit("cijfers.bekeken", subject=school, actor=actor.sub)
    return SchoolAantal(school=school, **dict(row))


@router.get("/cijfers")
async def cijfers(actor: CurrentActor, ports: UsedPorts) -> Cijfers:
    """Count what this actor may see; who sees figures only gets those of the whole SWV."""
    bereik = access.counted(actor, ports.rulesets.current(actor.swv))
    async with ports.database.transaction() as tx:
        rows = await store.counts(tx, bereik)
        tx.audit("cijfers.bekeken", subject=actor.swv, actor=actor.sub)
    return Cijfers(swv=actor.swv, aantallen=[Aantal(**dict(row)) for row in rows])
