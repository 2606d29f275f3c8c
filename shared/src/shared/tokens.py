"""Who is asking: a short-lived signed token from the gateway, verified by every service (EdDSA JWT, RFC 7519 and 8037).

>>> token = sign(Actor(...), audience="workflow", key=key)        # gateway
>>> actor = verify(token, audience="workflow", key=public_key)    # any service; raises Unauthenticated

``grant`` and ``granted`` do the same for a capability: one act on one thing, signed by the service that decides.
"""

import json
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from pydantic import BaseModel, ConfigDict, ValidationError

from shared import clock
from shared.errors import Unauthenticated

LIFETIME = timedelta(seconds=60)
ALGORITHM = "Ed25519"
"""RFC 9864's name; the older ``EdDSA`` is not accepted, so that a token can mean one thing only."""


class Actor(BaseModel):
    """A person at work in one organisation.

    ``organisatie`` is a SWV number, a board's or a school's six-position code, for an expert from outside (``extern``) or a
    parent (``ouder``) that of the SWV that let them in; ``swv`` the SWV whose data is asked for.
    ``rollen`` are the names the SWV's rule set knows (``IB'er``, ``SCP``, ``administratie``); where one of these is bound to a
    platform, ``platforms`` are the codes of theirs. ``email`` is the address of
    the account, checked by the gateway; empty where there is none. ``token`` is the API token by which a program of theirs
    asks, for the log alone: it changes nothing in what they may.
    """

    model_config = ConfigDict(frozen=True)

    sub: UUID
    naam: str
    organisatie: str
    soort: Literal["swv", "bestuur", "school", "extern", "ouder", "systeem"]
    swv: str
    rollen: tuple[str, ...]
    platforms: tuple[str, ...] = ()
    email: str = ""
    token: UUID | None = None


class Verified(NamedTuple):
    """Who is asking, and when their token was signed."""

    actor: Actor
    signed: datetime


class Capability(BaseModel):
    """Leave to do one thing: ``act`` on ``resource``, by ``actor``. ``signed`` and ``until`` are as ``granted`` found.

    ``bij`` is the hulpvraag, or the reaction in an overlegronde, that the thing stands with: who keeps the thing holds to
    it, for workflow may not have heard of it yet. ``grond`` is on what ground, and ``tot`` until when, for the audit log of
    who acts on it.
    """

    model_config = ConfigDict(frozen=True)

    act: str
    resource: str
    bij: UUID
    actor: UUID
    swv: str
    grond: str = ""
    tot: str | None = None
    signed: datetime | None = None
    until: datetime | None = None


def new_key() -> OKPKey:
    """Make a signing key (Ed25519)."""
    return OKPKey.generate_key("Ed25519", private=True)


def load_key(text: str) -> OKPKey:
    """Read a JWK in JSON."""
    return OKPKey.import_key(json.loads(text))


def dump_key(key: OKPKey, *, private: bool) -> str:
    """Write a key as a JWK in JSON; only its owner gets the private one."""
    return json.dumps(key.as_dict(private=private))


def sign(actor: Actor, *, audience: str, key: OKPKey) -> str:
    """Sign who is asking, for one service, for 60 seconds."""
    claims = actor.model_dump(mode="json")
    return _encode({**claims, "typ": "actor"}, "gateway", audience, LIFETIME, key)


def verify(token: str, *, audience: str, key: OKPKey) -> Verified:
    """Check signature, algorithm, audience, kind and life; return who is asking, and since when."""
    claims = _decode(token, "actor", audience, key)
    try:
        return Verified(Actor.model_validate(claims), _moment(claims["iat"]))
    except ValidationError as error:
        raise Unauthenticated("Het token is onvolledig.") from error


def grant(capability: Capability, *, issuer: str, audience: str, key: OKPKey, lifetime: timedelta = LIFETIME) -> str:
    """Sign a capability; never longer than 60 seconds, shorter where access ends earlier."""
    claims = capability.model_dump(mode="json", exclude={"signed", "until"})
    return _encode({**claims, "typ": "capability"}, issuer, audience, min(lifetime, LIFETIME), key)


def granted(token: str, *, audience: str, key: OKPKey) -> Capability:
    """Check a capability and return it, with its end."""
    claims = _decode(token, "capability", audience, key)
    try:
        return Capability.model_validate({**claims, "signed": _moment(claims["iat"]), "until": _moment(claims["exp"])})
    except ValidationError as error:
        raise Unauthenticated("De machtiging is onvolledig.") from error


def _encode(claims: dict[str, Any], issuer: str, audience: str, lifetime: timedelta, key: OKPKey) -> str:
    signed = clock.now().timestamp()
    now = int(signed)
    times = {"iat": signed, "nbf": now, "exp": now + int(lifetime.total_seconds())}
    return jwt.encode(
        {"alg": ALGORITHM},
        {**claims, **times, "iss": issuer, "aud": audience, "jti": str(clock.new_id())},
        key,
        algorithms=[ALGORITHM],
    )


def _moment(timestamp: float) -> datetime:
    return datetime.fromtimestamp(timestamp, clock.UTC)


def _decode(token: str, kind: str, audience: str, key: OKPKey) -> dict[str, Any]:
    try:
        decoded = jwt.decode(token, key, algorithms=[ALGORITHM])
    except (JoseError, ValueError) as error:
        raise Unauthenticated("Het token is niet echt.") from error
    claims = dict(decoded.claims)
    now = clock.now().timestamp()
    fits = (
        claims.get("typ") == kind
        and claims.get("aud") == audience
        and isinstance(claims.get("iat"), int | float)
        and isinstance(claims.get("exp"), int)
        and isinstance(claims.get("nbf"), int)
        and claims["nbf"] - 5 <= now < claims["exp"]
    )
    if not fits:
        raise Unauthenticated("Het token is verlopen of voor een ander bedoeld.")
    return claims
