"""Around a hulpvraag: labels, its coordinator, one's own notes, its terms. Workflow knows them all."""

from uuid import UUID

from gateway.adapters.services import Services
from gateway.models.rondom import (
    Coordinator,
    CoordinatorOpgave,
    HulpvraagTermijnen,
    Labels,
    LabelsOpgave,
    Notitie,
    NotitieOpgave,
    Notities,
)
from shared.tokens import Actor


async def label(services: Services, actor: Actor, dossiernummer: int, opgave: LabelsOpgave) -> Labels:
    """Set the labels. Raises Forbidden for who only looks."""
    path = f"/hulpvragen/{dossiernummer}/labels"
    answer = await services.ask("workflow", "PUT", path, actor, json=opgave.model_dump(mode="json"))
    return Labels.model_validate(answer.body)


async def assign(services: Services, actor: Actor, dossiernummer: int, opgave: CoordinatorOpgave) -> Coordinator:
    """Say who coordinates, or nobody. Raises Forbidden for who has no say in it."""
    path = f"/hulpvragen/{dossiernummer}/coordinator"
    answer = await services.ask("workflow", "PUT", path, actor, json=opgave.model_dump(mode="json"))
    return Coordinator.model_validate(answer.body)


async def notes(services: Services, actor: Actor, dossiernummer: int) -> Notities:
    """List this person's own notes, the newest first."""
    answer = await services.ask("workflow", "GET", f"/hulpvragen/{dossiernummer}/notities", actor)
    return Notities.model_validate(answer.body)


async def note(
    services: Services, actor: Actor, dossiernummer: int, opgave: NotitieOpgave, *, key: str | None = None
) -> Notitie:
    """Note something for oneself."""
    path = f"/hulpvragen/{dossiernummer}/notities"
    answer = await services.ask("workflow", "POST", path, actor, json=opgave.model_dump(mode="json"), key=key)
    return Notitie.model_validate(answer.body)


async def rewrite(services: Services, actor: Actor, dossiernummer: int, notitie: UUID, opgave: NotitieOpgave) -> None:
    """Change one's own note. Raises NotFound for one that is not this person's."""
    path = f"/hulpvragen/{dossiernummer}/notities/{notitie}"
    await services.ask("workflow", "PUT", path, actor, json=opgave.model_dump(mode="json"))


async def erase(services: Services, actor: Actor, dossiernummer: int, notitie: UUID) -> None:
    """Erase one's own note. Raises NotFound for one that is not this person's."""
    await services.ask("workflow", "DELETE", f"/hulpvragen/{dossiernummer}/notities/{notitie}", actor)


async def terms(services: Services, actor: Actor, dossiernummer: int) -> HulpvraagTermijnen:
    """Tell how its terms stand. Raises Forbidden for who may not see what it holds yet."""
    answer = await services.ask("workflow", "GET", f"/hulpvragen/{dossiernummer}/termijnen", actor)
    return HulpvraagTermijnen.model_validate(answer.body)
