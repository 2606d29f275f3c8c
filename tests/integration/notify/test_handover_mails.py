"""The mail to who takes over from somebody: once, with counts, whatever is switched off."""

from typing import Any
from uuid import uuid4

import pytest

from notify.domain.overdracht_wording import SUBJECT
from schakel_local.smtpsink import SmtpSink
from shared import clock
from shared.contracts.workflow import Geadresseerde, OverdrachtGedaan
from shared.envelope import Event
from support.mails import notify, person, reached
from support.sandbox import Sandbox, token_for

NINA = Geadresseerde(doelgroep="opvolger", naam="Nina Nieuw", email="nina@linde.example", sjabloon="overdracht")


def taken_over(**own: Any) -> Event[OverdrachtGedaan]:
    given = {"swv": "PO2507", "overdracht": uuid4(), "soort": "school", "hulpvragen": 3, "kringen": 0, "toegangen": 0}
    data = OverdrachtGedaan.model_validate({**given, "op": clock.now(), "mails": (NINA,), **own})
    return Event[OverdrachtGedaan].about(data, subject=data.overdracht, sequence=1)


@pytest.mark.parametrize(
    ("own", "says"),
    [
        ({}, "U bent nu contactpersoon van 3 open hulpvragen."),
        ({"soort": "coordinator", "hulpvragen": 1, "kringen": 2}, "U bent nu coördinator van 1 open hulpvraag."),
        ({"hulpvragen": 0}, "De mails die uw collega kreeg, krijgt u nu."),
    ],
)
async def test_it_counts_what_came_and_comes_once_whatever_is_switched_off(
    sandbox: Sandbox, sink: SmtpSink, own: dict[str, Any], says: str
) -> None:
    event = taken_over(**own)
    as_new = Event.about(event.data, subject=event.subject, sequence=1)
    async with notify(sandbox, sink) as http:
        headers = token_for(person(NINA.email), "notify")
        assert (await http.put("/voorkeuren", json={"statusmails": False}, headers=headers)).status_code == 200
        await sandbox.publish(event, as_new, taken_over(mails=(NINA.model_copy(update={"email": "geen adres"}),)))
        await reached(sandbox, aangeboden=1, geweigerd=1)
        assert (await http.get("/mails", headers=headers)).json()["mails"] == []
    [sent] = sink.mails()
    mail = sink.request("GET", f"mails/{sent['id']}")
    assert dict(mail["headers"])["Subject"] == SUBJECT
    for text in (mail["text"], mail["html"]):
        assert says in text
        assert "https://portaal.example/hulpvragen" in text
        assert "Beste Nina Nieuw" in text
