"""The organisations of the SWV, which intake keeps."""

from urllib.parse import quote

from gateway.adapters.services import Services
from gateway.models.organisaties import NieuweOrganisatie, Organisatie, OrganisatieOpgave, Organisaties
from shared.tokens import Actor


async def listed(services: Services, actor: Actor, zoek: str = "", soort: str = "") -> Organisaties:
    """List organisations. Raises Forbidden for who does not manage them."""
    params = {name: value for name, value in {"zoek": zoek, "soort": soort}.items() if value}
    answer = await services.ask("intake", "GET", "/organisaties", actor, params=params)
    return Organisaties.model_validate(answer.body)


async def one(services: Services, actor: Actor, code: str) -> Organisatie:
    """Show one. Raises NotFound, also for one of another SWV."""
    answer = await services.ask("intake", "GET", f"/organisaties/{quote(code, safe='')}", actor)
    return Organisatie.model_validate(answer.body)


async def add(services: Services, actor: Actor, opgave: NieuweOrganisatie) -> Organisatie:
    """Add one. Raises Conflict when its code is taken, InvalidInput with every fault."""
    body = opgave.model_dump(mode="json", by_alias=True)
    answer = await services.ask("intake", "POST", "/organisaties", actor, json=body)
    return Organisatie.model_validate(answer.body)


async def change(services: Services, actor: Actor, code: str, opgave: OrganisatieOpgave) -> Organisatie:
    """Change one to exactly this, or end it. Raises NotFound, InvalidInput."""
    body = opgave.model_dump(mode="json", by_alias=True)
    answer = await services.ask("intake", "PUT", f"/organisaties/{quote(code, safe='')}", actor, json=body)
    return Organisatie.model_validate(answer.body)
