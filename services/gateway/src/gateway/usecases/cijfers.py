"""Figures, which workflow counts."""

from gateway.adapters.services import Services
from gateway.models.cijfers import Cijfers
from shared.tokens import Actor


async def figures(services: Services, actor: Actor) -> Cijfers:
    """Count the hulpvragen within one's reach. Raises Forbidden for who may know nothing of them."""
    answer = await services.ask("workflow", "GET", "/cijfers", actor)
    return Cijfers.model_validate(answer.body)
