"""Kill -9 of a replay of dead letters: all of them went, or none; said again it has no second effect."""

import asyncio
import os
import signal
import sys

import pytest

from shared import failpoints
from shared.envelope import Event
from shared.errors import Conflict
from shared.service import Tx
from support import warm
from support.ping import Ping, inboxed, ping, service_with
from support.sandbox import ROOT, Sandbox, eventually, running

LETTERS = 5
POINTS = sorted(point for point in failpoints.known() if point.startswith("replay."))
_STATE = """
SELECT (SELECT count(*) FROM notify.dead_letter WHERE state = 'open') AS open,
    (SELECT count(*) FROM notify.outbox WHERE exchange = 'notify.work') AS sent,
    (SELECT count(*) FROM notify.audit_log WHERE action = 'dead_letter.replayed') AS recorded
"""


def test_every_point_is_in_this_test() -> None:
    assert POINTS == ["replay.after-commit", "replay.before-commit"]


async def replay(sandbox: Sandbox, *, without: str = "", **env: str) -> int:
    """Replay as an operator does, in a process of its own; return its exit code."""
    program = [str(ROOT / "tests/chaos/unprotected.py"), without, "schakel"] if without else ["-m", "schakel"]
    command = [sys.executable, *program, "dead", "replay", "notify", "--queue", "notify.ping", "--by", "jansen"]
    given = {**os.environ, "SCHAKEL_NOTIFY_DATABASE_URL": sandbox.database_url("notify"), **env}
    return await asyncio.to_thread(warm.popen(command, env=given).wait, 60)


async def state(sandbox: Sandbox) -> tuple[int, int, int]:
    """How many are open, on their way, and on record."""
    async with sandbox.connect() as connection:
        row = await connection.fetchrow(_STATE)
    assert row is not None
    return row["open"], row["sent"], row["recorded"]


@pytest.mark.parametrize("point", POINTS)
async def test_a_replay_that_is_killed_sent_all_or_nothing_and_each_letter_has_one_effect(sandbox: Sandbox, point: str) -> None:
    effects: list[int] = []
    mended: list[bool] = []

    async def handle(event: Event[Ping], tx: Tx) -> None:
        if not mended:
            raise Conflict("kan niet")
        effects.append(event.data.n)

    async with running(service_with(sandbox, handle)):
        await sandbox.publish(*(ping(n) for n in range(LETTERS)))
        await eventually(lambda: _is(sandbox, (LETTERS, 0, 0)))
        mended.append(True)
        assert await replay(sandbox, SCHAKEL_FAILPOINT=point) == -signal.SIGKILL
        done = LETTERS if point == "replay.after-commit" else 0
        assert await state(sandbox) == (LETTERS - done, done, done)
        assert await replay(sandbox) == 0
        assert await state(sandbox) == (0, LETTERS, LETTERS)

        async def handled() -> bool:
            return await inboxed(sandbox) == LETTERS

        await eventually(handled)
    assert sorted(effects) == list(range(LETTERS))


async def test_without_the_outbox_the_same_kill_shows(sandbox: Sandbox) -> None:
    """The letters count as replayed, and are nowhere."""

    async def refuse(event: Event[Ping], tx: Tx) -> None:
        raise Conflict("kan niet")

    async with running(service_with(sandbox, refuse)):
        await sandbox.publish(*(ping(n) for n in range(LETTERS)))
        await eventually(lambda: _is(sandbox, (LETTERS, 0, 0)))
        assert await replay(sandbox, without="outbox", SCHAKEL_FAILPOINT="replay.after-commit") == -signal.SIGKILL
        assert await state(sandbox) == (0, 0, LETTERS)


async def _is(sandbox: Sandbox, expected: tuple[int, int, int]) -> bool:
    return await state(sandbox) == expected
