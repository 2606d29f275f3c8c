"""Whether bijlagen are looked at for viruses: documents knows, and every page says so when they are not."""

from uuid import UUID

from gateway.adapters.services import Services
from shared.tokens import Actor

_GATEWAY = Actor(sub=UUID(int=0), naam="Schakel", organisatie="", soort="systeem", swv="", rollen=())
"""Asked for the pages themselves: also the log-in page shows it, where there is nobody yet."""


async def is_off(services: Services) -> bool:
    """Tell whether documents runs without a scanner on purpose. Raises ServiceAway."""
    answer = await services.ask("documents", "GET", "/scanner", _GATEWAY)
    return bool(answer.body["scanner"] == "none")
