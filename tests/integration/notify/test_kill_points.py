"""Kill -9 at every named point of notify, between the broker and the mail server. And a process that froze."""

import asyncio
import json
import signal
from pathlib import Path

import aio_pika
import pytest

import notify
from schakel_local.smtpsink import SmtpSink
from shared import failpoints
from support import mails
from support.failpoints import hit_in
from support.mails import attempts, changed, process, reached, rows, states, to
from support.sandbox import Sandbox, eventually

MAY_COME_TWICE = {"notify.after-data", "notify.after-250", "notify.before-settle"}
"""From the last byte of the text until the commit nobody can know: only there a mail may arrive twice."""
POINTS = sorted(point for point in failpoints.known() if point.startswith("notify."))


def test_every_point_is_in_this_test() -> None:
    assert hit_in(notify) == set(POINTS)


@pytest.mark.in_turn(of=3)
@pytest.mark.parametrize("point", POINTS)
async def test_a_mail_survives_a_kill(sandbox: Sandbox, sink: SmtpSink, point: str) -> None:
    sink.misbehave({"stage": "data", "action": "slow", "seconds": 0.2, "times": 1})
    with process(sandbox, sink, SCHAKEL_FAILPOINT=point) as victim:
        await _publish_when_there_is_a_reader(sandbox)
        assert await asyncio.to_thread(victim.wait, 20) == -signal.SIGKILL
    async with mails.notify(sandbox, sink, mail_lease=mails.SHORT_LEASE):
        await reached(sandbox, aangeboden=1)
    found, [row] = sink.mails(), await rows(sandbox)
    history = await attempts(sandbox)
    assert {mail["message_id"] for mail in found} == {row["message_id"]}
    assert history.count("aangeboden") == 1
    if point not in MAY_COME_TWICE:
        assert len(found) == 1
    elif len(found) > 1:
        assert "onbekend" in history
    assert (point == "notify.after-settle") == ("onbekend" not in history)


async def test_without_the_recovery_of_claims_the_same_kill_shows(
    sandbox: Sandbox, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a dead process had in hand is never sent."""

    async def nothing(*_: object) -> list[object]:
        return []

    with process(sandbox, sink, SCHAKEL_FAILPOINT="notify.before-mail-from") as victim:
        await _publish_when_there_is_a_reader(sandbox)
        assert await asyncio.to_thread(victim.wait, 20) == -signal.SIGKILL
    monkeypatch.setattr("notify.postman.claims.recover", nothing)
    async with mails.notify(sandbox, sink, mail_lease=mails.SHORT_LEASE):
        with pytest.raises(AssertionError, match="not within"):
            await eventually(lambda: asyncio.to_thread(sink.mails), within=6, every=0.1)
        assert await states(sandbox) == {"bezig": 1}


async def test_a_process_that_froze_cannot_overwrite_what_another_did_since(sandbox: Sandbox, sink: SmtpSink) -> None:
    sink.misbehave({"stage": "data", "action": "hang", "times": 1})
    with process(sandbox, sink, SCHAKEL_SMTP_DATA_TIMEOUT="4") as frozen:
        await _publish_when_there_is_a_reader(sandbox)
        await eventually(lambda: asyncio.to_thread(lambda: sink.counters()["faults"] == 1))
        frozen.send_signal(signal.SIGSTOP)
        async with mails.notify(sandbox, sink, mail_lease=mails.SHORT_LEASE):
            await reached(sandbox, aangeboden=1)
            [settled] = await rows(sandbox)
            assert await attempts(sandbox) == ["onbekend", "aangeboden"]
            frozen.send_signal(signal.SIGCONT)
            await eventually(lambda: _is(sandbox, ["onbekend", "aangeboden", "onbekend"]))
            assert await states(sandbox) == {"aangeboden": 1}
            assert [row["token"] for row in await rows(sandbox)] == [settled["token"]]
    assert len(sink.mails()) == 1


async def test_sigterm_ends_it_in_order_and_leaves_nothing_in_hand(sandbox: Sandbox, sink: SmtpSink) -> None:
    sink.misbehave({"stage": "data", "action": "slow", "seconds": 0.3})
    with process(sandbox, sink) as running:
        await _publish_when_there_is_a_reader(sandbox, mails=30)
        await eventually(lambda: asyncio.to_thread(sink.mails))
        running.send_signal(signal.SIGTERM)
        await asyncio.to_thread(running.wait, 20)
    found = await states(sandbox)
    assert set(found) <= {"aangeboden", "gepland"}
    assert found["aangeboden"] == len(sink.mails())
    assert set(await attempts(sandbox)) == {"aangeboden"}


async def test_the_hand_over_continues_the_trace_of_the_change(sandbox: Sandbox, sink: SmtpSink, tmp_path: Path) -> None:
    file = tmp_path / "spans"
    with process(sandbox, sink, SCHAKEL_TRACE_FILE=str(file)):
        await _publish_when_there_is_a_reader(sandbox)
        await reached(sandbox, aangeboden=1)
        spans = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    [row] = await rows(sandbox)
    _, trace, parent, _ = row["traceparent"].split("-")
    [handed_over] = [span for span in spans if span["name"] == "hand over mail"]
    assert handed_over["context"]["trace_id"] == f"0x{trace}"
    assert handed_over["parent_id"] == f"0x{parent}"
    [handled] = [span for span in spans if span["name"] == "handle notify.status-gewijzigd"]
    assert handled["context"]["span_id"] == handed_over["parent_id"]


async def _publish_when_there_is_a_reader(sandbox: Sandbox, mails: int = 1) -> None:
    """A process of its own has made its queue before it takes anything from it."""

    async def published() -> bool:
        try:
            await sandbox.publish(*(changed(to(f"ank{n}@linde.example")) for n in range(mails)))
        except (aio_pika.exceptions.AMQPError, aio_pika.exceptions.DeliveryError):
            return False
        return True

    await eventually(published, within=20, every=0.1)


async def _is(sandbox: Sandbox, expected: list[str]) -> bool:
    return await attempts(sandbox) == expected
