"""Who calls this route: the actor from the gateway's token. No route of a service goes without.

>>> @router.get("/hulpvragen")
... async def hulpvragen(actor: CurrentActor, tx: …): ...
"""

from functools import lru_cache
from typing import Annotated

from fastapi import Depends, Request
from joserfc.jwk import OKPKey

from shared import tokens
from shared.errors import Unauthenticated


@lru_cache(maxsize=8)
def _key(text: str) -> OKPKey:
    return tokens.load_key(text)


async def current_actor(request: Request) -> tokens.Actor:
    """Verify the bearer token for this service. Raises Unauthenticated."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    public_key = request.app.state.settings.gateway_public_key
    if scheme.lower() != "bearer" or not token or not public_key:
        raise Unauthenticated
    return tokens.verify(token, audience=request.app.state.name, key=_key(public_key))


CurrentActor = Annotated[tokens.Actor, Depends(current_actor)]
