"""Leave of workflow to do one act on one thing, in the header ``Schakel-Machtiging``. Without it nothing is shown or taken.

>>> @router.get("/bijlagen")
... async def bijlagen(hulpvraag: UUID, capability: CurrentCapability): ...
...     permit(capability, "bijlagen-bekijken", f"hulpvraag:{hulpvraag}")

Such a service decides nothing about who may see what: it checks that workflow signed exactly this, for exactly who is
asking, and not too long ago. A refusal says the same for every reason, so that nothing can be learned from it.
"""

from functools import lru_cache
from typing import Annotated, Literal

from fastapi import Depends, Header, Request
from joserfc.jwk import OKPKey

from shared import context, token_epoch, tokens
from shared.auth import CurrentActor
from shared.errors import Forbidden, Unauthenticated
from shared.log import get_logger

log = get_logger()

HEADER = "Schakel-Machtiging"
Act = Literal[
    "bijlage-toevoegen",
    "bijlagen-bekijken",
    "bijlage-downloaden",
    "oso-dossier-bekijken",
    "oso-dossier-downloaden",
    "logboek-bekijken",
    "inzage-maken",
]
_REFUSAL = "Hiervoor is een geldige machtiging nodig."


@lru_cache(maxsize=8)
def _key(text: str) -> OKPKey:
    return tokens.load_key(text)


async def current_capability(
    request: Request, actor: CurrentActor, token: Annotated[str, Header(alias=HEADER)] = ""
) -> tokens.Capability:
    """Verify the capability of this request, for this actor. Raises Forbidden."""
    public_key = request.app.state.settings.workflow_public_key
    if not token or not public_key:
        raise _refused("missing", actor)
    try:
        capability = tokens.granted(token, audience=request.app.state.name, key=_key(public_key))
        token_epoch.check(request.state.token_epoch, capability.signed)
    except Unauthenticated as error:
        raise _refused("invalid", actor) from error
    if capability.actor != actor.sub or capability.swv != actor.swv:
        raise _refused("other-actor", actor)
    if capability.grond:
        context.current().trail.who |= {"grond": capability.grond, "tot": capability.tot}
    return capability


CurrentCapability = Annotated[tokens.Capability, Depends(current_capability)]


def permit(capability: tokens.Capability, act: Act, resource: str) -> None:
    """Refuse unless the capability is for this act on this thing. Raises Forbidden."""
    if capability.act != act or capability.resource != resource:
        log.warning("capability_refused", why="other-thing", actor=str(capability.actor), act=act)
        raise Forbidden(_REFUSAL)


def _refused(why: str, actor: tokens.Actor) -> Forbidden:
    log.warning("capability_refused", why=why, actor=str(actor.sub))
    return Forbidden(_REFUSAL)
