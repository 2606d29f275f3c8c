"""Who calls this route: the actor from the gateway's token. No route goes without, none sees another SWV's rows.

>>> @router.get("/hulpvragen")
... async def hulpvragen(actor: CurrentActor, tx: …): ...
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from functools import lru_cache, partial
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from joserfc.jwk import OKPKey

from shared import context, token_epoch, tokens
from shared.errors import Unauthenticated

_bearer = HTTPBearer(
    scheme_name="actor", bearerFormat="JWT", description="the gateway's actor token, EdDSA, at most 60 s", auto_error=False
)


@lru_cache(maxsize=8)
def _key(text: str) -> OKPKey:
    return tokens.load_key(text)


EpochOf = Callable[[UUID], Awaitable[datetime | None]]


def epochs(request: Request) -> EpochOf:
    """Where the epoch of an account is asked: in this service's own table."""
    return partial(token_epoch.of, request.app.state.service.database)


async def current_actor(
    request: Request,
    sent: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    epoch_of: Annotated[EpochOf, Depends(epochs)],
) -> AsyncIterator[tokens.Actor]:
    """Verify the bearer token for this service, and keep the request to the rows of the actor's SWV. Raises Unauthenticated.

    What was signed before the epoch of its account is refused, too (``shared.token_epoch``). What is answered must be on
    record from here on (``shared.http``).
    """
    public_key = request.app.state.settings.gateway_public_key
    if sent is None or not public_key:
        raise Unauthenticated
    actor, signed = tokens.verify(sent.credentials, audience=request.app.state.name, key=_key(public_key))
    epoch = await epoch_of(actor.sub)
    token_epoch.check(epoch, signed)
    request.state.token_epoch = epoch
    if actor.token is not None:
        context.by_token(actor.token)
    trail = context.current().trail
    trail.actor = str(actor.sub)
    trail.who = {"organisatie": actor.organisatie, "rollen": list(actor.rollen), "grond": actor.soort}
    with context.narrowed(actor.swv):
        yield actor


CurrentActor = Annotated[tokens.Actor, Depends(current_actor)]
