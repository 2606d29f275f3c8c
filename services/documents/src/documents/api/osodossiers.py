"""The routes by which intake, and nothing else, reads an OSO dossier and brings its bijlagen; and one to the original.

Nobody's token opens the first two: whoever shows the secret that belongs to the hash in the event is who offered the dossier.
"""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Security
from fastapi.security import APIKeyHeader
from pydantic import Field

from documents.api.models import Body, Download, SlotUitgegeven, described
from documents.ports import Objects
from documents.settings import Settings
from documents.usecases import osodossiers, reading
from shared.capability import CurrentCapability, permit
from shared.contracts.connector import MAX_FILES, BestandOpgave
from shared.contracts.documents import Uploadslot
from shared.contracts.intake import Bestand
from shared.database import Database
from shared.errors import Unauthenticated

_bewijs = APIKeyHeader(
    name="Schakel-Bewijs", scheme_name="bewijs", description="what intake made up for this one dossier", auto_error=False
)


async def _shown(shown: Annotated[str | None, Security(_bewijs)]) -> str:
    """Take the proof that was shown. Raises Unauthenticated without any."""
    if not shown:
        raise Unauthenticated
    return shown


Bewijs = Annotated[str, Depends(_shown)]


class OsoDossierLink(Body):
    """Where the dossier is to be fetched; good for a minute."""

    url: str


class BijlagenGevonden(Body):
    """The files that stood in a dossier."""

    bestanden: Annotated[tuple[BestandOpgave, ...], Field(min_length=1, max_length=MAX_FILES)]


class BijlagePlaats(Body):
    """A place for one file, or why there is none."""

    uploadslot: SlotUitgegeven | None = None
    regel: str | None = None
    bericht: str | None = None


class BijlagePlaatsen(Body):
    """One for each file, in their order."""

    bestanden: tuple[BijlagePlaats, ...]


def routes(database: Database, objects: Objects, settings: Settings) -> APIRouter:
    """Make the routes."""
    router = APIRouter(prefix="/oso-dossiers/{osodossier}")

    @router.post("/downloads", status_code=201)
    async def post_download(osodossier: UUID, bewijs: Bewijs) -> OsoDossierLink:
        """A link to the dossier, for intake."""
        async with database.transaction() as tx:
            return OsoDossierLink(url=await osodossiers.fetch(tx, objects, osodossier, bewijs))

    @router.post("/uploadslots", status_code=201)
    async def post_uploadslots(osodossier: UUID, body: BijlagenGevonden, bewijs: Bewijs) -> BijlagePlaatsen:
        """Places for the bijlagen that stood in it, for intake."""
        async with database.transaction() as tx:
            places = await osodossiers.give_slots(
                tx,
                objects,
                osodossier,
                bewijs,
                [Bestand.model_validate(bestand, from_attributes=True) for bestand in body.bestanden],
                bucket=settings.s3_bucket_uploads,
                lifetime=timedelta(seconds=settings.slot_lifetime_connector),
            )
        return BijlagePlaatsen(
            bestanden=tuple(
                BijlagePlaats(uploadslot=SlotUitgegeven.model_validate(one, from_attributes=True))
                if isinstance(one, Uploadslot)
                else BijlagePlaats(regel=one.regel, bericht=one.bericht)
                for one in places
            )
        )

    @router.post("/originelen", status_code=201)
    async def post_original(osodossier: UUID, hulpvraag: Annotated[UUID, Query()], capability: CurrentCapability) -> Download:
        """A link to the dossier as the school's system made it, for who works at the SWV."""
        permit(capability, "oso-dossier-downloaden", f"hulpvraag:{hulpvraag}")
        async with database.transaction() as tx:
            return described(await reading.original(tx, objects, hulpvraag, osodossier, capability))

    return router
