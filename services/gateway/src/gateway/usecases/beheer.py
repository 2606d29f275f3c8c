"""What the administration sets: postbussen, scholenkringen and agreements (workflow), and mandates (bron-export)."""

from urllib.parse import quote

from gateway.adapters.services import Services
from gateway.models.beheer import (
    Kring,
    Kringen,
    KringOpgave,
    Mandaat,
    MandaatOpgave,
    Overeenkomst,
    Overeenkomsten,
    OvereenkomstOpgave,
    Postbus,
    PostbusOpgave,
    Postbussen,
)
from gateway.usecases import indienen
from shared.errors import NotFound
from shared.tokens import Actor


async def boxes(services: Services, actor: Actor) -> Postbussen:
    """List the roles of the SWV and their mail addresses. Raises Forbidden for others than its own people."""
    answer = await services.ask("workflow", "GET", "/postbussen", actor)
    return Postbussen.model_validate(answer.body)


async def set_box(services: Services, actor: Actor, rol: str, opgave: PostbusOpgave) -> Postbus:
    """Set the mail address of a role, or clear it."""
    path = f"/postbussen/{quote(rol, safe='')}"
    answer = await services.ask("workflow", "PUT", path, actor, json=opgave.model_dump(mode="json"))
    return Postbus.model_validate(answer.body)


async def circles(services: Services, actor: Actor) -> Kringen:
    """List the scholenkringen of the SWV. Raises Forbidden for others than its own people."""
    answer = await services.ask("workflow", "GET", "/kringen", actor)
    return Kringen.model_validate(answer.body)


async def set_circle(services: Services, actor: Actor, naam: str, opgave: KringOpgave) -> Kring:
    """Set up a scholenkring. Raises NotFound for one that the rules do not have."""
    path = f"/kringen/{quote(naam, safe='')}"
    answer = await services.ask("workflow", "PUT", path, actor, json=opgave.model_dump(mode="json"))
    return Kring.model_validate(answer.body)


async def agreements(services: Services, actor: Actor) -> Overeenkomsten:
    """List the verwerkersovereenkomsten of boards. Raises Forbidden for others than the SWV's own people."""
    answer = await services.ask("workflow", "GET", "/overeenkomsten", actor)
    return Overeenkomsten.model_validate(answer.body)


async def note_agreement(services: Services, actor: Actor, bestuur: str, opgave: OvereenkomstOpgave) -> Overeenkomst:
    """Note the days of one, or change them. Raises Forbidden for who does not manage the SWV, or InvalidInput."""
    path = f"/overeenkomsten/{quote(bestuur, safe='')}"
    answer = await services.ask("workflow", "PUT", path, actor, json=opgave.model_dump(mode="json"))
    return Overeenkomst.model_validate(answer.body)


async def mandate(services: Services, actor: Actor, school: str) -> Mandaat:
    """Show the mandate that counts for a school. Raises NotFound when there is none, or the school is not the board's."""
    await _is_theirs(services, actor, school)
    answer = await services.ask("bron-export", "GET", f"/mandaten/{school}", actor)
    return Mandaat.model_validate(answer.body)


async def give_mandate(services: Services, actor: Actor, school: str, opgave: MandaatOpgave, *, version: int | None) -> Mandaat:
    """Note a mandate, change its period or end it; the first one goes without ``version``.

    Raises StaleVersion, or NotFound for a board that names a school of another.
    """
    await _is_theirs(services, actor, school)
    body = opgave.model_dump(mode="json")
    answer = await services.ask("bron-export", "PUT", f"/mandaten/{school}", actor, json=body, version=version)
    return Mandaat.model_validate(answer.body)


async def _is_theirs(services: Services, actor: Actor, school: str) -> None:
    """Ask intake whether a board has this school now: bron-export knows boards by decisions, and a new school has none."""
    if actor.soort != "bestuur":
        return
    known = await indienen.schools(services, actor)
    if school not in {each.code for each in known.scholen}:
        raise NotFound("Deze school bestaat niet.")
