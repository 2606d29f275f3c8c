"""Hulpvragen: seen, changed, decided, asked. The gateway asks on behalf of a person; workflow and intake decide.

>>> page = await hulpvragen.search(services, actor, Zoekvraag(zoek="noor"))
>>> await hulpvragen.change_status(services, actor, 100001, opgave, version=3, key=key)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gateway.adapters.services import Services
from gateway.models.aanvraagtypen import Aanvraagtypen
from gateway.models.base import Command
from gateway.models.hulpvragen import (
    AanvraagtypeKeuze,
    Besluit,
    Besluiten,
    BesluitOpgave,
    Hulpvraag,
    HulpvragenPagina,
    Statushistorie,
    Statuswijziging,
    StatuswijzigingOpgave,
)
from gateway.models.zoeken import Zoekvraag
from shared.tokens import Actor

_BATCH = 100
"""How many dossiernummers workflow is asked about at once."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A hulpvraag, with the version a change must name."""

    hulpvraag: Hulpvraag
    version: int


async def search(services: Services, actor: Actor, vraag: Zoekvraag) -> HulpvragenPagina:
    """Find a page of what this person may see, newest first."""
    asked: dict[str, str | int] = vraag.model_dump(mode="json", by_alias=True, exclude_none=True)
    params = {name: value for name, value in asked.items() if value != ""}
    answer = await services.ask("workflow", "GET", "/hulpvragen", actor, params=params)
    return HulpvragenPagina.model_validate(answer.body)


async def seen(services: Services, actor: Actor, numbers: Sequence[int]) -> set[int]:
    """Tell which of these dossiernummers this person may see."""
    found: set[int] = set()
    for batch in (numbers[at : at + _BATCH] for at in range(0, len(numbers), _BATCH)):
        params: dict[str, str | int | Sequence[int]] = {"nummer": batch, "aantal": _BATCH}
        answer = await services.ask("workflow", "GET", "/hulpvragen", actor, params=params)
        found |= {each.dossiernummer for each in HulpvragenPagina.model_validate(answer.body).hulpvragen}
    return found


async def show(services: Services, actor: Actor, dossiernummer: int) -> Seen:
    """Show one. Raises NotFound for one that is not this person's to see."""
    answer = await services.ask("workflow", "GET", f"/hulpvragen/{dossiernummer}", actor)
    hulpvraag = Hulpvraag.model_validate(answer.body)
    return Seen(hulpvraag, hulpvraag.versie)


async def history(services: Services, actor: Actor, dossiernummer: int) -> Statushistorie:
    """List every change, oldest first."""
    answer = await services.ask("workflow", "GET", f"/hulpvragen/{dossiernummer}/statushistorie", actor)
    return Statushistorie.model_validate(answer.body)


async def change_status(
    services: Services, actor: Actor, dossiernummer: int, opgave: StatuswijzigingOpgave, *, version: int, key: str | None
) -> Statuswijziging:
    """Give another status. Raises Forbidden, IllegalTransition, StaleVersion or Unprocessable."""
    path = f"/hulpvragen/{dossiernummer}/statuswijzigingen"
    answer = await services.ask("workflow", "POST", path, actor, json=_json(opgave), version=version, key=key)
    return Statuswijziging.model_validate(answer.body)


async def sort_title(
    services: Services, actor: Actor, dossiernummer: int, keuze: AanvraagtypeKeuze, *, version: int, key: str | None
) -> Statuswijziging:
    """Give a hulpvraag with an unknown title its aanvraagtype."""
    path = f"/hulpvragen/{dossiernummer}/aanvraagtype"
    answer = await services.ask("workflow", "PUT", path, actor, json=_json(keuze), version=version, key=key)
    return Statuswijziging.model_validate(answer.body)


async def decisions(services: Services, actor: Actor, dossiernummer: int) -> Besluiten:
    """List the decisions, with their letters and registrations."""
    answer = await services.ask("workflow", "GET", f"/hulpvragen/{dossiernummer}/besluiten", actor)
    return Besluiten.model_validate(answer.body)


async def decide(
    services: Services, actor: Actor, dossiernummer: int, opgave: BesluitOpgave, *, version: int, key: str | None
) -> Besluit:
    """Take a decision; it gets its number. ``version`` is that of the hulpvraag."""
    path = f"/hulpvragen/{dossiernummer}/besluiten"
    answer = await services.ask("workflow", "POST", path, actor, json=_json(opgave), version=version, key=key)
    return Besluit.model_validate(answer.body)


async def correct_decision(
    services: Services,
    actor: Actor,
    dossiernummer: int,
    besluit: UUID,
    opgave: BesluitOpgave,
    *,
    version: int,
    key: str | None,
) -> Besluit:
    """Correct a decision under its number. ``version`` is that of the decision."""
    path = f"/hulpvragen/{dossiernummer}/besluiten/{besluit}/versies"
    answer = await services.ask("workflow", "POST", path, actor, json=_json(opgave), version=version, key=key)
    return Besluit.model_validate(answer.body)


async def kinds(services: Services, actor: Actor) -> Aanvraagtypen:
    """List what may be asked of the SWV."""
    answer = await services.ask("workflow", "GET", "/aanvraagtypes", actor)
    return Aanvraagtypen.model_validate(answer.body)


def _json(command: Command) -> dict[str, Any]:
    return command.model_dump(mode="json", by_alias=True, exclude_unset=True)
