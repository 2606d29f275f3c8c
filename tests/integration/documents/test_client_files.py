"""The Python client with files: a stream each way, and nothing under the name of a letter that is not that letter."""

import asyncio
import hashlib
import os
import tracemalloc
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from schakel_lvs import DownloadFailed, Expired, UploadFailed, announce, download, upload
from schakel_lvs.berichten import BriefLink, UploadslotAntwoord
from shared.contracts.connector import MAX_FILE
from shared.contracts.documents import BriefVerstrekt
from shared.contracts.intake import BriefOpgevraagd
from shared.envelope import Event
from support.documents import CONNECTOR, SWV, Desk, besluit
from support.sandbox import eventually


@pytest.fixture
async def large(tmp_path: Path) -> Path:
    path = tmp_path / "groot.pdf"
    path.write_bytes(b"%PDF-1.7\n" + os.urandom(MAX_FILE - 9))
    return path


def names(folder: Path) -> list[str]:
    return sorted(found.name for found in folder.iterdir())


async def place(desk: Desk, path: Path) -> UploadslotAntwoord:
    (slot,) = await desk.slots([(path.name, await asyncio.to_thread(path.read_bytes))])
    return UploadslotAntwoord.model_validate({**slot, "verlooptOp": slot["verloopt_op"]})


async def letter(desk: Desk) -> BriefLink:
    """A letter that exists, and a link to it as intake passes it on."""
    data = besluit(hulpvraag=desk.hulpvraag)
    await desk.sandbox.publish(Event.about(data, subject=data.hulpvraag, sequence=1))
    listed = await eventually(desk.listed)
    asked = BriefOpgevraagd(
        swv=SWV, aanvraag=uuid4(), aanbieder=CONNECTOR, hulpvraag=desk.hulpvraag, sha256=listed[0]["sha256"]
    )
    await desk.sandbox.publish(Event.about(asked, subject=asked.aanvraag, sequence=1))

    async def told() -> Any:
        events = await desk.sandbox.published("documents", BriefVerstrekt.TYPE)
        return next((event["data"]["brief"] for event in events if event["data"]["aanvraag"] == str(asked.aanvraag)), None)

    return BriefLink.model_validate({**await eventually(told), "betreft": "x", "dossiernummer": 20014})


async def test_a_large_file_goes_up_as_a_stream_and_tells_how_far_it_is(desk: Desk, large: Path) -> None:
    slot = await place(desk, large)
    seen: list[tuple[str, int, int]] = []
    tracemalloc.start()
    try:
        opgave = announce(large)
        await upload(slot, large, progress=lambda *told: seen.append(told))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MAX_FILE / 4
    assert opgave.grootte == MAX_FILE
    assert {(name, size) for name, _, size in seen} == {("groot.pdf", MAX_FILE)}
    assert [done for _, done, _ in seen] == sorted(done for _, done, _ in seen)
    assert (len(seen) > 50, seen[-1][1]) == (True, MAX_FILE)
    event = desk.offer(slot.uploadslot)
    await desk.sandbox.publish(event)
    (clean,) = (await desk.told(event.data.batch))["schoon"]
    assert clean["sha256"] == opgave.sha256


async def test_a_place_takes_no_other_file_and_the_client_says_so(desk: Desk, large: Path, tmp_path: Path) -> None:
    slot = await place(desk, large)
    other = tmp_path / "klein.pdf"
    other.write_bytes(b"%PDF-1.7\n")
    with pytest.raises(UploadFailed, match=r"klein\.pdf: de opslag antwoordde 4"):
        await upload(slot, other)
    gone = slot.model_copy(update={"url": "http://127.0.0.1:9/uploads"})
    with pytest.raises(UploadFailed, match="niet bereikbaar"):
        await upload(gone, large)


def test_what_is_empty_is_not_announced(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.touch()
    with pytest.raises(ValidationError):
        announce(path)


async def test_a_letter_comes_down_whole_or_not_at_all(desk: Desk, tmp_path: Path) -> None:
    link = await letter(desk)
    path = tmp_path / "brief.pdf"
    await download(link, path)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == link.sha256
    other = tmp_path / "anders.pdf"
    for wrong in ({"sha256": "0" * 64}, {"grootte": link.grootte - 1}, {"grootte": link.grootte + 1}):
        with pytest.raises(DownloadFailed, match="controlegetal"):
            await download(link.model_copy(update=wrong), other)
    forged = link.model_copy(update={"url": link.url.replace("X-Amz-Expires=60", "X-Amz-Expires=61")})
    with pytest.raises(Expired):
        await download(forged, other)
    assert names(tmp_path) == ["brief.pdf"]
