"""Staff changes: previewed, done at once or on a day, undone; and telephone numbers of contactpersonen (manual 002:320-335)."""

from collections.abc import Awaitable, Callable, Collection
from uuid import UUID

from fastapi import APIRouter, Request, status
from fastapi.responses import JSONResponse

from shared import clock
from shared.auth import CurrentActor
from shared.database import Transaction
from shared.errors import Fault, Forbidden, InvalidInput, NotFound
from shared.idempotency import Answer
from shared.tokens import Actor
from workflow import access
from workflow.access import Bereik
from workflow.api.ports import Key, Ports, UsedPorts, done_once
from workflow.api.shapes_overdracht import (
    Contactnummer,
    NieuweOverdracht,
    Nummer,
    NummerKeuze,
    Nummers,
    Overdracht,
    OverdrachtDetail,
    Overdrachten,
    OverdrachtStap,
    OverdrachtVraag,
    OverTeDragen,
    Telling,
    Voorbeeld,
)
from workflow.domain.overdracht import Opdracht, Opvolger, count, same
from workflow.store import contact
from workflow.store import overdrachten as store
from workflow.usecases import overdracht

router = APIRouter(tags=["overdrachten"])
SHOWN = 200
Command = Callable[[Transaction, Bereik], Awaitable[Answer]]


@router.get("/overdrachten")
async def listed(actor: CurrentActor, ports: UsedPorts) -> Overdrachten:
    """The handovers within reach, the newest first. For who may carry one out."""
    regels = ports.rulesets.current(actor.swv)
    bereik = access.handover(actor, regels)
    async with ports.database.transaction() as tx:
        rows = await store.listed(tx, bereik.swv, bereik.school)
        tx.audit("overdrachten.bekeken", subject=actor.organisatie, actor=actor.sub)
    names = [kring.naam for kring in regels.ruleset.kringen]
    return Overdrachten(
        swv=actor.swv, school=bereik.school, kringen=names, overdrachten=[Overdracht.of(dict(row)) for row in rows]
    )


@router.post("/overdrachten/voorbeeld")
async def preview(actor: CurrentActor, ports: UsedPorts, body: OverdrachtVraag) -> Voorbeeld:
    """Say what would go over now; changes nothing."""
    bereik = access.handover(actor, ports.rulesets.current(actor.swv))
    opdracht = _opdracht(actor, bereik, body)
    async with ports.database.transaction() as tx:
        steps, left = await overdracht.preview(tx, ports.rulesets, opdracht, body.datum)
        about = [stap.hulpvraag for stap in steps if stap.soort in {"contact", "coordinator"} and stap.hulpvraag]
        rows = [row for row in await store.numbers(tx, about) if _visible(row["zichtbaar_voor"], bereik)][:SHOWN]
        tx.audit("overdracht.voorbeeld", subject=actor.organisatie, actor=actor.sub, aantal=len(steps))
    return Voorbeeld(
        telling=Telling.model_validate(count(steps)),
        hulpvragen=[OverTeDragen.model_validate(dict(row)) for row in rows],
        kringen=[stap.wat for stap in steps if stap.soort == "kring"],
        postbussen=[stap.wat for stap in steps if stap.soort == "postbus"],
        overlegrondes_blijven=left,
    )


@router.post("/overdrachten", status_code=status.HTTP_201_CREATED, response_model=OverdrachtDetail)
async def ordered(
    request: Request, actor: CurrentActor, ports: UsedPorts, body: NieuweOverdracht, key: Key = None
) -> JSONResponse:
    """Hand over today, or plan it for a later day: then what is open on that day goes over. Nothing, when the count changed."""

    async def command(tx: Transaction, bereik: Bereik) -> Answer:
        opdracht = _opdracht(actor, bereik, body)
        telling = body.telling.model_dump(by_alias=True)
        id_ = await overdracht.order(tx, ports.rulesets, opdracht, body.datum, telling, actor)
        return Answer(201, await _shown(tx, bereik, id_))

    return await _done(request, ports, actor, key, command)


@router.get("/overdrachten/{overdracht_id}")
async def one(actor: CurrentActor, ports: UsedPorts, overdracht_id: UUID) -> OverdrachtDetail:
    """One handover, with all that went over."""
    bereik = access.handover(actor, ports.rulesets.current(actor.swv))
    async with ports.database.transaction() as tx:
        shown = await _shown(tx, bereik, overdracht_id)
        tx.audit("overdracht.bekeken", subject=overdracht_id, actor=actor.sub)
    return OverdrachtDetail.model_validate(shown)


@router.post("/overdrachten/{overdracht_id}/ongedaan", response_model=OverdrachtDetail)
async def undone(request: Request, actor: CurrentActor, ports: UsedPorts, overdracht_id: UUID, key: Key = None) -> JSONResponse:
    """Put back what nobody changed since, or call off a planned one."""

    async def command(tx: Transaction, bereik: Bereik) -> Answer:
        row = await store.one(tx, overdracht_id, bereik.swv, bereik.school, lock=True)
        if row is None:
            raise NotFound("Deze overdracht bestaat niet.")
        if row["door_swv"] and not bereik.intern:
            raise Forbidden("Het samenwerkingsverband deed deze overdracht. Vraag daar om die ongedaan te maken.")
        await overdracht.undo(tx, row, actor)
        return Answer(200, await _shown(tx, bereik, overdracht_id))

    return await _done(request, ports, actor, key, command)


@router.get("/contactnummers")
async def numbers(actor: CurrentActor, ports: UsedPorts) -> Nummers:
    """The telephone numbers that were corrected, within reach; at most 500."""
    bereik = access.handover(actor, ports.rulesets.current(actor.swv))
    async with ports.database.transaction() as tx:
        rows = await contact.numbers(tx, bereik.swv, bereik.school)
        tx.audit("contactnummers.bekeken", subject=actor.organisatie, actor=actor.sub)
    return Nummers(nummers=[Nummer.model_validate(dict(row)) for row in rows])


@router.put("/contactnummers")
async def number(actor: CurrentActor, ports: UsedPorts, body: NummerKeuze) -> Contactnummer:
    """Correct the number of a contactpersoon at a school, on all hulpvragen, also those to come. One's own number, too."""
    regels = ports.rulesets.current(actor.swv)
    bereik = access.reach(actor, regels)
    theirs = bereik.school is not None and bool(actor.email) and same(actor.email, body.email)
    if not theirs:
        access.handover(actor, regels)
    _within(bereik, body.school)
    async with ports.database.transaction() as tx:
        await contact.put_number(tx, bereik.swv, body.school, body.email, body.telefoon, clock.now())
        found = await contact.open_of(tx, bereik.swv, body.school, body.email)
        tx.audit("contactnummer.gewijzigd", subject=body.school, actor=actor.sub, hulpvragen=found)
    return Contactnummer(school=body.school, email=body.email, telefoon=body.telefoon, hulpvragen=found)


async def _done(request: Request, ports: Ports, actor: Actor, key: str | None, command: Command) -> JSONResponse:
    async def may(_: Transaction) -> Bereik:
        return access.handover(actor, ports.rulesets.current(actor.swv))

    answer = await done_once(request, ports, actor, key, may, command)
    return JSONResponse(answer.body, answer.status)


def _opdracht(actor: Actor, bereik: Bereik, body: OverdrachtVraag) -> Opdracht:
    """Read what is asked, within reach. Raises InvalidInput or Forbidden."""
    if body.soort == "school":
        if body.school is None:
            raise InvalidInput([Fault(field="school", rule="verplicht", message="Kies de school.")])
        _within(bereik, body.school)
    elif not bereik.intern:
        raise Forbidden("Een coördinator draagt het samenwerkingsverband over.")
    return Opdracht(
        bereik.swv,
        body.soort,
        body.school if body.soort == "school" else None,
        tuple(body.kringen) if body.soort == "coordinator" else (),
        body.van,
        Opvolger(**{**body.naar.model_dump(), "rollen": tuple(body.naar.rollen)}),
        body.toegang,
        door_swv=bereik.intern,
        door=actor.sub,
        door_email=actor.email,
    )


def _within(bereik: Bereik, school: str) -> None:
    if bereik.school not in {None, school} or bereik.bestuur is not None:
        raise Forbidden("U draagt alleen hulpvragen van uw eigen school over.")


async def _shown(tx: Transaction, bereik: Bereik, id_: UUID) -> dict[str, object]:
    row = await store.one(tx, id_, bereik.swv, bereik.school, lock=False)
    if row is None:
        raise NotFound("Deze overdracht bestaat niet.")
    steps = await store.steps(tx, id_)
    seen = [
        stap for stap in steps if _visible(stap["zichtbaar_voor"] or (), bereik) and bereik.school in {None, stap["school"]}
    ]
    shown = [OverdrachtStap.model_validate(dict(stap)) for stap in seen]
    count_ = len({stap["hulpvraag"] for stap in steps if stap["soort"] in {"contact", "coordinator"}})
    detail = OverdrachtDetail.of(dict(row), hulpvragen=count_, stappen=shown)
    return detail.model_dump(mode="json", by_alias=True)


def _visible(roles: Collection[str], bereik: Bereik) -> bool:
    return not roles or not bereik.rollen.isdisjoint(roles)
