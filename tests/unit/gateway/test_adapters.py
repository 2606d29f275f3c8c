"""Adapters and forms without any server."""

import base64
import os
from uuid import uuid4

import httpx
import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from gateway.adapters.services import ServiceAway, Services
from gateway.models.hulpvragen import BesluitOpgave, StatuswijzigingOpgave
from gateway.portal import forms
from gateway.settings import Settings
from shared import tokens
from shared.errors import (
    Conflict,
    Forbidden,
    IllegalTransition,
    InvalidInput,
    NotFound,
    SchakelError,
    StaleVersion,
    Unprocessable,
)
from shared.secretbox import SecretBox
from shared.tokens import Actor

KEY = tokens.new_key()
ACTOR = Actor(sub=uuid4(), naam="Iris", organisatie="99XA00", soort="school", swv="PO2507", rollen=("IB'er",))


def settings(**own: object) -> Settings:
    given: dict[str, object] = {
        "database_url": "postgresql://x",
        "amqp_url": "amqp://x",
        "gateway_private_key": tokens.dump_key(KEY, private=True),
        "totp_keys": base64.b64encode(bytes(32)).decode(),
        "link_key": base64.b64encode(bytes(32)).decode(),
        "public_url": "https://portal.example",
    }
    return Settings.model_validate({**given, **own})


@pytest.mark.parametrize(
    "own",
    [
        {"public_url": "http://portal.example"},
        {"public_url": "http://portal.example", "insecure_cookie": True},
        {"public_url": "http://127.0.0.1:8000"},
        {"public_url": "https://portal.example", "insecure_cookie": True},
        {"public_url": "https://portal.example/pad"},
        {"public_url": "portal.example"},
        {"totp_keys": "kort"},
        {"totp_keys": base64.b64encode(bytes(16)).decode()},
        {"trusted_proxies": ("overal",)},
        {"idle_minutes": 61},
    ],
)
def test_settings_that_would_be_unsafe_keep_the_gateway_from_starting(own: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        settings(**own)


def test_only_this_machine_may_go_without_https() -> None:
    assert settings(public_url="http://127.0.0.1:8000", insecure_cookie=True).origin == "http://127.0.0.1:8000"
    assert settings(public_url="https://portal.example/").origin == "https://portal.example"


@given(st.text(min_size=1, max_size=64))
def test_a_secret_opens_for_its_own_account_and_with_a_key_that_is_still_known(secret: str) -> None:
    old, new = os.urandom(32), os.urandom(32)
    account = uuid4()
    sealed = SecretBox([old]).seal(account, secret)
    assert SecretBox([new, old]).open(account, sealed) == secret
    assert secret.encode() not in sealed or len(secret) < 3
    for box, other in ((SecretBox([new]), account), (SecretBox([old]), uuid4())):
        with pytest.raises(InvalidTag):
            box.open(other, sealed)


def test_who_tried_to_log_in_is_kept_as_a_keyed_hash() -> None:
    box, other = SecretBox([bytes(32)]), SecretBox([os.urandom(32)])
    assert box.blind("name", "PO2507", "jansen") == box.blind("name", "PO2507", "jansen")
    assert (
        len(
            {
                box.blind("name", "a", "bc"),
                box.blind("name", "ab", "c"),
                box.blind("address", "abc"),
                other.blind("name", "a", "bc"),
            }
        )
        == 4
    )


async def ask(answer: httpx.Response | Exception) -> object:
    """Ask a service that answers this."""

    def handle(request: httpx.Request) -> httpx.Response:
        actor, _ = tokens.verify(request.headers["authorization"].removeprefix("Bearer "), audience="workflow", key=KEY)
        assert actor == ACTOR
        assert request.headers["x-correlation-id"]
        if isinstance(answer, Exception):
            raise answer
        return answer

    services = Services(settings(), {"workflow": httpx.MockTransport(handle)})
    async with services.opened():
        return await services.ask("workflow", "GET", "/hulpvragen", ACTOR)


def problem(status: int, slug: str, **more: object) -> httpx.Response:
    return httpx.Response(
        status, json={"type": f"urn:schakel:fout:{slug}", "title": "T", "status": status, "detail": "D", **more}
    )


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (problem(403, "geen-rechten"), Forbidden),
        (problem(404, "niet-gevonden"), NotFound),
        (problem(404, "geen-regels"), NotFound),
        (problem(409, "conflict"), Conflict),
        (problem(409, "statusovergang-niet-toegestaan"), IllegalTransition),
        (problem(412, "verouderde-versie"), StaleVersion),
        (problem(422, "regel-niet-vervuld"), Unprocessable),
        (problem(401, "niet-aangemeld"), ServiceAway),
        (problem(500, "fout"), ServiceAway),
        (problem(503, "database-niet-bereikbaar"), ServiceAway),
        (httpx.Response(502, text="<html>"), ServiceAway),
        (httpx.Response(404, text="weg"), NotFound),
        (httpx.ReadTimeout("traag"), ServiceAway),
        (httpx.ConnectError("weg"), ServiceAway),
    ],
)
async def test_what_a_service_refuses_is_the_same_error_here(
    answer: httpx.Response | Exception, kind: type[SchakelError]
) -> None:
    with pytest.raises(kind) as raised:
        await ask(answer)
    assert type(raised.value) is kind


async def test_faults_and_allowed_steps_come_along() -> None:
    fault = {"field": "reden", "rule": "verplicht", "message": "Vul in waarom."}
    with pytest.raises(Unprocessable) as raised:
        await ask(problem(422, "regel-niet-vervuld", fouten=[fault], toegestaan=[{"status": "X"}]))
    assert raised.value.extra == {"fouten": [fault], "toegestaan": [{"status": "X"}]}
    assert forms.faults_in(raised.value) == {"reden": "Vul in waarom."}
    with pytest.raises(InvalidInput) as invalid:
        await ask(problem(400, "ongeldige-invoer", fouten=[fault]))
    assert [found.field for found in invalid.value.faults] == ["reden"]


async def test_a_service_that_is_not_open_yet_is_away() -> None:
    with pytest.raises(ServiceAway):
        await Services(settings()).ask("notify", "GET", "/mails", ACTOR)


def test_what_was_left_empty_counts_as_not_given() -> None:
    opgave, faults = forms.read(StatuswijzigingOpgave, {"status": "X", "reden": "", "bespreekdatum": "", "versie": "3"})
    assert faults == {}
    assert opgave is not None
    assert opgave.model_dump(exclude_unset=True) == {"status": "X"}


def test_a_fault_lands_at_the_field_of_the_form() -> None:
    opgave, faults = forms.read(BesluitOpgave, {"soort": "TLV", "genomenOp": "31-02-2026"})
    assert opgave is None
    assert set(faults) == {"toegekend", "motivering", "genomenOp"}


async def test_a_hash_costs_what_it_should_and_an_absent_account_as_much() -> None:
    from gateway.adapters.passwords import Passwords  # noqa: PLC0415 - making one takes a hash

    passwords = Passwords()
    hashed = await passwords.hash("een lang wachtwoord")
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await passwords.verify(hashed, "een lang wachtwoord")
    assert not await passwords.verify(hashed, "een ander wachtwoord")
    assert not await passwords.verify(None, "een lang wachtwoord")
    assert not await passwords.verify("geen hash", "een lang wachtwoord")
    assert not passwords.is_outdated(hashed)
    assert passwords.is_outdated(hashed.replace("m=19456", "m=8192"))
