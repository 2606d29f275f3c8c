"""What changed in the data of a pupil, and which dossiers may be of one: intake knows both.

>>> found, changed = await changes(services, actor, dossier)
"""

from uuid import UUID

from gateway.adapters.services import Services
from gateway.models.indienen import Dossier
from gateway.models.leerlingen import EerdereInhouden, GelijkenisBeslissing, Gelijkenissen, Kennisname, Wijzigingen
from gateway.usecases import indienen
from shared.tokens import Actor


async def changes(services: Services, actor: Actor, wanted: UUID) -> tuple[Dossier, Wijzigingen]:
    """Show a dossier with what changed in it. Raises NotFound where this person sees none of its hulpvragen.

    Of a hulpvraag that this person may not see the number is left out.
    """
    dossier = await indienen.dossier(services, actor, wanted)
    found = await latest(services, actor, wanted)
    seen = {each.dossiernummer for each in dossier.hulpvragen}
    shown = [one if one.dossiernummer in seen else one.model_copy(update={"dossiernummer": None}) for one in found.wijzigingen]
    return dossier, found.model_copy(update={"wijzigingen": shown})


async def latest(services: Services, actor: Actor, wanted: UUID) -> Wijzigingen:
    """Ask what changed in the dossier of a hulpvraag that this person sees."""
    answer = await services.ask("intake", "GET", f"/dossiers/{wanted}/wijzigingen", actor)
    return Wijzigingen.model_validate(answer.body)


async def earlier(services: Services, actor: Actor, wanted: UUID) -> EerdereInhouden:
    """Ask what the hulpvragen of a dossier held before they were changed. Raises Forbidden for who makes no copy."""
    return EerdereInhouden.model_validate((await services.ask("intake", "GET", f"/dossiers/{wanted}/inhouden", actor)).body)


async def take_note(services: Services, actor: Actor, wanted: UUID, kennisname: Kennisname) -> None:
    """Note that the SWV saw the data. Raises NotFound, Forbidden, or Conflict for a version that does not exist."""
    await indienen.dossier(services, actor, wanted)
    body = kennisname.model_dump(by_alias=True)
    await services.ask("intake", "POST", f"/dossiers/{wanted}/kennisname", actor, json=body)


async def pairs(services: Services, actor: Actor) -> Gelijkenissen:
    """List dossiers that may be of one pupil. Raises Forbidden for who does not decide on them."""
    return Gelijkenissen.model_validate((await services.ask("intake", "GET", "/gelijkenissen", actor)).body)


async def decide(services: Services, actor: Actor, wanted: UUID, beslissing: GelijkenisBeslissing) -> None:
    """Confirm, reject, or take back. Raises Forbidden, NotFound, Conflict."""
    await services.ask("intake", "PUT", f"/gelijkenissen/{wanted}", actor, json=beslissing.model_dump(by_alias=True))
