"""What other services tell documents."""

from collections.abc import Callable
from datetime import timedelta

from documents.ports import Objects
from documents.settings import Settings
from documents.usecases import anchoring, batches, letters, osodossiers, reading, slots
from shared.contracts.every_service import LogboekVerzegeld
from shared.contracts.intake import (
    BijlagenAangeboden,
    BriefOpgevraagd,
    OsoDossierAangeboden,
    OsoDossierVerwerkt,
    UploadslotsGevraagd,
)
from shared.contracts.workflow import BesluitGenomen
from shared.envelope import Event
from shared.service import Service, Tx


def register(
    service: Service,
    settings: Settings,
    objects: Objects,
    *,
    wake_scans: Callable[[], None],
    wake_letters: Callable[[], None],
    wake_anchors: Callable[[], None],
    wake_sweep: Callable[[], None],
) -> None:
    """Add the handlers to a service."""
    lifetime = timedelta(seconds=settings.slot_lifetime_connector)

    @service.on(UploadslotsGevraagd, "uploadslots-gevraagd")
    async def uploadslots_gevraagd(event: Event[UploadslotsGevraagd], tx: Tx) -> None:
        bucket, oso_max = settings.s3_bucket_uploads, settings.oso_max
        await slots.answer(tx, objects, event.data, bucket=bucket, lifetime=lifetime, oso_max=oso_max)

    @service.on(BijlagenAangeboden, "bijlagen-aangeboden")
    async def bijlagen_aangeboden(event: Event[BijlagenAangeboden], tx: Tx) -> None:
        await batches.accept(tx, event.data, offered_at=event.time, wake=wake_scans)

    @service.on(OsoDossierAangeboden, "oso-dossier-aangeboden")
    async def oso_dossier_aangeboden(event: Event[OsoDossierAangeboden], tx: Tx) -> None:
        await batches.accept_oso(tx, event.data, offered_at=event.time, wake=wake_scans)

    @service.on(OsoDossierVerwerkt, "oso-dossier-verwerkt")
    async def oso_dossier_verwerkt(event: Event[OsoDossierVerwerkt], tx: Tx) -> None:
        await osodossiers.settle(tx, event.data, wake=wake_sweep)

    @service.on(BriefOpgevraagd, "brief-opgevraagd")
    async def brief_opgevraagd(event: Event[BriefOpgevraagd], tx: Tx) -> None:
        await reading.hand_letter(tx, objects, event.data)

    @service.on(BesluitGenomen, "besluit-genomen")
    async def besluit_genomen(event: Event[BesluitGenomen], tx: Tx) -> None:
        await letters.request(tx, event.data, wake=wake_letters)

    @service.on(LogboekVerzegeld, "logboek-verzegeld")
    async def logboek_verzegeld(event: Event[LogboekVerzegeld], tx: Tx) -> None:
        await anchoring.keep(tx, event.data, wake=wake_anchors)
