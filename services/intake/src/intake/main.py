"""The composition root of intake: it names every concrete thing."""

from intake import api, handlers, oso_swv
from intake.adapters import contract, wire
from intake.lines import Lines
from intake.settings import Settings
from intake.upkeep import Upkeep
from intake.usecases.verhuizing import Verhuizer
from shared.contracts.intake import (
    BijlagenAangeboden,
    HulpvraagGewijzigd,
    HulpvraagIngediend,
    HulpvraagIngetrokken,
    OrganisatieGewijzigd,
    SchoolIngedeeld,
    UploadslotsGevraagd,
)
from shared.service import Service


def make_service(settings: Settings | None = None) -> Service:
    """Put intake together."""
    settings = settings or Settings()
    wire.tolerate()
    service = Service("intake", settings, title="Schakel intake")
    lines = Lines(settings, service.database, service.publisher, service.inbox)
    service.publisher.on_connect(lines.declare)
    service.during(lines.opened)
    service.checks["connectors"] = lines.are_served
    service.worker("connectors", lines.follow, every=settings.connector_poll)
    service.worker("upkeep", Upkeep(service.database, lines, settings).step, every=5.0)
    service.worker("verhuizingen", Verhuizer(service.database).step, every=settings.moves_every)
    service.publishes(HulpvraagIngediend, HulpvraagGewijzigd, HulpvraagIngetrokken)
    service.publishes(BijlagenAangeboden, UploadslotsGevraagd, OrganisatieGewijzigd, SchoolIngedeeld)
    service.describes(contract.describe)
    handlers.register(service, lines.wake)
    service.http.include_router(api.router)
    oso_swv.install(service, settings, ontvanger=None)
    service.shows_log()
    service.erases()
    return service
