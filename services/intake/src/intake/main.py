"""The composition root of intake: it names every concrete thing."""

import httpx

from intake import api, handlers, oso_swv
from intake.adapters import contract, wire
from intake.adapters.documents import Documents
from intake.lines import Lines
from intake.reading_oso import Reader
from intake.settings import Settings
from intake.upkeep import Upkeep
from intake.usecases.verhuizing import Verhuizer
from shared.contracts.intake import (
    BijlagenAangeboden,
    BriefOpgevraagd,
    HulpvraagGewijzigd,
    HulpvraagIngediend,
    HulpvraagIngetrokken,
    OrganisatieGewijzigd,
    OsoDossierAangeboden,
    OsoDossierVerwerkt,
    SchoolIngedeeld,
    UploadslotsGevraagd,
)
from shared.service import Service


def make_service(settings: Settings | None = None, documents: httpx.AsyncBaseTransport | None = None) -> Service:
    """Put intake together. ``documents`` lets a test run that service in its own process."""
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
    store = Documents(settings, documents)
    service.during(store.opened)
    reader = Reader(service.database, store, settings, wake=lines.wake)
    readers = [service.worker(f"oso-{n}", reader.step, every=settings.poll) for n in range(settings.oso_readers)]
    service.worker("oso-cijfers", reader.measure, every=15.0)
    service.publishes(OsoDossierAangeboden, OsoDossierVerwerkt)
    service.publishes(HulpvraagIngediend, HulpvraagGewijzigd, HulpvraagIngetrokken)
    service.publishes(BijlagenAangeboden, UploadslotsGevraagd, BriefOpgevraagd, OrganisatieGewijzigd, SchoolIngedeeld)
    service.describes(contract.describe)

    def wake_readers() -> None:
        for one in readers:
            one.wake()

    handlers.register(service, lines.wake, wake_readers)
    service.http.include_router(api.router)
    oso_swv.install(service, settings, store)
    service.shows_log()
    service.erases()
    service.honours_tokens()
    return service
