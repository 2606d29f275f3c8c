"""Overlegrondes: begun, seen, managed, and what is said in them. Commands take an ``Idempotency-Key``."""

from uuid import UUID

from fastapi import APIRouter, Request, status
from fastapi.responses import JSONResponse

from shared import clock
from shared.auth import CurrentActor
from shared.database import Transaction
from shared.idempotency import Answer
from workflow.api.hulpvragen import Dossiernummer
from workflow.api.ports import Key, UsedPorts, once
from workflow.api.shapes import Shape, Toestemming
from workflow.api.shapes_overleg import (
    Begonnen,
    Bestandsvraag,
    Deelname,
    Mailkeuze,
    NieuweDeadline,
    NieuweDeelnemer,
    NieuweOverlegronde,
    NieuweReactie,
    Overlegronde,
    OverlegrondeRegel,
    Overlegrondes,
    Reactie,
)
from workflow.domain.overleg import Ronde
from workflow.store import overleg as store
from workflow.usecases import capability, overleg
from workflow.usecases.dossier import Dossier, opened
from workflow.usecases.toegang import Genodigde

router = APIRouter(prefix="/hulpvragen/{dossiernummer}/overlegrondes", tags=["overleg"])
CREATED = status.HTTP_201_CREATED
GONE = status.HTTP_204_NO_CONTENT


@router.get("")
async def listed(actor: CurrentActor, ports: UsedPorts, dossiernummer: Dossiernummer) -> Overlegrondes:
    """The overlegrondes this actor may know of, the newest first."""
    async with ports.database.transaction() as tx:
        dossier = await opened(tx, ports.rulesets, actor, dossiernummer, lock=False)
        found = await overleg.listed(tx, dossier)
        obstacle = await overleg.obstacle(tx, dossier) if dossier.shares_it else None
        tx.audit("overleg.getoond", subject=dossier.id, actor=actor.sub, overlegrondes=[str(one.id) for one in found])
    now = clock.now()
    shown = [OverlegrondeRegel.of(one, now) for one in found]
    may = dossier.shares_it and obstacle is None
    return Overlegrondes(dossiernummer=dossiernummer, mag_beginnen=may, belemmering=obstacle, overlegrondes=shown)


@router.post("", status_code=CREATED, response_model=Begonnen)
async def start(
    actor: CurrentActor,
    ports: UsedPorts,
    request: Request,
    dossiernummer: Dossiernummer,
    body: NieuweOverlegronde,
    key: Key = None,
) -> JSONResponse:
    """Begin one; the organiser takes part unless they say otherwise."""
    opzet = overleg.Opzet(
        body.onderwerp,
        body.omschrijving,
        body.deadline,
        body.besloten_reacties,
        body.besloten_deelname,
        body.organisator_doet_mee,
    )

    async def command(tx: Transaction, dossier: Dossier) -> Answer:
        return _made(Begonnen(overlegronde=await overleg.start(tx, dossier, opzet)))

    return await once(request, ports, actor, dossiernummer, key, command)


@router.get("/{overlegronde}")
async def one(actor: CurrentActor, ports: UsedPorts, dossiernummer: Dossiernummer, overlegronde: UUID) -> Overlegronde:
    """One, with the reactions this actor may read."""
    async with ports.database.transaction() as tx:
        dossier = await opened(tx, ports.rulesets, actor, dossiernummer, lock=False)
        ronde = await overleg.seen(tx, dossier, overlegronde)
        shown = await _shown(tx, dossier, ronde)
        tx.audit("overleg.bekeken", subject=dossier.id, actor=actor.sub, overlegronde=overlegronde)
    return shown


@router.put("/{overlegronde}/deadline", status_code=GONE)
async def extend(
    actor: CurrentActor, ports: UsedPorts, dossiernummer: Dossiernummer, overlegronde: UUID, body: NieuweDeadline
) -> None:
    """Give it another last day, also when it is over."""
    async with ports.database.transaction() as tx:
        dossier = await opened(tx, ports.rulesets, actor, dossiernummer, lock=True)
        await overleg.extend(tx, dossier, await overleg.managed(tx, dossier, overlegronde), body.deadline)


@router.post("/{overlegronde}/sluiting", status_code=CREATED, response_model=Begonnen)
async def close(
    actor: CurrentActor, ports: UsedPorts, request: Request, dossiernummer: Dossiernummer, overlegronde: UUID, key: Key = None
) -> JSONResponse:
    """End it now."""

    async def command(tx: Transaction, dossier: Dossier) -> Answer:
        await overleg.close(tx, dossier, await overleg.managed(tx, dossier, overlegronde))
        return _made(Begonnen(overlegronde=overlegronde))

    return await once(request, ports, actor, dossiernummer, key, command)


@router.post("/{overlegronde}/deelnemers", status_code=CREATED, response_model=Begonnen)
async def join(
    actor: CurrentActor,
    ports: UsedPorts,
    request: Request,
    dossiernummer: Dossiernummer,
    overlegronde: UUID,
    body: NieuweDeelnemer,
    key: Key = None,
) -> JSONResponse:
    """Let someone take part."""

    async def command(tx: Transaction, dossier: Dossier) -> Answer:
        ronde = await overleg.managed(tx, dossier, overlegronde)
        await overleg.join(tx, dossier, ronde, Genodigde(body.account, body.naam, body.email), nieuw=body.nieuw)
        return _made(Begonnen(overlegronde=overlegronde))

    return await once(request, ports, actor, dossiernummer, key, command)


@router.delete("/{overlegronde}/deelnemers/{deelnemer}", status_code=GONE)
async def leave(
    actor: CurrentActor, ports: UsedPorts, dossiernummer: Dossiernummer, overlegronde: UUID, deelnemer: UUID
) -> None:
    """Take someone out, at once."""
    async with ports.database.transaction() as tx:
        dossier = await opened(tx, ports.rulesets, actor, dossiernummer, lock=True)
        await overleg.leave(tx, dossier, await overleg.managed(tx, dossier, overlegronde), deelnemer)


@router.put("/{overlegronde}/mails", status_code=GONE)
async def mails(
    actor: CurrentActor, ports: UsedPorts, dossiernummer: Dossiernummer, overlegronde: UUID, body: Mailkeuze
) -> None:
    """Choose for oneself whether to get mails of it."""
    async with ports.database.transaction() as tx:
        dossier = await opened(tx, ports.rulesets, actor, dossiernummer, lock=False)
        await overleg.choose_mails(tx, dossier, await overleg.seen(tx, dossier, overlegronde), mails=body.mails)


@router.post("/{overlegronde}/reacties", status_code=CREATED, response_model=Reactie)
async def react(
    actor: CurrentActor,
    ports: UsedPorts,
    request: Request,
    dossiernummer: Dossiernummer,
    overlegronde: UUID,
    body: NieuweReactie,
    key: Key = None,
) -> JSONResponse:
    """Say something in it."""

    async def command(tx: Transaction, dossier: Dossier) -> Answer:
        id_ = await overleg.react(tx, dossier, await overleg.seen(tx, dossier, overlegronde), body.tekst)
        return _made(Reactie(reactie=id_, naam=actor.naam, tekst=body.tekst, geplaatst_op=clock.now(), eigen=True, bijlagen=[]))

    return await once(request, ports, actor, dossiernummer, key, command)


@router.post("/{overlegronde}/reacties/{reactie}/machtigingen", status_code=CREATED)
async def leave_for_files(
    actor: CurrentActor,
    ports: UsedPorts,
    dossiernummer: Dossiernummer,
    overlegronde: UUID,
    reactie: UUID,
    body: Bestandsvraag,
) -> Toestemming:
    """Leave at documents for files of a reaction, for at most a minute."""
    async with ports.database.transaction() as tx:
        dossier = await opened(tx, ports.rulesets, actor, dossiernummer, lock=False)
        ronde = await overleg.seen(tx, dossier, overlegronde)
        given = await capability.grant_in_round(tx, dossier, ronde, reactie, body.bijlage, ports.capability_key)
    return Toestemming(machtiging=given.token, verloopt_op=given.verloopt_op)


async def _shown(tx: Transaction, dossier: Dossier, ronde: Ronde) -> Overlegronde:
    now, who, works = clock.now(), dossier.actor.sub, dossier.shares_it
    manages = ronde.manages(who, works=works)
    return Overlegronde.of(
        ronde,
        now,
        dossiernummer=dossier.hulpvraag.dossiernummer,
        omschrijving=ronde.omschrijving,
        besloten_reacties=ronde.besloten_reacties,
        besloten_deelname=ronde.besloten_deelname,
        deelnemers=[
            Deelname(
                deelnemer=one.id if manages else None,
                naam=one.naam,
                email=one.email if manages else None,
                is_organisator=one.account == ronde.organisator,
            )
            for one in ronde.deelnemers
        ],
        reacties=[
            Reactie(**row, eigen=author == who)
            for row in await store.reactions(tx, ronde.id)
            if ronde.reads(who, author := row.pop("account"), now, works=works)
        ],
        mag_beheren=manages,
        mag_reageren=ronde.reacts(who, now),
        krijgt_mails=next((one.mails for one in ronde.deelnemers if one.account == who), None),
    )


def _made(shape: Shape) -> Answer:
    return Answer(CREATED, shape.model_dump(mode="json", by_alias=True))
