"""A change of status becomes one mail per recipient, once, with what the recipient needs."""

from typing import Any
from uuid import uuid4

from schakel_local.smtpsink import SmtpSink
from shared.envelope import Event
from support.mails import attempts, changed, notify, person, reached, rows, states, to, waiting
from support.sandbox import Sandbox, eventually, token_for


def read(sink: SmtpSink, number: int = 0) -> dict[str, Any]:
    mail = sink.mails()[number]
    found: dict[str, Any] = sink.request("GET", f"mails/{mail['id']}")
    return {**found, "headers": dict(found["headers"])}


async def test_every_recipient_of_a_change_gets_one_mail(sandbox: Sandbox, sink: SmtpSink) -> None:
    async with notify(sandbox, sink):
        await sandbox.publish(changed(to("ank@linde.example"), to("administratie@regio.example", doelgroep="administratie")))
        await reached(sandbox, aangeboden=2)
    assert sorted(mail["to"][0] for mail in sink.mails()) == ["administratie@regio.example", "ank@linde.example"]
    unsubscribe = {
        mail["to"][0]: read(sink, number)["headers"].get("List-Unsubscribe") for number, mail in enumerate(sink.mails())
    }
    assert unsubscribe == {"ank@linde.example": "<https://portaal.example/voorkeuren>", "administratie@regio.example": None}
    assert all(row["code"] == 250 and row["antwoord"].startswith("2.0.0 OK") for row in await rows(sandbox))


async def test_a_mail_has_the_headers_and_both_texts_a_reader_needs(sandbox: Sandbox, sink: SmtpSink) -> None:
    async with notify(sandbox, sink):
        await sandbox.publish(changed(to("ank@linde.example"), toelichting="Het OPP ontbreekt."))
        await reached(sandbox, aangeboden=1)
    found, [row] = read(sink), await rows(sandbox)
    assert found["headers"]["To"] == "Ank de Tester <ank@linde.example>"
    assert found["headers"]["Subject"] == "Hulpvraag 100001: status gewijzigd in TLV aanvraag incompleet"
    assert found["headers"]["Message-ID"] == f"<{row['id']}@schakel.example>"
    assert found["headers"]["Auto-Submitted"] == "auto-generated"
    assert found["headers"]["List-Unsubscribe"] == "<https://portaal.example/voorkeuren>"
    for text in (found["text"], found["html"]):
        assert "Het OPP ontbreekt." in text
        assert "https://portaal.example/hulpvragen/100001" in text


async def test_an_event_delivered_ten_times_mails_once(sandbox: Sandbox, sink: SmtpSink) -> None:
    event = changed(to("ank@linde.example"))
    as_new = [Event.about(event.data, subject=event.subject, sequence=event.sequence) for _ in range(5)]
    async with notify(sandbox, sink):
        await sandbox.publish(*[event] * 5, *as_new)
        await reached(sandbox, aangeboden=1)
        await eventually(lambda: _inboxed(sandbox, 6))
    assert len(sink.mails()) == 1


async def test_a_status_that_is_entered_again_mails_again(sandbox: Sandbox, sink: SmtpSink) -> None:
    hulpvraag = uuid4()
    async with notify(sandbox, sink):
        for version in (2, 4):
            await sandbox.publish(changed(to("ank@linde.example"), hulpvraag=hulpvraag, versie=version))
        await reached(sandbox, aangeboden=2)
    assert len({mail["message_id"] for mail in sink.mails()}) == 2


async def test_one_address_named_twice_in_two_spellings_gets_one_mail(sandbox: Sandbox, sink: SmtpSink) -> None:
    async with notify(sandbox, sink):
        await sandbox.publish(changed(to("ank@linde.example"), to("Ank@Linde.Example", doelgroep="administratie")))
        await reached(sandbox, aangeboden=1)


async def test_a_change_that_tells_nobody_leaves_nothing(sandbox: Sandbox, sink: SmtpSink) -> None:
    async with notify(sandbox, sink):
        await sandbox.publish(changed())
        await eventually(lambda: _inboxed(sandbox, 1))
    assert await states(sandbox) == {}


async def test_an_address_that_is_none_is_refused_with_the_reason_and_costs_the_others_nothing(
    sandbox: Sandbox, sink: SmtpSink
) -> None:
    async with notify(sandbox, sink):
        await sandbox.publish(changed(to("geen adres"), to(""), to("ank@linde.example")))
        await reached(sandbox, geweigerd=2, aangeboden=1)
    assert {row["antwoord"] for row in await rows(sandbox) if row["staat"] == "geweigerd"} == {
        "Dit is geen e-mailadres: er hoort een apenstaartje tussen de naam en het domein.",
        "Er is geen e-mailadres bekend.",
    }
    assert await attempts(sandbox) == ["aangeboden"]


async def test_hostile_names_and_texts_change_nothing_but_the_text(sandbox: Sandbox, sink: SmtpSink) -> None:
    evil = 'x"\r\nBcc: iedereen@school.example\r\n\r\n<script>\x00\u202e'
    async with notify(sandbox, sink):
        await sandbox.publish(
            changed(
                to("ank@linde.example", naam=evil, sjabloon=evil.strip()),
                to("ank@linde.example\r\nRCPT TO:<x@y.example>"),
                toelichting=evil,
                reden=evil,
                status=evil,
            )
        )
        await reached(sandbox, aangeboden=1, geweigerd=1)
    found = read(sink)
    assert found["to"] == ["ank@linde.example"]
    assert "Bcc" not in found["headers"]
    assert "<script" not in found["html"]


async def test_who_switched_mails_off_gets_none_and_the_row_says_so(sandbox: Sandbox, sink: SmtpSink) -> None:
    async with notify(sandbox, sink) as http:
        own = token_for(person("Ank@Linde.example"), "notify")
        await http.put("/voorkeuren", json={"statusmails": False}, headers=own)
        await sandbox.publish(changed(to("ank@linde.example"), to("bob@linde.example")))
        await reached(sandbox, onderdrukt=1, aangeboden=1)
        await http.put("/voorkeuren", json={"statusmails": True}, headers=own)
        await sandbox.publish(changed(to("ank@linde.example")))
        await reached(sandbox, onderdrukt=1, aangeboden=2)


async def test_who_switches_mails_off_between_planning_and_sending_gets_none(sandbox: Sandbox, sink: SmtpSink) -> None:
    sink.stop()
    async with notify(sandbox, sink) as http:
        await sandbox.publish(changed(to("ank@linde.example")))
        await waiting(sandbox, 1)
        own = token_for(person("ank@linde.example"), "notify")
        assert (await http.put("/voorkeuren", json={"statusmails": False}, headers=own)).status_code == 200
        sink.start()
        await reached(sandbox, onderdrukt=1)
    assert sink.mails() == []
    assert await attempts(sandbox) == []


async def _inboxed(sandbox: Sandbox, count: int) -> bool:
    async with sandbox.connect() as connection:
        return bool(await connection.fetchval("SELECT count(*) = $1 FROM notify.inbox", count))
