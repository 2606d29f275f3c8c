import asyncio
import os
import ssl
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import httpx
import pytest

from schakel_local.loopback import NO_TLS
from schakel_local.smtpsink import SmtpSink
from schakel_local.stack import Stack

TO = "ouder@voorbeeld.nl"
FULL = "vol@voorbeeld.nl"


@pytest.fixture
def sink(stack: Stack) -> Iterator[SmtpSink]:
    stack.mail.clear()
    yield stack.mail
    stack.mail.clear()


def client(sink: SmtpSink, password: str | None = None, patience: float = 5) -> aiosmtplib.SMTP:
    return aiosmtplib.SMTP(
        hostname=sink.host,
        port=sink.port,
        start_tls=True,
        tls_context=ssl.create_default_context(cafile=str(sink.authority)),
        username=sink.user,
        password=sink.password if password is None else password,
        timeout=patience,
    )


def mail(*to: str, subject: str = "Besluit over uw hulpvraag") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "schakel@voorbeeld.nl", ", ".join(to or (TO,)), subject
    message["Message-ID"] = "<1@voorbeeld.nl>"
    message.set_content("Zie https://voorbeeld.nl/hulpvraag?a=1&b=<2>.\n")
    message.add_alternative("<p>Zie <a href='https://voorbeeld.nl'>hier</a><script>alert(1)</script></p>", subtype="html")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="besluit.pdf")
    return message


async def send(sink: SmtpSink, *to: str, patience: float = 5) -> dict[str, tuple[int, str]]:
    """Send one mail; gives what was refused per recipient."""
    async with client(sink, patience=patience) as smtp:
        refused, _ = await smtp.send_message(mail(*to))
        return {address: (answer.code, answer.message) for address, answer in refused.items()}


async def test_a_mail_arrives_whole_and_survives_kill_9(sink: SmtpSink) -> None:
    await send(sink, TO, FULL)

    sink.kill()
    sink.start()

    [found] = sink.mails(to="ouder@*", subject="besluit", from_="SCHAKEL@voorbeeld.nl")
    assert found["to"] == [TO, FULL]
    assert found["message_id"] == "<1@voorbeeld.nl>"
    assert found["answered"] is True
    whole = sink.request("GET", f"mails/{found['id']}")
    assert whole["text"].startswith("Zie https://voorbeeld.nl")
    assert "<script>" in whole["html"]
    assert whole["attachments"] == [{"name": "besluit.pdf", "type": "application/pdf", "size": 4}]
    assert sink.mails(to="ander@voorbeeld.nl") == []
    assert sink.mails(after=str(found["id"])) == []


async def test_without_tls_or_with_a_wrong_password_nothing_is_taken(sink: SmtpSink) -> None:
    plain = aiosmtplib.SMTP(hostname=sink.host, port=sink.port, start_tls=False, use_tls=False, timeout=5)
    await plain.connect()
    assert "auth" not in plain.esmtp_extensions
    with pytest.raises(aiosmtplib.SMTPResponseException, match="STARTTLS"):
        await plain.mail("a@b.nl")
    plain.close()
    with pytest.raises(aiosmtplib.SMTPAuthenticationError):
        await client(sink, password="wrong").connect()
    assert sink.counters()["accepted"] == 0


async def test_a_client_that_does_not_know_the_authority_is_warned(sink: SmtpSink) -> None:
    stranger = aiosmtplib.SMTP(hostname=sink.host, port=sink.port, start_tls=True, timeout=5)
    with pytest.raises(ssl.SSLCertVerificationError):
        await stranger.connect()
    stranger.close()


async def test_one_recipient_of_two_is_refused_and_the_other_gets_the_mail(sink: SmtpSink) -> None:
    sink.misbehave({"stage": "rcpt", "action": "refuse", "recipient": "vol@*", "code": 452, "text": "4.2.2 full"})

    assert await send(sink, TO, FULL) == {FULL: (452, "4.2.2 full")}
    assert [found["to"] for found in sink.mails()] == [[TO]]


@pytest.mark.parametrize("code", [421, 451, 550])
@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
async def test_it_refuses_at_each_stage_so_many_times_and_then_behaves(sink: SmtpSink, stage: str, code: int) -> None:
    sink.misbehave({"stage": stage, "action": "refuse", "code": code, "times": 2})

    for _ in range(2):
        with pytest.raises((aiosmtplib.SMTPResponseException, aiosmtplib.SMTPRecipientsRefused)) as refused:
            await send(sink)
        assert str(code) in repr(refused.value)
    assert await send(sink) == {}
    assert sink.counters()["accepted"] == 1
    assert sink.counters()["faults"] == 2


async def test_a_login_can_be_refused_for_a_while(sink: SmtpSink) -> None:
    sink.misbehave({"stage": "auth", "action": "refuse", "code": 454, "times": 2})

    # The client tries each of the two ways to log in.
    with pytest.raises(aiosmtplib.SMTPAuthenticationError, match="454"):
        await client(sink).connect()
    assert await send(sink) == {}


async def test_it_hangs_after_the_message(sink: SmtpSink) -> None:
    sink.misbehave({"stage": "data", "action": "hang"})

    with pytest.raises(aiosmtplib.SMTPTimeoutError):
        await send(sink, patience=0.5)
    assert sink.mails() == []


async def test_it_closes_after_the_message_and_keeps_nothing(sink: SmtpSink) -> None:
    sink.misbehave({"stage": "data", "action": "close", "times": 1})

    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await send(sink)
    assert sink.mails() == []
    assert await send(sink) == {}


async def test_it_keeps_a_mail_and_closes_before_it_says_so(sink: SmtpSink) -> None:
    sink.misbehave({"stage": "data", "action": "lose-answer", "recipient": TO, "times": 1})

    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await send(sink)
    assert [found["answered"] for found in sink.mails()] == [False]


async def test_it_is_slow(sink: SmtpSink) -> None:
    sink.misbehave({"stage": "data", "action": "slow", "seconds": 0.4})

    begin = time.monotonic()
    await send(sink)
    assert time.monotonic() - begin > 0.4


async def test_it_can_seem_to_have_no_tls(sink: SmtpSink) -> None:
    sink.misbehave({"stage": "ehlo", "action": "hide-starttls"})

    with pytest.raises(aiosmtplib.SMTPException, match="STARTTLS"):
        await send(sink)


def test_a_rule_it_does_not_know_is_refused(sink: SmtpSink) -> None:
    with pytest.raises(httpx.HTTPStatusError, match="422"):
        sink.misbehave({"stage": "rcpt", "action": "explode"})


async def test_people_read_a_mail_without_anything_of_it_running(sink: SmtpSink) -> None:
    await send(sink)
    [found] = sink.mails()
    async with httpx.AsyncClient(base_url=sink.url, trust_env=False, verify=NO_TLS) as browser:
        inbox = await browser.get("/", params={"aan": "ouder"})
        page = await browser.get(f"/mails/{found['id']}")
        frame = await browser.get(f"/mails/{found['id']}/html")
        missing = await browser.get("/mails/999999")
        elsewhere = await browser.get("/", headers={"Host": "evil.example"})

    assert f'<a href="/mails/{found["id"]}">Besluit over uw hulpvraag</a>' in inbox.text
    assert '<html lang="nl">' in inbox.text
    assert '<a href="https://voorbeeld.nl/hulpvraag?a=1&amp;b=" target="_blank"' in page.text
    assert 'sandbox="allow-popups' in page.text
    assert "<script" not in page.text
    assert frame.headers["content-security-policy"].startswith("sandbox ")
    assert "allow-scripts" not in frame.headers["content-security-policy"]
    assert missing.status_code == httpx.codes.NOT_FOUND
    assert elsewhere.status_code == httpx.codes.BAD_REQUEST


async def test_connections_and_mails_are_counted(sink: SmtpSink) -> None:
    async with client(sink) as smtp:
        for _ in range(3):
            await smtp.send_message(mail())
        assert sink.counters() == {"connections": 1, "open": 1, "authenticated": 1, "accepted": 3, "faults": 0}


def processor_seconds(pid: int | None) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def test_one_core_takes_more_than_four_hundred_mails_a_second(sink: SmtpSink) -> None:
    raw = mail().as_bytes()

    async def sender(count: int) -> None:
        async with client(sink) as smtp:
            for _ in range(count):
                await smtp.sendmail("schakel@voorbeeld.nl", [TO], raw)

    begin, used = time.monotonic(), processor_seconds(sink.pid)
    await asyncio.gather(*(sender(200) for _ in range(4)))
    rate = 800 / (processor_seconds(sink.pid) - used)
    print(f"{rate:.0f} mails/s on one core, {800 / (time.monotonic() - begin):.0f} by the clock")
    assert sink.counters()["accepted"] == 800
    assert rate > 400


async def test_a_frozen_one_greets_nobody(sink: SmtpSink) -> None:
    sink.freeze()
    try:
        with pytest.raises(aiosmtplib.SMTPTimeoutError):
            await client(sink, patience=0.3).connect()
    finally:
        sink.thaw()
    assert await send(sink) == {}
