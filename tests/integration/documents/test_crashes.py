"""Killed with -9 at every point, frozen, in several replicas: nothing lost, nothing twice, nothing left behind."""

import asyncio
import signal
from pathlib import Path

import pytest

import documents as package
from documents.main import make_service
from documents.settings import Settings
from documents.store import bijlagen
from schakel_local.clamav import ClamAV, eicar
from schakel_local.seaweed import SeaweedFS
from shared import failpoints
from shared.contracts.documents import BijlagenToegevoegd, BriefGemaakt
from shared.envelope import Event
from support import documents
from support.documents import PDF, Desk, besluit, faults, processes
from support.failpoints import hit_in
from support.sandbox import Sandbox, eventually, running

POINTS = sorted(name for name in failpoints.known() if name.startswith("documents."))


@pytest.fixture
async def hasty(sandbox: Sandbox, seaweed: SeaweedFS, clamav: ClamAV) -> Settings:
    """Settings with which work of a dead process is taken over after three seconds."""
    made = documents.settings(sandbox, seaweed, clamav, work_lease=3.0, s3_timeout=1.4, clamd_timeout=1.4)
    await make_service(made).objects.prepare()
    return made


def test_every_point_is_in_this_test() -> None:
    """Those of heads of audit logs are in test_anchors."""
    assert {name for name in hit_in(package) if not name.startswith("anchor.")} == set(POINTS)


@pytest.mark.timeout(300)  # twelve processes on a busy machine
async def test_processes_killed_at_every_point_lose_nothing_and_do_nothing_twice(
    sandbox: Sandbox, hasty: Settings, server_folder: Path
) -> None:
    """Two replicas at a time, each dies at its own point while it works on what the dead left; a last one finishes."""
    rounds = 3 * len(POINTS)
    async with running(make_service(hasty)) as http:
        desk = Desk(sandbox, http)
        files = [(f"{n}.txt", eicar() if n % 3 == 0 else b"schoon") for n in range(rounds)]
        slots = [slot for start in range(0, rounds, 20) for slot in await desk.slots(files[start : start + 20])]
        for slot, (_, content) in zip(slots, files, strict=True):
            assert await desk.upload(slot, content) == 204
    offers = [desk.offer(slot) for slot in slots]
    decisions = [besluit(hulpvraag=desk.hulpvraag) for _ in offers]
    for first in range(0, len(POINTS), 2):
        for offer, decision in zip(offers[3 * first : 3 * first + 6], decisions[3 * first : 3 * first + 6], strict=True):
            await sandbox.publish(offer, Event.about(decision, subject=decision.hulpvraag, sequence=1))
        with processes(hasty, *POINTS[first : first + 2]) as dying:
            codes = await asyncio.gather(*(asyncio.to_thread(process.wait, 40) for process in dying))
        assert set(codes) == {-signal.SIGKILL}, POINTS[first : first + 2]
    async with running(make_service(hasty)) as http:
        desk.http = http

        async def finished() -> bool:
            counts = [len(await desk.events(kind)) for kind in (BijlagenToegevoegd.TYPE, BriefGemaakt.TYPE)]
            return min(counts) >= rounds and not await faults(sandbox, hasty)

        await eventually(finished, within=30, every=0.2)
        states = [item["staat"] for item in await desk.listed()]
    told = [event["data"]["batch"] for event in await desk.events(BijlagenToegevoegd.TYPE)]
    assert sorted(told) == sorted(str(offer.data.batch) for offer in offers)
    made = [event["data"]["besluit"] for event in await desk.events(BriefGemaakt.TYPE)]
    assert sorted(made) == sorted(str(decision.besluit) for decision in decisions)
    assert states.count("geweigerd") == rounds / 3
    assert states.count("beschikbaar") == rounds * 2 / 3 + rounds


async def test_without_an_end_to_a_claim_the_same_kill_shows(
    sandbox: Sandbox, hasty: Settings, server_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a dead process had in hand stays there for ever."""
    async with running(make_service(hasty)) as http:
        desk = Desk(sandbox, http)
        (slot,) = await desk.slots([("plan.pdf", PDF)])
        assert await desk.upload(slot, PDF) == 204
    offer = desk.offer(slot)
    await sandbox.publish(offer)
    with processes(hasty, "documents.scan.after-claim") as (dying,):
        assert await asyncio.to_thread(dying.wait, 40) == -signal.SIGKILL
    endless = bijlagen._CLAIM.replace(" OR geclaimd_tot < now()", "")
    assert endless != bijlagen._CLAIM
    monkeypatch.setattr(bijlagen, "_CLAIM", endless)
    async with running(make_service(hasty)):
        with pytest.raises(AssertionError, match="not within"):
            await desk.told(offer.data.batch, within=hasty.work_lease + 3)


async def test_two_replicas_judge_each_file_once(sandbox: Sandbox, settings: Settings) -> None:
    async with running(make_service(settings)) as http, running(make_service(settings)):
        desk = Desk(sandbox, http)
        event = await desk.bring(*((f"{n}.pdf", PDF) for n in range(12)))
        assert len((await desk.told(event.data.batch))["schoon"]) == 12
        async with sandbox.connect() as connection:
            query = "SELECT count(*) FROM documents.audit_log WHERE action = 'bijlage.beschikbaar'"
            assert await connection.fetchval(query) == 12


async def test_a_judge_that_froze_and_lost_its_claim_changes_nothing(
    sandbox: Sandbox, hasty: Settings, server_folder: Path
) -> None:
    """Frozen at work, past the end of its claim; meanwhile another replica judges. When it thaws it is too late."""
    async with running(make_service(hasty)) as http:
        desk = Desk(sandbox, http)
        (slot,) = await desk.slots([("plan.pdf", PDF)])
        assert await desk.upload(slot, PDF) == 204
    offer = desk.offer(slot)
    await sandbox.publish(offer)
    with processes(hasty, "") as (frozen,):
        async with sandbox.connect() as connection:

            async def claimed() -> bool:
                return bool(await connection.fetchval("SELECT count(*) FROM documents.bijlage WHERE pogingen > 0"))

            await eventually(claimed, within=20, every=0.001)
        frozen.send_signal(signal.SIGSTOP)
        async with running(make_service(hasty)) as http:
            desk.http = http
            await desk.told(offer.data.batch)
            frozen.send_signal(signal.SIGCONT)
            await asyncio.sleep(1)
            assert len(await desk.events(BijlagenToegevoegd.TYPE)) == 1
            assert [item["staat"] for item in await desk.listed()] == ["beschikbaar"]
            assert await faults(sandbox, hasty) == []
