"""Registrations at the register: bron-export knows them."""

from uuid import UUID

from gateway.adapters.services import Services
from gateway.models.registraties import Registratie, RegistratieCorrectie, Registraties
from shared import clock
from shared.tokens import Actor


async def registrations(
    services: Services, actor: Actor, *, hulpvraag: UUID | None = None, staat: str | None = None, pagina: int = 1
) -> Registraties:
    """List registrations, of one hulpvraag or in one state."""
    given: dict[str, str | int | None] = {"hulpvraag": str(hulpvraag) if hulpvraag else None, "staat": staat, "pagina": pagina}
    params = {name: value for name, value in given.items() if value is not None}
    answer = await services.ask("bron-export", "GET", "/registraties", actor, params=params)
    return Registraties.model_validate(answer.body)


async def registration(services: Services, actor: Actor, registratie: UUID) -> Registratie:
    """Show one."""
    answer = await services.ask("bron-export", "GET", f"/registraties/{registratie}", actor)
    return Registratie.model_validate(answer.body)


async def resend(services: Services, actor: Actor, registratie: UUID, *, version: int, key: str | None) -> Registratie:
    """Try again now."""
    path = f"/registraties/{registratie}/verzendingen"
    answer = await services.ask("bron-export", "POST", path, actor, version=version, key=key or str(clock.new_id()))
    return Registratie.model_validate(answer.body)


async def correct(
    services: Services, actor: Actor, registratie: UUID, correctie: RegistratieCorrectie, *, version: int
) -> Registratie:
    """Change what the register refused, and send it again."""
    body = correctie.model_dump(mode="json", by_alias=True, exclude_unset=True)
    answer = await services.ask("bron-export", "PATCH", f"/registraties/{registratie}", actor, json=body, version=version)
    return Registratie.model_validate(answer.body)
