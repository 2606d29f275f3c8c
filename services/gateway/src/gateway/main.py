"""The composition root of the gateway: it names every concrete thing."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

import httpx
from fastapi import Depends

from gateway import static_files
from gateway.adapters.passwords import Passwords
from gateway.adapters.services import ServiceAway, Services
from gateway.adapters.storage import Storage
from gateway.api import openapi
from gateway.api.routes import router as api_router
from gateway.body_limit import BodyLimit
from gateway.domain.pace import Pace
from gateway.parts import Parts, parse_networks
from gateway.portal import errors
from gateway.portal.pages import Pages
from gateway.portal.routes import router as portal_router
from gateway.sessions import refuse_forged
from gateway.settings import Settings
from gateway.store import purge
from gateway.usecases.login import Limits
from gateway.usecases.post import Post
from gateway.usecases.scanner import is_off
from gateway.usecases.tokens import Tokenwachter
from gateway.usecases.verhuizing import school_moved
from shared import roles
from shared.contracts.every_service import TokensVervallen
from shared.contracts.gateway import AccountMailGevraagd
from shared.contracts.intake import OrganisatieGewijzigd
from shared.contracts.workflow import RegelsGepubliceerd
from shared.envelope import Event
from shared.secretbox import SecretBox, read_keys
from shared.service import Service, Tx

SCANNER_EVERY = 10.0
"""Seconds until the pages say what an operator who restarts documents with another scanner decided."""

ROLES_EVERY = 5.0
"""Seconds until the menu follows what the rules say of who manages accounts or sees figures only. The pages look each time."""


def make_service(settings: Settings | None = None, transports: Mapping[str, httpx.AsyncBaseTransport] | None = None) -> Service:
    """Put the gateway together. ``transports`` lets a test run the other services in its own process."""
    settings = settings or Settings()
    service = Service("gateway", settings, title="Schakel")
    assets = static_files.Assets()
    parts = Parts(
        settings=settings,
        database=service.database,
        passwords=Passwords(),
        post=Post(SecretBox(settings.keys()), SecretBox(read_keys(settings.link_key.get_secret_value()))),
        limits=Limits(timedelta(minutes=settings.idle_minutes), timedelta(minutes=settings.absolute_minutes)),
        services=Services(settings, transports),
        storage=Storage(settings),
        assets=assets,
        pages=Pages(assets),
        pace=Pace(settings.requests_per_minute),
        proxies=parse_networks(settings.trusted_proxies),
    )
    service.http.state.parts = parts
    service.http.router.redirect_slashes = False  # /core/no-trailing-slash: such an address does not exist
    service.during(parts.services.opened)
    service.during(parts.storage.opened)

    async def tidy() -> bool:
        await purge(service.database.pool)
        return False

    async def look_at_scanner() -> bool:
        with suppress(ServiceAway):  # then no bijlage comes or goes either, and what was last known stays on the pages
            parts.pages.scanner_off = await is_off(parts.services)
        return False

    async def look_at_roles() -> bool:
        parts.pages.roles = await roles.all_told(service.database.pool)
        return False

    looking = service.worker("roles", look_at_roles, every=ROLES_EVERY)

    @service.on(RegelsGepubliceerd, "regels-gepubliceerd")
    async def regels_gepubliceerd(event: Event[RegelsGepubliceerd], tx: Tx) -> None:
        await roles.keep(tx, event.data)
        tx.after_commit(looking.wake)

    @service.on(OrganisatieGewijzigd, "organisatie-gewijzigd")
    async def organisatie_gewijzigd(event: Event[OrganisatieGewijzigd], tx: Tx) -> None:
        await school_moved(tx, event.data)

    service.publishes(AccountMailGevraagd, TokensVervallen)
    service.worker("tokens", Tokenwachter(service.database, parts.post).step, every=600.0)
    service.worker("tidy", tidy, every=600.0)
    service.worker("scanner", look_at_scanner, every=SCANNER_EVERY)
    service.http.add_middleware(BodyLimit)
    guarded = [Depends(refuse_forged)]
    service.http.include_router(static_files.routes(assets))
    service.http.include_router(api_router, dependencies=guarded)
    service.http.include_router(portal_router, dependencies=guarded)
    openapi.describe(service.http, settings)
    errors.install(service.http)
    return service
