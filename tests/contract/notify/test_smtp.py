"""The connection to a mail server, against a real one that does on request what mail servers do on bad days.

What this cannot catch: a server that speaks TLS from the first byte (``smtp_tls=tls``), for the sink only has STARTTLS.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from notify.adapters import smtp
from notify.adapters.smtp import Connection, Envelope, Server, ServerAwayError
from notify.domain.fate import Outcome
from notify.settings import Settings
from schakel_local.certificates import issue
from schakel_local.loopback import NO_TLS
from schakel_local.smtpsink import SmtpSink
from support.mails import LINK_KEY

CONTENT = b"Subject: proef\r\nMessage-ID: <1@schakel.example>\r\n\r\n.een punt\r\n..twee\r\n.\r\nklaar\r\n"
PATIENT = 20.0
"""Seconds: a machine that is busy is not a server that hangs."""
HANGS = 2.5
"""Seconds to wait for a server that will not answer; what comes after must do with them, too."""


def server(sink: SmtpSink, **own: Any) -> Server:
    given = {
        "database_url": "postgresql://x",
        "amqp_url": "amqp://x",
        "link_key": LINK_KEY,
        "smtp_host": sink.host,
        "smtp_port": sink.port,
        "smtp_user": sink.user,
        "smtp_password": sink.password,
        "smtp_ca_file": sink.authority,
        "smtp_timeout": PATIENT,
        "smtp_data_timeout": PATIENT,
    }
    return Server.of(Settings(**{**given, **own}))


@asynccontextmanager
async def connected(to: Server) -> AsyncIterator[Connection]:
    connection = Connection(to)
    try:
        yield connection
    finally:
        await connection.close()


def _patience(action: str) -> float:
    return HANGS if action == "hang" else PATIENT


def letter(recipient: str = "ank@linde.example", content: bytes = CONTENT) -> Envelope:
    return Envelope("no-reply@schakel.example", recipient, content)


def raw(sink: SmtpSink, number: int) -> bytes:
    return httpx.get(f"{sink.url}api/mails/{number}/raw", verify=NO_TLS).content


async def test_a_mail_is_taken_over_as_it_was_written_and_the_answer_kept(sink: SmtpSink) -> None:
    async with connected(server(sink)) as connection:
        outcome = await connection.send(letter())
    [mail] = sink.mails()
    assert outcome == Outcome("aangeboden", 250, f"2.0.0 OK {mail['id']}")
    assert (mail["from"], mail["to"]) == ("no-reply@schakel.example", ["ank@linde.example"])
    assert raw(sink, mail["id"]) == CONTENT


async def test_mails_share_a_connection_until_it_had_enough_of_them(sink: SmtpSink) -> None:
    async with connected(server(sink, smtp_mails_per_connection=3)) as connection:
        for _ in range(7):
            assert (await connection.send(letter())).kind == "aangeboden"
    assert sink.counters() | {"faults": 0} == {"connections": 3, "open": 0, "authenticated": 3, "accepted": 7, "faults": 0}


@pytest.mark.parametrize("stage", ["rcpt", "data"])
@pytest.mark.parametrize(("code", "kind"), [(451, "uitgesteld"), (452, "uitgesteld"), (550, "geweigerd"), (554, "geweigerd")])
async def test_a_refusal_counts_for_this_mail_only(sink: SmtpSink, stage: str, code: int, kind: str) -> None:
    sink.misbehave({"stage": stage, "action": "refuse", "recipient": "vol@*", "code": code, "text": "4.2.2 no room"})
    async with connected(server(sink)) as connection:
        refused = await connection.send(letter("vol@linde.example"))
        assert (refused.kind, refused.code, refused.text) == (kind, code, "4.2.2 no room")
        assert (await connection.send(letter())).kind == "aangeboden"
    assert sink.counters()["connections"] == 1
    assert [mail["to"] for mail in sink.mails()] == [["ank@linde.example"]]


async def test_without_an_answer_to_the_text_the_outcome_is_unknown(sink: SmtpSink) -> None:
    sink.misbehave({"stage": "data", "action": "hang", "times": 1})
    async with connected(server(sink, smtp_data_timeout=HANGS)) as connection:
        assert (await connection.send(letter())).kind == "onbekend"
        assert (await connection.send(letter())).kind == "aangeboden"


@pytest.mark.parametrize(("action", "kept"), [("close", 0), ("lose-answer", 1)])
async def test_a_connection_lost_after_the_text_leaves_the_outcome_unknown(sink: SmtpSink, action: str, kept: int) -> None:
    sink.misbehave({"stage": "data", "action": action, "times": 1})
    async with connected(server(sink)) as connection:
        outcome = await connection.send(letter())
        assert (outcome.kind, outcome.code) == ("onbekend", None)
        assert len(sink.mails()) == kept
        assert (await connection.send(letter())).kind == "aangeboden"


@pytest.mark.parametrize("action", ["close", "hang"])
async def test_a_connection_lost_before_the_text_leaves_nothing_unknown(sink: SmtpSink, action: str) -> None:
    sink.misbehave({"stage": "rcpt", "action": action, "times": 1})
    async with connected(server(sink, smtp_timeout=_patience(action))) as connection:
        assert (await connection.send(letter())).kind == "uitgesteld"
        assert (await connection.send(letter())).kind == "aangeboden"
    assert sink.counters()["accepted"] == 1


async def test_a_slow_server_is_waited_for(sink: SmtpSink) -> None:
    sink.misbehave(*({"stage": stage, "action": "slow", "seconds": 0.2} for stage in ("mail", "rcpt", "data")))
    async with connected(server(sink)) as connection:
        assert (await connection.send(letter())).kind == "aangeboden"


async def test_a_server_that_goes_away_within_a_mail_refused_it(sink: SmtpSink) -> None:
    sink.misbehave({"stage": "data", "action": "refuse", "code": 421, "text": "4.3.2 going down", "times": 1})
    async with connected(server(sink)) as connection:
        assert await connection.send(letter()) == Outcome("uitgesteld", 421, "4.3.2 going down")
        assert (await connection.send(letter())).kind == "aangeboden"


@pytest.mark.parametrize("fault", [{"action": "refuse", "code": 421}, {"action": "refuse", "code": 451}, {"action": "close"}])
async def test_a_connection_the_server_is_done_with_is_made_anew_unseen(sink: SmtpSink, fault: dict[str, Any]) -> None:
    async with connected(server(sink)) as connection:
        await connection.send(letter())
        sink.misbehave({"stage": "mail", **fault, "times": 1})
        assert (await connection.send(letter())).kind == "aangeboden"
    assert sink.counters()["connections"] == 2


async def test_a_server_that_was_restarted_meanwhile_is_found_again(sink: SmtpSink) -> None:
    async with connected(server(sink)) as connection:
        await connection.send(letter())
        await asyncio.to_thread(sink.restart)
        assert (await connection.send(letter())).kind == "aangeboden"


async def test_a_connection_that_rested_is_asked_first(sink: SmtpSink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "IDLE", 0.0)
    async with connected(server(sink, smtp_timeout=HANGS)) as connection:
        await connection.send(letter())
        assert (await connection.send(letter())).kind == "aangeboden"
        sink.freeze()
        with pytest.raises(ServerAwayError, match="geen-antwoord"):
            await connection.send(letter())
        sink.thaw()
        assert (await connection.send(letter())).kind == "aangeboden"


@pytest.mark.parametrize(
    ("fault", "reason", "code"),
    [
        ({"stage": "ehlo", "action": "hide-starttls"}, "geen-tls-of-aanmelding", None),
        ({"stage": "ehlo", "action": "close"}, "geen-verbinding", None),
        ({"stage": "ehlo", "action": "hang"}, "geen-antwoord", None),
        ({"stage": "auth", "action": "refuse", "code": 454}, "aanmelden-geweigerd", 454),
        ({"stage": "mail", "action": "refuse", "code": 421}, "afzender-geweigerd", 421),
        ({"stage": "mail", "action": "refuse", "code": 553}, "afzender-geweigerd", 553),
        ({"stage": "mail", "action": "close"}, "geen-verbinding", None),
        ({"stage": "mail", "action": "hang"}, "geen-antwoord", None),
    ],
)
async def test_what_fails_before_a_recipient_is_named_is_the_servers_affair(
    sink: SmtpSink, fault: dict[str, Any], reason: str, code: int | None
) -> None:
    sink.misbehave(fault)
    async with connected(server(sink, smtp_timeout=_patience(fault["action"]))) as connection:
        with pytest.raises(ServerAwayError) as caught:
            await connection.send(letter())
        assert (caught.value.reason, caught.value.code) == (reason, code)
        assert not connection.is_open
        sink.misbehave()
        assert (await connection.send(letter())).kind == "aangeboden"
    assert sink.counters()["accepted"] == 1


async def test_without_tls_not_even_a_server_that_wants_no_login_gets_a_mail(sink: SmtpSink) -> None:
    sink.misbehave({"stage": "ehlo", "action": "hide-starttls"})
    async with connected(server(sink, smtp_user="")) as connection:
        with pytest.raises(ServerAwayError, match="geen-tls-of-aanmelding"):
            await connection.send(letter())


async def test_a_wrong_password_and_a_certificate_of_another_authority_are_the_servers_affair(
    sink: SmtpSink, tmp_path: Path
) -> None:
    stranger = tmp_path / "authority.pem"
    stranger.write_text(issue("localhost").authority, encoding="ascii")
    for own, reason in (({"smtp_password": "fout"}, "aanmelden-geweigerd"), ({"smtp_ca_file": stranger}, "tls")):
        async with connected(server(sink, **own)) as connection:
            with pytest.raises(ServerAwayError, match=reason):
                await connection.send(letter())
    assert sink.mails() == []


async def test_a_certificate_for_another_name_is_refused(sink: SmtpSink) -> None:
    async with connected(replace(server(sink), host="127.0.0.2")) as connection:
        with pytest.raises(ServerAwayError, match=r"tls|geen-verbinding"):
            await connection.send(letter())
    assert sink.mails() == []


async def test_a_server_that_is_not_there_is_away(sink: SmtpSink) -> None:
    async with connected(server(sink)) as connection:
        await asyncio.to_thread(sink.stop)
        with pytest.raises(ServerAwayError, match="geen-verbinding"):
            await connection.send(letter())
        await asyncio.to_thread(sink.start)
        assert (await connection.send(letter())).kind == "aangeboden"


async def test_hostile_text_in_a_mail_adds_no_command_and_no_second_mail(sink: SmtpSink) -> None:
    evil = b"Subject: x\r\n\r\n.\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\nja\r\n.\r\n"
    async with connected(server(sink)) as connection:
        assert (await connection.send(letter(content=evil))).kind == "aangeboden"
        assert (await connection.send(letter())).kind == "aangeboden"
    first, _ = sink.mails()
    assert first["to"] == ["ank@linde.example"]
    assert raw(sink, first["id"]) == evil


def test_a_password_is_never_sent_without_tls(sink: SmtpSink) -> None:
    with pytest.raises(ValueError, match="a password never travels without TLS"):
        server(sink, smtp_tls="none")
