"""Tokens: each field that is wrong is refused (ASVS 9.1.1-9.2.4)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from shared import clock, tokens
from shared.errors import Unauthenticated

KEY = tokens.new_key()
ACTOR = tokens.Actor(
    sub=uuid4(), naam="Sam Voorbeeld", organisatie="PO2507", soort="swv", swv="PO2507", rollen=("administratie",)
)


def forged(**claims: Any) -> str:
    now = int(clock.now().timestamp())
    good = {**ACTOR.model_dump(mode="json"), "typ": "actor", "aud": "workflow", "iat": now, "nbf": now, "exp": now + 60}
    return jwt.encode({"alg": "Ed25519"}, {**good, **claims}, KEY, algorithms=["Ed25519"])


def test_a_token_names_who_asks() -> None:
    assert tokens.verify(tokens.sign(ACTOR, audience="workflow", key=KEY), audience="workflow", key=KEY).actor == ACTOR


def test_a_key_survives_being_written_down() -> None:
    public = tokens.load_key(tokens.dump_key(KEY, private=False))
    assert not public.is_private
    token = tokens.sign(ACTOR, audience="workflow", key=tokens.load_key(tokens.dump_key(KEY, private=True)))
    assert tokens.verify(token, audience="workflow", key=public).actor == ACTOR


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "documents"},
        {"aud": ["workflow", "documents"]},
        {"typ": "capability"},
        {"exp": 1},
        {"exp": "morgen"},
        {"nbf": 4102444800},
        {"sub": "niemand"},
        {"soort": "keizer"},
        {"rollen": "administratie"},
    ],
    ids=str,
)
def test_a_token_with_one_wrong_claim_is_refused(claims: dict[str, Any]) -> None:
    tokens.verify(forged(), audience="workflow", key=KEY)
    with pytest.raises(Unauthenticated):
        tokens.verify(forged(**claims), audience="workflow", key=KEY)


def test_a_token_of_another_key_is_refused() -> None:
    with pytest.raises(Unauthenticated):
        tokens.verify(tokens.sign(ACTOR, audience="workflow", key=tokens.new_key()), audience="workflow", key=KEY)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(Unauthenticated):
        tokens.verify(token, audience="workflow", key=KEY)


def test_a_token_signed_with_another_algorithm_is_refused() -> None:
    secret = OctKey.import_key("a-secret-of-more-than-thirty-two-characters")
    token = jwt.encode({"alg": "HS256"}, {**ACTOR.model_dump(mode="json"), "typ": "actor"}, secret, algorithms=["HS256"])
    with pytest.raises(Unauthenticated):
        tokens.verify(token, audience="workflow", key=KEY)


def test_a_token_lives_sixty_seconds() -> None:
    begin = datetime(2026, 3, 29, 0, 59, 30, tzinfo=UTC)
    with clock.use(lambda: begin):
        token = tokens.sign(ACTOR, audience="workflow", key=KEY)
    with clock.use(lambda: begin + timedelta(seconds=59)):
        tokens.verify(token, audience="workflow", key=KEY)
    with clock.use(lambda: begin + timedelta(seconds=60)), pytest.raises(Unauthenticated):
        tokens.verify(token, audience="workflow", key=KEY)


def test_a_capability_never_lives_longer_than_a_minute_and_is_no_actor_token() -> None:
    what = {"act": "bijlage-downloaden", "resource": "bijlage:x", "bij": uuid4()}
    capability = tokens.Capability.model_validate({**what, "actor": ACTOR.sub, "swv": "PO2507"})
    begin = clock.now()
    token = tokens.grant(capability, issuer="workflow", audience="documents", key=KEY, lifetime=timedelta(hours=1))
    granted = tokens.granted(token, audience="documents", key=KEY)
    assert granted.model_copy(update={"signed": None, "until": None}) == capability
    with pytest.raises(Unauthenticated):
        tokens.verify(token, audience="documents", key=KEY)
    with clock.use(lambda: begin + timedelta(seconds=61)), pytest.raises(Unauthenticated):
        tokens.granted(token, audience="documents", key=KEY)
