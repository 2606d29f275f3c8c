"""The events this service reacts to: decode, one use case, return."""

from shared.contracts.bron_export import RegistratieGewijzigd
from shared.contracts.documents import BijlagenToegevoegd, BriefGemaakt
from shared.contracts.intake import HulpvraagIngediend
from shared.envelope import Event
from shared.service import Service, Tx
from workflow.registry import RuleSets
from workflow.usecases import events


def register(service: Service, rulesets: RuleSets) -> None:
    """Add the handlers, each with its own queue."""

    @service.on(HulpvraagIngediend, "hulpvraag-ingediend")
    async def hulpvraag_ingediend(event: Event[HulpvraagIngediend], tx: Tx) -> None:
        await events.start(tx, rulesets, event.data)

    @service.on(BijlagenToegevoegd, "bijlagen-toegevoegd")
    async def bijlagen_toegevoegd(event: Event[BijlagenToegevoegd], tx: Tx) -> None:
        await events.add_bijlagen(tx, rulesets, event.data)

    @service.on(BriefGemaakt, "brief-gemaakt")
    async def brief_gemaakt(event: Event[BriefGemaakt], tx: Tx) -> None:
        await events.keep_letter(tx, rulesets, event.data)

    @service.on(RegistratieGewijzigd, "registratie-gewijzigd")
    async def registratie_gewijzigd(event: Event[RegistratieGewijzigd], tx: Tx) -> None:
        await events.keep_registration(tx, rulesets, event.data)
