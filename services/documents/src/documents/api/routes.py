"""The HTTP routes of documents. Each asks for an actor, and each about a bijlage for a capability of workflow."""

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import JSONResponse

from documents.api.models import (
    BatchAangenomen,
    Bijlage,
    Bijlagen,
    BijlagenAangeboden,
    Download,
    Scannerstand,
    SlotsGevraagd,
    SlotsUitgegeven,
    SlotUitgegeven,
    VerslagGemaakt,
    VerslagGevraagd,
    described,
)
from documents.domain.verslag import naam_van, opstellen
from documents.ports import Objects, Typesetter
from documents.settings import Settings
from documents.usecases import batches, reading, slots
from shared import clock, idempotency
from shared.auth import CurrentActor
from shared.capability import CurrentCapability, permit
from shared.contracts.intake import Bestand
from shared.database import Database
from shared.http import UNLOGGED
from shared.idempotency import Answer
from shared.tokens import Capability

IdempotencyKey = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=200)]


def routes(
    database: Database, objects: Objects, typesetter: Typesetter, settings: Settings, *, wake_scans: Callable[[], None]
) -> APIRouter:
    """Make the routes."""
    router = APIRouter()

    @router.post("/uploadslots", status_code=201, response_model=SlotsUitgegeven)
    async def post_uploadslots(
        request: Request, body: SlotsGevraagd, capability: CurrentCapability, idempotency_key: IdempotencyKey
    ) -> JSONResponse:
        permit(capability, "bijlage-toevoegen", f"hulpvraag:{body.hulpvraag}")
        raw = await request.body()
        async with database.transaction() as tx:
            if (earlier := await idempotency.seen(tx, idempotency_key, capability.actor, raw)) is not None:
                return _json(earlier)
            given = await slots.issue(
                tx,
                objects,
                [Bestand.model_validate(bestand, from_attributes=True) for bestand in body.bestanden],
                aanbieder=_aanbieder(capability),
                swv=capability.swv,
                hulpvraag=body.hulpvraag,
                bucket=settings.s3_bucket_uploads,
                lifetime=timedelta(seconds=settings.slot_lifetime_person),
            )
            slots_out = [SlotUitgegeven.model_validate(slot, from_attributes=True) for slot in given]
            answer = Answer(201, SlotsUitgegeven(uploadslots=slots_out).json_object())
            await idempotency.remember(tx, idempotency_key, capability.actor, raw, answer, hulpvraag=body.hulpvraag)
        return _json(answer)

    @router.post("/bijlagen", status_code=202, response_model=BatchAangenomen)
    async def post_bijlagen(
        request: Request, body: BijlagenAangeboden, capability: CurrentCapability, idempotency_key: IdempotencyKey
    ) -> JSONResponse:
        permit(capability, "bijlage-toevoegen", f"hulpvraag:{body.hulpvraag}")
        raw = await request.body()
        async with database.transaction() as tx:
            if (earlier := await idempotency.seen(tx, idempotency_key, capability.actor, raw)) is not None:
                return _json(earlier)
            batch, new = await batches.add(
                tx,
                swv=capability.swv,
                hulpvraag=body.hulpvraag,
                dossiernummer=body.dossiernummer,
                aanbieder=_aanbieder(capability),
                uploadslots=body.uploadslots,
                wake=wake_scans,
            )
            taken = [Bijlage(bijlage=item.id, naam=item.naam, staat="wordt gescand") for item in new]
            answer = Answer(202, BatchAangenomen(batch=batch, bijlagen=taken).json_object())
            await idempotency.remember(tx, idempotency_key, capability.actor, raw, answer, hulpvraag=body.hulpvraag)
        return _json(answer)

    @router.get("/bijlagen")
    async def get_bijlagen(hulpvraag: Annotated[UUID, Query()], capability: CurrentCapability) -> Bijlagen:
        permit(capability, "bijlagen-bekijken", f"hulpvraag:{hulpvraag}")
        async with database.transaction() as tx:
            rows = await reading.list_bijlagen(tx, hulpvraag, capability)
        return Bijlagen(bijlagen=[Bijlage.of(row) for row in rows])

    @router.post("/bijlagen/{bijlage}/downloads", status_code=201)
    async def post_download(bijlage: UUID, capability: CurrentCapability) -> Download:
        permit(capability, "bijlage-downloaden", f"bijlage:{bijlage}")
        async with database.transaction() as tx:
            made = await reading.download(tx, objects, bijlage, capability)
        return described(made)

    @router.post("/overlegverslagen", status_code=201)
    async def post_overlegverslag(actor: CurrentActor, body: VerslagGevraagd) -> VerslagGemaakt:
        """Typeset what this actor reads of an overlegronde. It tells nothing that was not sent along, and is not kept."""
        verslag = body.verslag(clock.now())
        pdf = await typesetter.pdf("overleg", opstellen(verslag))
        async with database.transaction() as tx:
            tx.audit("verslag.gemaakt", subject=body.overlegronde, actor=actor.sub)
        return VerslagGemaakt(naam=naam_van(verslag), pdf=base64.b64encode(pdf).decode())

    @router.get("/scanner", openapi_extra={UNLOGGED: "over de installatie"})
    async def get_scanner(_: CurrentActor) -> Scannerstand:
        """Whether bijlagen are looked at for viruses: the portal says so on every page when they are not."""
        return Scannerstand(scanner=settings.scanner)

    return router


def _aanbieder(capability: Capability) -> str:
    return f"account:{capability.actor}"


def _json(answer: Answer) -> JSONResponse:
    return JSONResponse(answer.body, answer.status)
