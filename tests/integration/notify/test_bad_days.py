"""The mail server on bad days: nothing is lost, nothing is sent twice without saying so, and everybody can see it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
import structlog
from prometheus_client import REGISTRY

from notify import report
from notify.domain import delays
from schakel_local.smtpsink import SmtpSink
from shared import clock
from support.mails import SHORT_LEASE, attempts, changed, notify, reached, rows, states, to, waiting
from support.sandbox import Sandbox, eventually

pytestmark = pytest.mark.in_turn(of=2)


class Time:
    """The clock in a test's hands."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._wall = clock.now

    def __call__(self) -> datetime:
        return datetime.now(clock.UTC) + self._ahead

    def pass_by(self, *, days: float = 0, hours: float = 0) -> None:
        self._ahead += timedelta(days=days, hours=hours)


@contextmanager
def time_in_hand() -> Iterator[Time]:
    time = Time()
    with clock.use(time):
        yield time


async def test_mails_wait_for_a_server_that_is_away_and_then_go_in_order(sandbox: Sandbox, sink: SmtpSink) -> None:
    sink.stop()
    async with notify(sandbox, sink, smtp_connections=1):
        await sandbox.publish(*(changed(to(f"ank{n}@linde.example")) for n in range(110)))
        await waiting(sandbox, 110)
        sink.start()
        await reached(sandbox, aangeboden=110)
        found = await rows(sandbox)
    assert [mail["to"] for mail in sink.mails()] == [[row["email"]] for row in found]
    assert {row["pogingen"] for row in found} == {1}, "an outage is no attempt of a mail"
    assert sink.counters()["connections"] <= 10, "a probe, a connection, and the looks of the sink's own start"


async def test_a_server_away_for_a_day_costs_no_mail(sandbox: Sandbox, sink: SmtpSink) -> None:
    sink.stop()
    with time_in_hand() as time:
        async with notify(sandbox, sink):
            await sandbox.publish(*(changed(to(f"ank{n}@linde.example")) for n in range(20)))
            await waiting(sandbox, 20)
            time.pass_by(hours=24)
            await sandbox.publish(*(changed(to(f"bob{n}@linde.example")) for n in range(20)))
            await waiting(sandbox, 40)
            sink.start()
            await reached(sandbox, aangeboden=40)
    assert len(sink.mails()) == 40
    assert await attempts(sandbox) == ["aangeboden"] * 40


async def test_an_operator_sees_that_the_server_is_away(sandbox: Sandbox, sink: SmtpSink) -> None:
    sink.misbehave({"stage": "auth", "action": "refuse", "code": 535})
    async with notify(sandbox, sink) as http:
        await sandbox.publish(changed(to("ank@linde.example")))
        await reached(sandbox, uitgesteld=1)
        assert "schakel_mail_server_away 1.0" in (await http.get("/metrics")).text
        [row] = await rows(sandbox)
        assert (row["antwoord"], row["pogingen"]) == ("De mailserver is niet bereikbaar. Deze mail gaat zodra dat weer kan.", 0)
        sink.misbehave()
        await reached(sandbox, aangeboden=1)
        assert "schakel_mail_server_away 0.0" in (await http.get("/metrics")).text


async def test_no_more_mails_a_second_go_out_than_the_server_may_get(sandbox: Sandbox, sink: SmtpSink) -> None:
    sink.stop()
    async with notify(sandbox, sink, smtp_rate=20):
        await sandbox.publish(*(changed(to(f"ank{n}@linde.example")) for n in range(61)))
        await waiting(sandbox, 61)
        sink.start()
        await reached(sandbox, aangeboden=61)
    moments = [datetime.fromisoformat(mail["received"]) for mail in sink.mails()]
    assert moments[-1] - moments[0] >= timedelta(seconds=2.7)


async def test_each_recipient_has_a_fate_of_its_own(sandbox: Sandbox, sink: SmtpSink) -> None:
    sink.misbehave(
        {"stage": "rcpt", "action": "refuse", "recipient": "vol@*", "code": 452, "text": "4.2.2 mailbox full"},
        {"stage": "rcpt", "action": "refuse", "recipient": "weg@*", "code": 550, "text": "5.1.1 no such user"},
    )
    async with notify(sandbox, sink):
        await sandbox.publish(changed(to("ank@linde.example"), to("vol@linde.example"), to("weg@linde.example")))
        await reached(sandbox, aangeboden=1, uitgesteld=1, geweigerd=1)
    answers = {row["email"]: (row["code"], row["antwoord"]) for row in await rows(sandbox)}
    assert answers["vol@linde.example"] == (452, "4.2.2 mailbox full")
    assert answers["weg@linde.example"] == (550, "5.1.1 no such user")


async def test_a_mail_that_was_put_off_goes_when_its_time_has_come(sandbox: Sandbox, sink: SmtpSink) -> None:
    sink.misbehave({"stage": "data", "action": "refuse", "code": 451, "times": 1})
    with time_in_hand() as time:
        async with notify(sandbox, sink):
            await sandbox.publish(changed(to("ank@linde.example")))
            await reached(sandbox, uitgesteld=1)
            [row] = await rows(sandbox)
            assert timedelta(seconds=48) <= row["volgende_poging"] - row["gewijzigd_op"] <= timedelta(seconds=72)
            time.pass_by(hours=1)
            await reached(sandbox, aangeboden=1)
    assert await attempts(sandbox) == ["uitgesteld", "aangeboden"]


async def test_an_unknown_outcome_is_on_record_and_the_mail_comes_again_under_the_same_id(
    sandbox: Sandbox, sink: SmtpSink
) -> None:
    sink.misbehave({"stage": "data", "action": "lose-answer", "times": 1})
    with time_in_hand() as time:
        async with notify(sandbox, sink):
            await sandbox.publish(changed(to("ank@linde.example")))
            await reached(sandbox, onbekend=1)
            time.pass_by(hours=1)
            await reached(sandbox, aangeboden=1)
    first, second = sink.mails()
    assert first["message_id"] == second["message_id"]
    assert await attempts(sandbox) == ["onbekend", "aangeboden"]


async def test_a_mail_is_given_up_after_the_last_delay_and_somebody_hears_of_it(
    sandbox: Sandbox, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink.misbehave({"stage": "rcpt", "action": "refuse", "code": 450})
    heard = structlog.testing.LogCapture()
    monkeypatch.setattr(report, "log", structlog.wrap_logger(None, processors=[heard]))
    before = REGISTRY.get_sample_value("schakel_mails_total", {"staat": "opgegeven"}) or 0
    with time_in_hand() as time:
        async with notify(sandbox, sink, poll=0.05):
            await sandbox.publish(changed(to("ank@linde.example")))
            for number in range(1, len(delays.DELAYS) + 1):
                await eventually(lambda number=number: _attempted(sandbox, number))
                time.pass_by(days=1.5)
            await reached(sandbox, opgegeven=1)
    assert await attempts(sandbox) == ["uitgesteld"] * (len(delays.DELAYS) + 1)
    assert REGISTRY.get_sample_value("schakel_mails_total", {"staat": "opgegeven"}) == before + 1
    [given_up] = [entry for entry in heard.entries if entry["event"] == "mail_given_up"]
    [row] = await rows(sandbox)
    assert (given_up["mail"], given_up["code"]) == (str(row["id"]), 450)
    assert "ank" not in str(heard.entries)


async def test_a_row_that_cannot_be_read_holds_up_nobody(sandbox: Sandbox, sink: SmtpSink) -> None:
    sink.stop()
    async with notify(sandbox, sink):
        await sandbox.publish(changed(to("kapot@linde.example")), changed(to("ank@linde.example")))
        await waiting(sandbox, 2)
        async with sandbox.connect() as connection:
            await connection.execute("UPDATE notify.mail SET inhoud = '{}' WHERE email = 'kapot@linde.example'")
        sink.start()
        await eventually(lambda: _attempted(sandbox, 2))
    assert {row["email"]: (row["staat"], row["pogingen"]) for row in await rows(sandbox)} == {
        "kapot@linde.example": ("uitgesteld", 1),
        "ank@linde.example": ("aangeboden", 1),
    }


async def test_two_replicas_share_the_work_and_send_nothing_twice(sandbox: Sandbox, sink: SmtpSink) -> None:
    async with notify(sandbox, sink), notify(sandbox, sink):
        await sandbox.publish(*(changed(to(f"ank{n}@linde.example")) for n in range(120)))
        await reached(sandbox, aangeboden=120)
    assert sink.counters()["accepted"] == 120
    assert await attempts(sandbox) == ["aangeboden"] * 120


async def test_a_mail_that_was_taken_while_the_database_was_away_is_not_sent_again(sandbox: Sandbox, sink: SmtpSink) -> None:
    sink.misbehave({"stage": "data", "action": "slow", "seconds": 0.5})
    async with notify(sandbox, sink, mail_lease=SHORT_LEASE):
        await sandbox.publish(changed(to("ank@linde.example")))
        await reached(sandbox, bezig=1)
        async with sandbox.connect() as connection:
            await connection.execute("ALTER ROLE notify_app CONNECTION LIMIT 0")
            try:
                await connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'notify_app'")
                await eventually(lambda: asyncio.to_thread(sink.mails))
                await eventually(lambda: connection.fetchval("SELECT claimed_until < now() FROM notify.mail"))
            finally:
                await connection.execute("ALTER ROLE notify_app CONNECTION LIMIT -1")
        await reached(sandbox, aangeboden=1)
    assert len(sink.mails()) == 1
    assert await attempts(sandbox) == ["aangeboden"]


async def _attempted(sandbox: Sandbox, count: int) -> bool:
    return len(await attempts(sandbox)) == count and set(await states(sandbox)) != {"bezig"}
