"""Fifty files of 10 MB at once take no more memory than a few do."""

import asyncio
import os
from pathlib import Path

import httpx
import pytest

from documents.settings import Settings
from schakel_local.loopback import NO_TLS
from shared.contracts.connector import MAX_FILE
from support.documents import PDF, Desk, kilobytes, processes
from support.sandbox import Sandbox, eventually

GROWTH = 100 * 1024


@pytest.mark.long
async def test_fifty_files_of_ten_megabytes_grow_a_process_by_less_than_a_hundred(
    sandbox: Sandbox, settings: Settings, server_folder: Path
) -> None:
    content = PDF + os.urandom(MAX_FILE - len(PDF))
    with processes(settings, "") as (process,):
        http = httpx.AsyncClient(verify=NO_TLS)  # nothing is asked over HTTP here

        async def listening() -> bool:
            queues = await asyncio.to_thread(sandbox.rabbitmq.management.request, "GET", "queues", sandbox.name)
            return any(queue["name"] == "documents.bijlagen-aangeboden" for queue in queues)

        await eventually(listening, within=30, every=0.2)
        desk = Desk(sandbox, http)
        first = await desk.bring(("een.pdf", content))
        await desk.told(first.data.batch)
        before = kilobytes(process.pid, "VmRSS")
        slots = []
        for start in range(0, 50, 10):
            given = await desk.slots([(f"{start + n}.pdf", content) for n in range(10)])
            for slot in given:
                assert await desk.upload(slot, content) == 204
            slots.append(given)
        offers = [desk.offer(*given) for given in slots]
        begin = asyncio.get_running_loop().time()
        await sandbox.publish(*offers)
        for offer in offers:
            assert len((await desk.told(offer.data.batch, within=100))["schoon"]) == 10
        took = asyncio.get_running_loop().time() - begin
        grown = kilobytes(process.pid, "VmHWM") - before
        print(f"\n50 files of 10 MB in {took:.1f} s; memory {before // 1024} MB, at most {grown // 1024} MB more")
        await http.aclose()
        assert grown < GROWTH
