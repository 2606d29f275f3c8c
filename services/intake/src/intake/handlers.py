"""Events of other services: what a connector must hear of, and what the entrance must know."""

from collections.abc import Callable

from intake.store import titelregels
from intake.usecases.letters import report_letter
from intake.usecases.osodossiers import note_judgement
from intake.usecases.osoindienen import neem_plaats
from intake.usecases.report import report_bijlagen, report_brief, report_status, report_uploadslots
from shared import roles
from shared.contracts.documents import (
    BijlagenToegevoegd,
    BriefGemaakt,
    BriefVerstrekt,
    OsoDossierBeoordeeld,
    UploadslotsUitgegeven,
)
from shared.contracts.workflow import RegelsGepubliceerd, StatusGewijzigd
from shared.database import Transaction
from shared.envelope import Event
from shared.service import Service, Tx


def register(service: Service, wake: Callable[[str], None], wake_oso: Callable[[], None]) -> None:
    """Add the handlers; ``wake`` is called after a commit with the connector that has something to read.

    ``wake_oso`` is called when an OSO dossier may be read.
    """

    def tell(tx: Transaction, connector: str | None) -> None:
        if connector is not None:
            tx.after_commit(lambda: wake(connector))

    @service.on(StatusGewijzigd, "status-gewijzigd", together=True)
    async def status(event: Event[StatusGewijzigd], tx: Tx) -> None:
        tell(tx, await report_status(tx, event.data))

    @service.on(UploadslotsUitgegeven, "uploadslots-uitgegeven")
    async def uploadslots(event: Event[UploadslotsUitgegeven], tx: Tx) -> None:
        tell(tx, await report_uploadslots(tx, event.data))
        await neem_plaats(tx, event.data)  # a request is of a connector, or of a dossier of OSO-SWV

    @service.on(BijlagenToegevoegd, "bijlagen-toegevoegd")
    async def bijlagen(event: Event[BijlagenToegevoegd], tx: Tx) -> None:
        tell(tx, await report_bijlagen(tx, event.data))

    @service.on(OsoDossierBeoordeeld, "oso-dossier-beoordeeld")
    async def osodossier(event: Event[OsoDossierBeoordeeld], tx: Tx) -> None:
        tell(tx, await note_judgement(tx, event.data, wake=wake_oso))

    @service.on(BriefGemaakt, "brief-gemaakt")
    async def brief(event: Event[BriefGemaakt], tx: Tx) -> None:
        tell(tx, await report_brief(tx, event.data))

    @service.on(BriefVerstrekt, "brief-verstrekt")
    async def letter(event: Event[BriefVerstrekt], tx: Tx) -> None:
        tell(tx, await report_letter(tx, event.data))

    _follow_rules(service)


def _follow_rules(service: Service) -> None:
    @service.on(RegelsGepubliceerd, "regels-gepubliceerd")
    async def regels(event: Event[RegelsGepubliceerd], tx: Tx) -> None:
        await titelregels.keep(tx, event.data)
        await roles.keep(tx, event.data)
