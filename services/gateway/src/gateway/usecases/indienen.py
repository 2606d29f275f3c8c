"""Submit a hulpvraag by hand, and see the dossier it is part of: intake knows both."""

from uuid import UUID

from gateway.adapters.services import Services
from gateway.models.indienen import Dossier, HulpvraagOpgave, Ingediend, Scholen
from shared import clock
from shared.tokens import Actor


async def submit(services: Services, actor: Actor, opgave: HulpvraagOpgave, *, key: str | None) -> Ingediend:
    """Submit it; the same ``key`` again gives the same dossiernummer and no second hulpvraag."""
    body = opgave.model_dump(mode="json", by_alias=True, exclude_unset=True)
    answer = await services.ask("intake", "POST", "/hulpvragen", actor, json=body, key=key or str(clock.new_id()))
    return Ingediend.model_validate(answer.body)


async def schools(services: Services, actor: Actor) -> Scholen:
    """List the schools of this person's organisation, by name."""
    answer = await services.ask("intake", "GET", "/scholen", actor)
    return Scholen.model_validate(answer.body)


async def dossier(services: Services, actor: Actor, wanted: UUID) -> Dossier:
    """Show a dossier. Raises NotFound for one that is not this person's to see."""
    answer = await services.ask("intake", "GET", f"/dossiers/{wanted}", actor)
    return Dossier.model_validate(answer.body)
