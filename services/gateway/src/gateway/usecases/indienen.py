"""Submit a hulpvraag by hand, and see the dossier it is part of: intake knows both."""

from uuid import UUID

from gateway.adapters.services import Services
from gateway.models.indienen import Dossier, HulpvraagOpgave, Ingediend, Scholen
from gateway.usecases import hulpvragen
from shared import clock
from shared.errors import NotFound
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
    """Show a dossier with those of its hulpvragen that this person may see, and of what was put together with it the same.

    Raises NotFound where there are none of its own, as each dossier in it would be.
    Intake knows the dossier, workflow who sees which hulpvraag now: a status may hide one, and its dossier with it (004:60-62).
    """
    answer = await services.ask("intake", "GET", f"/dossiers/{wanted}", actor)
    found = Dossier.model_validate(answer.body)
    seen = await hulpvragen.seen(services, actor, [each.dossiernummer for each in found.hulpvragen])
    shown = [each for each in found.hulpvragen if each.dossiernummer in seen]
    there = {each.dossier for each in shown}
    if wanted not in there:
        raise NotFound("Dit dossier bestaat niet, of is niet van uw organisatie.")
    linked = [each for each in found.gekoppeld if each.dossier in there]
    return found.model_copy(update={"hulpvragen": shown, "gekoppeld": linked})
