"""The replica that relays is frozen (SIGSTOP) in the middle of a batch: published and confirmed, but not yet marked.

The other replica takes the lease and sends all of it again; the frozen one thaws and finds its fence gone.
"""

import asyncio
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from support.chaos import Fleet, Report, probe
from support.sandbox import Sandbox, eventually

LOAD = 120


async def frozen_in_its_batch(box: Sandbox, without: str) -> tuple[Report, int]:
    """Return the report at the end, and how often the lease changed hands."""
    async with probe(box, PROBE_WITHOUT=without) as fleet:
        async with box.connect() as connection:
            # It freezes inside transactions too; these limits set their locks free, in the product after 30 and 60 s.
            for limit, seconds in (("statement_timeout", 1), ("idle_in_transaction_session_timeout", 2)):
                await connection.execute(f"ALTER ROLE probe_app IN DATABASE {box.name} SET {limit} = '{seconds}s'")
        fleet.start(SCHAKEL_FAILPOINT="relay.after-publish:40:SIGSTOP")
        await fleet.ready()
        fleet.start()
        await fleet.ready()
        await fleet.submit(LOAD)
        await eventually(lambda: is_frozen(fleet))
        assert (await fleet.count()).unsent, "it froze between two batches, not in one"
        with suppress(AssertionError):
            await eventually(lambda: all_sent(fleet), within=5 if without else 25, every=0.1)
        report = await fleet.count()
        if not report.unsent:
            fleet.signal(signal.SIGCONT)
            report = await fleet.settled(within=6 if without else 30)
        async with box.connect() as connection:
            return report, await connection.fetchval("SELECT fence FROM probe.relay_lease")


async def test_the_other_replica_sends_it_and_nothing_happens_twice(sandbox: Sandbox) -> None:
    report, fence = await frozen_in_its_batch(sandbox, "")
    print(report)
    assert report.clean, report
    assert fence > 1


@pytest.mark.parametrize("protection", ["inbox", "lease"])
async def test_without_its_protection_the_same_freeze_shows(sandbox: Sandbox, protection: str) -> None:
    report, _ = await frozen_in_its_batch(sandbox, protection)
    print(protection, report)
    assert not report.clean, report


async def is_frozen(fleet: Fleet) -> bool:
    stat = await asyncio.to_thread(Path(f"/proc/{fleet.processes[0].pid}/stat").read_text, encoding="ascii")
    return stat.rpartition(") ")[2].startswith("T")


async def all_sent(fleet: Fleet) -> bool:
    return not (await fleet.count()).unsent
