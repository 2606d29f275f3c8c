"""Around a hulpvraag: labels, coordinator, own notes, terms."""

from uuid import UUID

from fastapi import APIRouter, Request, status
from fastapi.responses import JSONResponse

from shared import clock
from shared.auth import CurrentActor
from shared.database import Transaction
from shared.errors import Forbidden, NotFound
from shared.idempotency import Answer
from workflow.api.hulpvragen import Dossiernummer
from workflow.api.ports import Key, UsedPorts, once
from workflow.api.shapes_rondom import (
    CoordinatorKeuze,
    HulpvraagTermijn,
    Labels,
    NieuweNotitie,
    Notitie,
    Notities,
    Termijnen,
)
from workflow.store import rondom as store
from workflow.store import termijn as termijn_store
from workflow.store.hulpvraag import Coordinator
from workflow.usecases.dossier import Dossier, opened
from workflow.usecases.terms import earliest

router = APIRouter(tags=["hulpvragen"])


@router.put("/hulpvragen/{dossiernummer}/labels")
async def labels(actor: CurrentActor, ports: UsedPorts, dossiernummer: Dossiernummer, body: Labels) -> Labels:
    """Set the labels (manual 003, 7.3): names of one's own, to search by. For who works with the hulpvraag."""
    async with ports.database.transaction() as tx:
        dossier = await opened(tx, ports.rulesets, actor, dossiernummer, lock=True)
        if not dossier.labels_it:
            raise Forbidden
        wanted = sorted(set(body.labels), key=str.casefold)
        await store.put_labels(tx, dossier.hulpvraag, wanted)
        tx.audit("hulpvraag.labels", subject=dossier.id, actor=actor.sub, dossiernummer=dossiernummer, aantal=len(wanted))
    return Labels(labels=wanted)


@router.put("/hulpvragen/{dossiernummer}/coordinator")
async def coordinator(
    actor: CurrentActor, ports: UsedPorts, dossiernummer: Dossiernummer, body: CoordinatorKeuze
) -> CoordinatorKeuze:
    """Assign the coordinator, another one, or none: the SWV does (manual 000:603), or the applicant where the rules say so."""
    async with ports.database.transaction() as tx:
        dossier = await opened(tx, ports.rulesets, actor, dossiernummer, lock=True)
        if not dossier.assigns:
            raise Forbidden
        who = Coordinator(body.naam, body.email) if body.naam and body.email else None
        await store.put_coordinator(tx, dossier.hulpvraag, who)
        tx.audit("hulpvraag.coordinator", subject=dossier.id, actor=actor.sub, dossiernummer=dossiernummer)
    return body


@router.get("/hulpvragen/{dossiernummer}/notities")
async def notities(actor: CurrentActor, ports: UsedPorts, dossiernummer: Dossiernummer) -> Notities:
    """One's own notes; nobody else sees them."""
    async with ports.database.transaction() as tx:
        dossier = await opened(tx, ports.rulesets, actor, dossiernummer, lock=False)
        rows = await store.notes(tx, dossier.id, actor.sub)
        tx.audit("notities.bekeken", subject=dossier.id, actor=actor.sub, dossiernummer=dossiernummer)
    return Notities(dossiernummer=dossiernummer, notities=[Notitie.model_validate(dict(row)) for row in rows])


@router.post("/hulpvragen/{dossiernummer}/notities", status_code=status.HTTP_201_CREATED, response_model=Notitie)
async def notitie(
    actor: CurrentActor,
    ports: UsedPorts,
    request: Request,
    dossiernummer: Dossiernummer,
    body: NieuweNotitie,
    key: Key = None,
) -> JSONResponse:
    """Note something for oneself."""

    async def command(tx: Transaction, dossier: Dossier) -> Answer:
        now, id_ = clock.now(), clock.new_id()
        await store.add_note(tx, id_, dossier.id, actor.sub, body.tekst, now)
        tx.audit("notitie.gemaakt", subject=dossier.id, actor=actor.sub, notitie=id_)
        made = Notitie(notitie=id_, tekst=body.tekst, gemaakt_op=now, gewijzigd_op=now)
        return Answer(status.HTTP_201_CREATED, made.model_dump(mode="json", by_alias=True))

    return await once(request, ports, actor, dossiernummer, key, command)


@router.put("/hulpvragen/{dossiernummer}/notities/{notitie_id}", status_code=status.HTTP_204_NO_CONTENT)
async def notitie_gewijzigd(
    actor: CurrentActor, ports: UsedPorts, dossiernummer: Dossiernummer, notitie_id: UUID, body: NieuweNotitie
) -> None:
    """Change one's own note."""
    async with ports.database.transaction() as tx:
        dossier = await opened(tx, ports.rulesets, actor, dossiernummer, lock=False)
        if not await store.rewrite_note(tx, notitie_id, dossier.id, actor.sub, body.tekst, clock.now()):
            raise NotFound
        tx.audit("notitie.gewijzigd", subject=dossier.id, actor=actor.sub, notitie=notitie_id)


@router.delete("/hulpvragen/{dossiernummer}/notities/{notitie_id}", status_code=status.HTTP_204_NO_CONTENT)
async def notitie_weg(actor: CurrentActor, ports: UsedPorts, dossiernummer: Dossiernummer, notitie_id: UUID) -> None:
    """Erase one's own note."""
    async with ports.database.transaction() as tx:
        dossier = await opened(tx, ports.rulesets, actor, dossiernummer, lock=False)
        if not await store.erase_note(tx, notitie_id, dossier.id, actor.sub):
            raise NotFound
        tx.audit("notitie.gewist", subject=dossier.id, actor=actor.sub, notitie=notitie_id)


@router.get("/hulpvragen/{dossiernummer}/termijnen")
async def termijnen(actor: CurrentActor, ports: UsedPorts, dossiernummer: Dossiernummer) -> Termijnen:
    """How the terms of a hulpvraag stand, the first to run out first."""
    async with ports.database.transaction() as tx:
        dossier = await opened(tx, ports.rulesets, actor, dossiernummer, lock=False)
        rows = await termijn_store.listed(tx, dossier.whole().id)
        tx.audit("hulpvraag.termijnen_bekeken", subject=dossier.id, actor=actor.sub, dossiernummer=dossiernummer)
    known = {termijn.naam: termijn for termijn in dossier.verloop.type.termijnen} if dossier.verloop else {}
    shown = [
        HulpvraagTermijn(**dict(row), toelichting=known[row["naam"]].toelichting if row["naam"] in known else "")
        for row in rows
    ]
    not_before = earliest(dossier.verloop, dossier.regels.dagen, dossier.hulpvraag)
    return Termijnen(dossiernummer=dossiernummer, niet_bespreken_voor=not_before, termijnen=shown)
