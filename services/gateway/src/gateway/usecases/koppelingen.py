"""The verification codes of a school, which intake keeps. Each raises Forbidden, or NotFound for another's school."""

from urllib.parse import quote
from uuid import UUID

from gateway.adapters.services import Services, path_of
from gateway.models.koppelingen import CodeOpgave, NieuweCode, Verificatiecodes
from shared.tokens import Actor


async def codes(services: Services, actor: Actor, school: str) -> Verificatiecodes:
    """List them, with the environment that uses each."""
    answer = await services.ask("intake", "GET", _path(school), actor)
    return Verificatiecodes.model_validate(answer.body)


async def make(services: Services, actor: Actor, school: str, opgave: CodeOpgave) -> NieuweCode:
    """Make one, and return it this once. Raises Conflict when the school has very many."""
    answer = await services.ask("intake", "POST", _path(school), actor, json=opgave.model_dump(mode="json", by_alias=True))
    return NieuweCode.model_validate(answer.body)


async def stop(services: Services, actor: Actor, school: str, code: UUID) -> None:
    """Let one open nothing more, at once and for good. Raises NotFound when it was stopped."""
    await services.ask("intake", "DELETE", f"{_path(school)}/{path_of(code)}", actor)


def _path(school: str) -> str:
    return f"/scholen/{quote(school, safe='')}/verificatiecodes"
