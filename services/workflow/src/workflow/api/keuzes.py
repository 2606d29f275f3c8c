"""What an SWV's rules offer: the aanvraagtypes to choose from, and the mail addresses of its roles."""

from fastapi import APIRouter

from shared import clock
from shared.auth import CurrentActor
from shared.errors import Forbidden, NotFound
from shared.http import UNLOGGED
from workflow import access
from workflow.api.ports import UsedPorts
from workflow.api.shapes import Bijlagevraag, Keuze, Keuzes, Postbus, Postbuskeuze, Postbussen, Termijn
from workflow.domain.verloop import Verloop
from workflow.store import postbus as store

router = APIRouter(tags=["keuzes"])


@router.get("/aanvraagtypes", openapi_extra={UNLOGGED: "regels van het SWV, niets over een leerling"})
async def aanvraagtypes(actor: CurrentActor, ports: UsedPorts) -> Keuzes:
    """The titles and texts this actor may choose, for direct entry: not those for an LVS only."""
    regels = ports.rulesets.current(actor.swv)
    access.reach(actor, regels)
    chosen = [_choice(verloop) for verloop in regels.verlopen if verloop.type.kanaal != "LVS"]
    doen = regels.ruleset.onbekende_titel.doen
    return Keuzes(swv=regels.swv, versie=regels.versie, onbekende_titel=doen, aanvraagtypes=chosen)


@router.get("/postbussen", openapi_extra={UNLOGGED: "adressen van rollen, niets over een leerling"})
async def postbussen(actor: CurrentActor, ports: UsedPorts) -> Postbussen:
    """The roles of the SWV and their mail addresses, for its own people."""
    regels = ports.rulesets.current(actor.swv)
    bereik = access.reach(actor, regels)
    if not bereik.intern:
        raise Forbidden
    async with ports.database.transaction() as tx:
        known = {row["rol"]: row["email"] for row in await store.listed(tx, actor.swv)}
    shown = [Postbus(rol=rol.naam, email=known.get(rol.naam)) for rol in regels.ruleset.rollen if rol.basis == "intern"]
    may = not bereik.rollen.isdisjoint(regels.ruleset.postbussen_door)
    return Postbussen(swv=actor.swv, mag_wijzigen=may, postbussen=shown)


@router.put("/postbussen/{rol:path}")
async def postbus(actor: CurrentActor, ports: UsedPorts, rol: str, body: Postbuskeuze) -> Postbus:
    """Set the mail address of a role of the SWV, or clear it. A role may have a slash in its name (manual 002:168)."""
    regels = ports.rulesets.current(actor.swv)
    access.require(access.whole(actor, regels).rollen, regels.ruleset.postbussen_door)
    if rol not in {known.naam for known in regels.ruleset.rollen if known.basis == "intern"}:
        raise NotFound
    async with ports.database.transaction() as tx:
        await store.put(tx, actor.swv, rol, body.email, clock.now())
        tx.audit("postbus.gewijzigd", subject=actor.swv, actor=actor.sub, rol=rol)
    return Postbus(rol=rol, email=body.email)


def _choice(verloop: Verloop) -> Keuze:
    type_ = verloop.type
    return Keuze(
        titel=type_.titel,
        aliassen=list(type_.aliassen),
        niveau=type_.niveau,
        kanaal=type_.kanaal,
        toelichting=type_.toelichting,
        standaardtekst=type_.standaardtekst,
        groepsnaam=type_.groepsnaam,
        coordinator=type_.coordinator.toelichting if type_.coordinator else "",
        bijlagen=[
            Bijlagevraag(naam=bijlage.naam, verplicht=bijlage.verplicht, wanneer=bijlage.wanneer) for bijlage in type_.bijlagen
        ],
        formulieren=list(type_.formulieren),
        termijnen=[
            Termijn(naam=termijn.naam, duur=termijn.duur, eenheid=termijn.eenheid, toelichting=termijn.toelichting)
            for termijn in type_.termijnen
        ],
        statussen=list(verloop.statussen),
    )
