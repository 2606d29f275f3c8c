"""Mails about an account: once, whatever is switched off, never with a link that is of no use, and sealed until they go."""

import base64
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from notify.domain.account_wording import OF
from schakel_local.smtpsink import SmtpSink
from shared import clock
from shared.contracts.gateway import AccountMailGevraagd
from shared.envelope import Event
from shared.secretbox import SecretBox, read_keys
from support.mails import LINK_KEY, changed, notify, person, reached, rows, to
from support.sandbox import Sandbox, token_for

SECRET = "dit-is-een-token-van-een-link"


def asked(soort: str = "uitnodiging", *, secret: str = SECRET, **own: Any) -> Event[AccountMailGevraagd]:
    """A mail that the gateway asks for."""
    mail: UUID = own.pop("mail", uuid4())
    sealed = SecretBox(read_keys(LINK_KEY)).seal(mail, secret) if secret else b""
    given = {
        "swv": "PO2507",
        "account": uuid4(),
        "mail": mail,
        "soort": soort,
        "organisatie": "99XA00",
        "gebruikersnaam": "ank.tester",
        "naam": "Ank de Tester",
        "email": "ank@linde.example",
        "geheim": base64.b64encode(sealed).decode(),
        "geldig_tot": clock.now() + timedelta(minutes=10),
    }
    data = AccountMailGevraagd.model_validate({**given, **own})
    return Event[AccountMailGevraagd].about(data, subject=data.account, sequence=0)


def texts(sink: SmtpSink) -> list[dict[str, Any]]:
    return [sink.request("GET", f"mails/{mail['id']}") for mail in sink.mails()]


@pytest.mark.parametrize("soort", OF)
async def test_each_kind_of_mail_says_what_to_do_and_names_nobody_in_its_subject(
    sandbox: Sandbox, sink: SmtpSink, soort: str
) -> None:
    wording = OF[soort]  # type: ignore[index] # one of its own
    holds = bool(wording.button) or wording.is_code
    async with notify(sandbox, sink):
        await sandbox.publish(asked(soort, secret=SECRET if holds else ""))
        await reached(sandbox, aangeboden=1)
    [mail] = texts(sink)
    headers = dict(mail["headers"])
    assert headers["Subject"] == wording.subject
    assert "List-Unsubscribe" not in headers
    for text in (mail["text"], mail["html"]):
        assert "Beste Ank de Tester" in text
        assert "ank.tester" in text
        assert ("https://portaal.example/koppeling/" + SECRET in text) == bool(wording.button)
        assert (SECRET in text) == holds
        assert ("één keer" in text) == holds


async def test_a_mail_about_a_token_names_it_as_its_owner_did(sandbox: Sandbox, sink: SmtpSink) -> None:
    async with notify(sandbox, sink):
        await sandbox.publish(asked("token-loopt-af", secret="", token="LAS <b>van</b>\nde school"), asked("wachtwoord"))
        await reached(sandbox, aangeboden=2)
    about, other = sorted(texts(sink), key=lambda mail: "Token" not in mail["text"])
    assert "Token: LAS <b>van</b> de school" in about["text"]
    assert "LAS &lt;b&gt;van&lt;/b&gt; de school" in about["html"]
    assert "Token:" not in other["text"] + other["html"]


async def test_asked_again_it_is_one_mail_and_no_preference_switches_it_off(sandbox: Sandbox, sink: SmtpSink) -> None:
    event = asked()
    as_new = Event.about(event.data, subject=event.subject, sequence=0)
    async with notify(sandbox, sink) as http:
        headers = token_for(person(), "notify")
        assert (await http.put("/voorkeuren", json={"statusmails": False}, headers=headers)).status_code == 200
        await sandbox.publish(event, event, as_new, changed(to("ank@linde.example")))
        await reached(sandbox, aangeboden=1, onderdrukt=1)
        shown = (await http.get("/mails", headers=headers)).json()["mails"]
    assert len(sink.mails()) == 1
    assert [mail["staat"] for mail in shown] == ["onderdrukt"], "mails about accounts stand in no list of hulpvragen"


async def test_what_is_of_no_use_any_more_is_not_sent(sandbox: Sandbox, sink: SmtpSink) -> None:
    async with notify(sandbox, sink):
        await sandbox.publish(asked("wachtwoord", geldig_tot=clock.now() - timedelta(seconds=1)))
        await reached(sandbox, opgegeven=1)
    [row] = await rows(sandbox)
    assert row["antwoord"] == "De link of code in deze mail was verlopen voordat hij verstuurd kon worden."
    assert sink.mails() == []


async def test_the_table_holds_no_token(sandbox: Sandbox, sink: SmtpSink) -> None:
    async with notify(sandbox, sink):
        await sandbox.publish(asked())
        await reached(sandbox, aangeboden=1)
    [row] = await rows(sandbox)
    assert SECRET not in str(dict(row))
    assert SECRET.encode() not in row["geheim"]


async def test_one_sealed_for_another_mail_opens_nothing_and_stops_no_other(sandbox: Sandbox, sink: SmtpSink) -> None:
    stolen = asked().data.geheim
    async with notify(sandbox, sink):
        await sandbox.publish(asked(geheim=stolen), asked())
        await reached(sandbox, aangeboden=1, uitgesteld=1)
    assert len(sink.mails()) == 1
