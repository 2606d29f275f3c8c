"""What bron-export listens to."""

from collections.abc import Callable

from bron_export.usecases.besluiten import record_decision
from bron_export.usecases.mandaten import school_moved
from shared import platforms, roles
from shared.contracts.intake import OrganisatieGewijzigd, SchoolIngedeeld
from shared.contracts.workflow import BesluitGenomen, RegelsGepubliceerd
from shared.envelope import Event
from shared.service import Service, Tx


def install(service: Service, wake: Callable[[], None]) -> None:
    """Register the handlers; ``wake`` makes the sender look for work."""

    @service.on(BesluitGenomen, "besluit-genomen")
    async def besluit_genomen(event: Event[BesluitGenomen], tx: Tx) -> None:
        await record_decision(tx, event.data)
        tx.after_commit(wake)

    @service.on(OrganisatieGewijzigd, "organisatie-gewijzigd")
    async def organisatie_gewijzigd(event: Event[OrganisatieGewijzigd], tx: Tx) -> None:
        await school_moved(tx, event.data, event.time)

    @service.on(SchoolIngedeeld, "school-ingedeeld")
    async def school_ingedeeld(event: Event[SchoolIngedeeld], tx: Tx) -> None:
        await platforms.keep(tx, event.data)

    @service.on(RegelsGepubliceerd, "regels-gepubliceerd")
    async def regels_gepubliceerd(event: Event[RegelsGepubliceerd], tx: Tx) -> None:
        await roles.keep(tx, event.data)
