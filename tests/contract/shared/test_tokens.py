"""Each service refuses each token that is not the gateway's for it and now, on each route, before it asks any server."""

import base64
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from shared import clock, tokens
from shared.service import Service
from support import apart
from support.access.matrix import read
from support.sandbox import GATEWAY_KEY, WORKFLOW_KEY

ACTOR = tokens.Actor(
    sub=uuid4(), naam="Sam Voorbeeld", organisatie="PO2507", soort="swv", swv="PO2507", rollen=("administratie",)
)
SERVICES = ("workflow", "intake", "documents", "notify", "bron-export")
CLOSED = [(route.service, route.method, route.path) for route in read().closed if route.service in SERVICES]


@pytest.fixture(scope="module")
def apps() -> dict[str, Service]:
    return apart.services()


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_that_takes_tokens_hears_from_when_on_they_are_void(apps: dict[str, Service], service: str) -> None:
    assert f"{service}.tokens-vervallen" in [queue.name for queue in apps[service].queues]


def bad_tokens(service: str) -> Iterator[tuple[str, str]]:
    good = tokens.sign(ACTOR, audience=service, key=GATEWAY_KEY)
    claims = json.loads(_decoded(good.split(".")[1]))
    yield "signed by another key", tokens.sign(ACTOR, audience=service, key=tokens.new_key())
    yield "signed by a service", tokens.sign(ACTOR, audience=service, key=WORKFLOW_KEY)
    yield "not signed", f"{_encoded({'alg': 'none'})}.{_encoded(claims)}."
    secret = OctKey.import_key(tokens.dump_key(GATEWAY_KEY, private=False))
    yield "signed with the public key as a secret", jwt.encode({"alg": "HS256"}, claims, secret, algorithms=["HS256"])
    head, _, signature = good.split(".")
    yield "with other claims than were signed", f"{head}.{_encoded({**claims, 'rollen': ['applicatiebeheerder']})}.{signature}"
    for other in {*SERVICES, "gateway"} - {service}:
        yield f"for {other}", tokens.sign(ACTOR, audience=other, key=GATEWAY_KEY)
    for what, moved in (("expired", timedelta(seconds=-61)), ("not valid yet", timedelta(seconds=10))):
        yield what, _signed_at(clock.now() + moved, service)
    leave = tokens.Capability(act="bijlagen-bekijken", resource="hulpvraag:x", bij=uuid4(), actor=ACTOR.sub, swv="PO2507")
    yield "a capability", tokens.grant(leave, issuer="workflow", audience=service, key=GATEWAY_KEY)
    yield "no token", "x"


@pytest.mark.parametrize(("service", "method", "path"), CLOSED)
async def test_no_route_takes_a_token_that_is_not_the_gateways_for_this_service_and_now(
    apps: dict[str, Service], service: str, method: str, path: str
) -> None:
    filled = re.sub(r"\{\w+\}", "1", path)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(apps[service].http), base_url="http://x") as http:
        answers = {"absent": await http.request(method, filled)}
        for what, token in bad_tokens(service):
            answers[what] = await http.request(method, filled, headers={"authorization": f"Bearer {token}"})
    assert {what: answer.status_code for what, answer in answers.items()} == dict.fromkeys(answers, 401)
    assert {answer.headers["content-type"] for answer in answers.values()} == {"application/problem+json"}


async def test_a_good_token_is_taken(apps: dict[str, Service]) -> None:
    apart.without_epochs(apps["documents"])
    headers = {"authorization": f"Bearer {tokens.sign(ACTOR, audience='documents', key=GATEWAY_KEY)}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(apps["documents"].http), base_url="http://x") as http:
        assert (await http.get("/scanner", headers=headers)).status_code == 200


def _signed_at(moment: datetime, service: str) -> str:
    with clock.use(lambda: moment):
        return tokens.sign(ACTOR, audience=service, key=GATEWAY_KEY)


def _encoded(claims: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
