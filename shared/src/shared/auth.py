"""Who calls this route: the actor from the gateway's token. No route of a service goes without.

>>> @router.get("/hulpvragen")
... async def hulpvragen(actor: CurrentActor, tx: …): ...
"""

from functools import lru_cache
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from joserfc.jwk import OKPKey

from shared import tokens
from shared.errors import Unauthenticated

_bearer = HTTPBearer(
    scheme_name="actor", bearerFormat="JWT", description="the gateway's actor token, EdDSA, at most 60 s", auto_error=False
)


@lru_cache(maxsize=8)
def _key(text: str) -> OKPKey:
    return tokens.load_key(text)


async def current_actor(
    request: Request, sent: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> tokens.Actor:
    """Verify the bearer token for this service. Raises Unauthenticated."""
    public_key = request.app.state.settings.gateway_public_key
    if sent is None or not public_key:
        raise Unauthenticated
    return tokens.verify(sent.credentials, audience=request.app.state.name, key=_key(public_key))


CurrentActor = Annotated[tokens.Actor, Depends(current_actor)]
