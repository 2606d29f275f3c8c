"""The composition root: names every concrete thing this service is made of."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shared import tokens
from shared.contracts.every_service import TokensVervallen
from shared.contracts.workflow import (
    BesluitGenomen,
    DossierVernietigd,
    OverdrachtGedaan,
    OverlegGemeld,
    RegelsGepubliceerd,
    StatusGewijzigd,
    TermijnBereikt,
    ToegangGemeld,
)
from shared.service import Service
from workflow import api, handlers
from workflow.api.ports import Ports
from workflow.registry import RuleSets, read_all
from workflow.settings import Settings
from workflow.usecases.overdracht import Overdrachtwachter
from workflow.usecases.overlegmail import Overlegwachter
from workflow.usecases.toegang import Toegangwachter
from workflow.usecases.wachter import Termijnwachter


def make_service(settings: Settings | None = None) -> Service:
    """Put the service together. Raises BrokenRuleSet for a rule set that is not right."""
    settings = settings or Settings()
    rulesets = RuleSets(read_all(settings.rulesets))
    service = Service("workflow", settings, title="Schakel: hulpvragen, statussen en besluiten")

    @asynccontextmanager
    async def published() -> AsyncIterator[None]:
        await rulesets.publish(service.database)
        yield

    service.during(published)
    handlers.register(service, rulesets)
    service.honours_tokens()
    service.worker("regels", lambda: rulesets.refresh(service.database.pool), every=settings.rules_every)
    service.worker("termijnen", Termijnwachter(service.database, rulesets).step, every=settings.terms_every)
    service.worker("toegang", Toegangwachter(service.database).step, every=settings.terms_every)
    service.worker("overdrachten", Overdrachtwachter(service.database, rulesets).step, every=settings.terms_every)
    service.worker("overleg", Overlegwachter(service.database).step, every=settings.terms_every)
    service.publishes(StatusGewijzigd, BesluitGenomen, TermijnBereikt, RegelsGepubliceerd, DossierVernietigd)
    service.publishes(ToegangGemeld, OverlegGemeld, OverdrachtGedaan, TokensVervallen)
    key = tokens.load_key(settings.capability_key.get_secret_value())
    service.http.state.ports = Ports(service.database, rulesets, key)
    service.http.include_router(api.router)
    return service
