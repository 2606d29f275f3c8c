"""The events this service reacts to: decode, one use case, return."""

from shared import platforms
from shared.contracts.bron_export import RegistratieGewijzigd
from shared.contracts.documents import BijlagenToegevoegd, BriefGemaakt
from shared.contracts.every_service import VernietigingBevestigd
from shared.contracts.intake import (
    HulpvraagGewijzigd,
    HulpvraagIngediend,
    HulpvraagIngetrokken,
    OrganisatieGewijzigd,
    SchoolIngedeeld,
)
from shared.envelope import Event
from shared.service import Service, Tx
from workflow.registry import RuleSets
from workflow.usecases import events, lvs
from workflow.usecases.verhuizing import school_moved
from workflow.usecases.vernietigen import keep_confirmation


def register(service: Service, rulesets: RuleSets) -> None:
    """Add the handlers, each with its own queue."""

    @service.on(HulpvraagIngediend, "hulpvraag-ingediend", together=True)
    async def hulpvraag_ingediend(event: Event[HulpvraagIngediend], tx: Tx) -> None:
        await events.start(tx, rulesets, event.data)

    @service.on(HulpvraagGewijzigd, "hulpvraag-gewijzigd")
    async def hulpvraag_gewijzigd(event: Event[HulpvraagGewijzigd], tx: Tx) -> None:
        await lvs.take_change(tx, rulesets, event.data)

    @service.on(HulpvraagIngetrokken, "hulpvraag-ingetrokken")
    async def hulpvraag_ingetrokken(event: Event[HulpvraagIngetrokken], tx: Tx) -> None:
        await lvs.take_withdrawal(tx, rulesets, event.data)

    @service.on(BijlagenToegevoegd, "bijlagen-toegevoegd")
    async def bijlagen_toegevoegd(event: Event[BijlagenToegevoegd], tx: Tx) -> None:
        await events.add_bijlagen(tx, rulesets, event.data)

    @service.on(BriefGemaakt, "brief-gemaakt")
    async def brief_gemaakt(event: Event[BriefGemaakt], tx: Tx) -> None:
        await events.keep_letter(tx, rulesets, event.data)

    @service.on(RegistratieGewijzigd, "registratie-gewijzigd")
    async def registratie_gewijzigd(event: Event[RegistratieGewijzigd], tx: Tx) -> None:
        await events.keep_registration(tx, rulesets, event.data)

    @service.on(OrganisatieGewijzigd, "organisatie-gewijzigd")
    async def organisatie_gewijzigd(event: Event[OrganisatieGewijzigd], tx: Tx) -> None:
        await school_moved(tx, event.data)

    @service.on(SchoolIngedeeld, "school-ingedeeld")
    async def school_ingedeeld(event: Event[SchoolIngedeeld], tx: Tx) -> None:
        await platforms.keep(tx, event.data)

    @service.on(VernietigingBevestigd, "vernietiging-bevestigd")
    async def vernietiging_bevestigd(event: Event[VernietigingBevestigd], tx: Tx) -> None:
        await keep_confirmation(tx, event.data)
