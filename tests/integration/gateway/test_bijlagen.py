"""Files through the gateway, to and from a real S3 with a real scanner (peers-and-reliability C, 22-26)."""

import tracemalloc
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from gateway.downloads import disposition
from schakel_local.clamav import eicar
from shared import clock
from shared.contracts.connector import MAX_FILE
from support.documents import PDF
from support.portal import Person, browser, log_in, submitted
from support.sandbox import eventually
from support.whole import Whole

BOUNDARY = "grens"


async def settled(client: httpx.AsyncClient, number: int, count: int) -> list[dict[str, Any]]:
    """Wait until so many bijlagen are judged; return them."""

    async def judged() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await client.get(f"/hulpvragen/{number}/bijlagen")).json()["bijlagen"]
        done = len(found) == count and all(bijlage["staat"] != "wordt gescand" for bijlage in found)
        return found if done else []

    answer: list[dict[str, Any]] = await eventually(judged, within=20, every=0.1)
    return answer


async def stream(name: str, size: int) -> AsyncIterator[bytes]:
    """A form with one large file, made while it is sent."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="bestand"; filename="{name}"\r\n\r\n'
    yield head.encode()
    yield PDF
    left = size - len(PDF)
    while left > 0:
        yield b"0" * min(left, 64 * 1024)
        left -= 64 * 1024
    yield f"\r\n--{BOUNDARY}--\r\n".encode()


async def test_files_saved_together_are_one_batch_and_come_back_as_they_were(iris: httpx.AsyncClient) -> None:
    number = await submitted(iris)
    names = ["groeidocument.pdf", "Verslag (déf) van 'Noor'.pdf"]
    files = [("bestand", (name, PDF + name.encode(), "text/html")) for name in names]
    answer = await iris.post(f"/hulpvragen/{number}/bijlagen", files=files)
    assert answer.status_code == 202, answer.text
    assert [bijlage["staat"] for bijlage in answer.json()["bijlagen"]] == ["wordt gescand"] * 2
    found = await settled(iris, number, 2)
    assert [(bijlage["naam"], bijlage["staat"], bijlage["scan"]) for bijlage in found] == [
        (name, "beschikbaar", "schoon") for name in names
    ]
    for bijlage, name in zip(found, names, strict=True):
        download = await iris.get(f"/hulpvragen/{number}/bijlagen/{bijlage['bijlage']}/bestand")
        assert download.content == PDF + name.encode()
        assert download.headers["content-type"] == "application/pdf", "what it is, not what its sender said"
        assert download.headers["content-disposition"].startswith("attachment; ")
        assert unquote(download.headers["content-disposition"].rpartition("''")[2]) == name
        assert download.headers["x-content-type-options"] == "nosniff"
        assert download.headers["cache-control"] == "no-store"
        assert "sandbox" in download.headers["content-security-policy"]


async def test_a_file_too_large_is_stopped_on_its_way(iris: httpx.AsyncClient) -> None:
    number = await submitted(iris)
    sent = 0

    async def counted() -> AsyncIterator[bytes]:
        nonlocal sent
        async for chunk in stream("groot.pdf", 3 * MAX_FILE):
            sent += len(chunk)
            yield chunk

    headers = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
    answer = await iris.post(f"/hulpvragen/{number}/bijlagen", content=counted(), headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:schakel:fout:te-groot")
    assert "10,0 MB" in answer.json()["detail"]
    assert [(fout["field"], fout["rule"]) for fout in answer.json()["fouten"]] == [("bestand", "te-groot")]
    assert sent < MAX_FILE + 1024 * 1024


async def test_a_large_file_is_never_whole_in_memory(iris: httpx.AsyncClient) -> None:
    number = await submitted(iris)
    headers = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
    tracemalloc.start()
    answer = await iris.post(
        f"/hulpvragen/{number}/bijlagen", content=stream("heel-groot.pdf", MAX_FILE - 1024), headers=headers
    )
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert answer.status_code == 202, answer.text
    assert peak < MAX_FILE / 2, f"{peak / 1024 / 1024:.1f} MB"


async def test_a_virus_is_refused_and_nobody_can_download_it(iris: httpx.AsyncClient) -> None:
    number = await submitted(iris)
    files = {"bestand": ("stuk.txt", eicar())}
    assert (await iris.post(f"/hulpvragen/{number}/bijlagen", files=files)).status_code == 202
    (bijlage,) = await settled(iris, number, 1)
    assert (bijlage["staat"], bijlage["regel"]) == ("geweigerd", "virus")
    assert "virus" in bijlage["bericht"]
    download = await iris.get(f"/hulpvragen/{number}/bijlagen/{bijlage['bijlage']}/bestand")
    assert (download.status_code, "geweigerd" in download.json()["detail"]) == (409, True)


async def test_a_renamed_program_is_refused_by_its_content(iris: httpx.AsyncClient) -> None:
    number = await submitted(iris)
    files = {"bestand": ("verslag.pdf", b"MZ" + bytes(100), "application/pdf")}
    assert (await iris.post(f"/hulpvragen/{number}/bijlagen", files=files)).status_code == 202
    (bijlage,) = await settled(iris, number, 1)
    assert (bijlage["naam"], bijlage["staat"], bijlage["regel"]) == ("verslag.pdf", "geweigerd", "inhoud")
    assert bijlage["bericht"]


@pytest.mark.parametrize("name", ["programma.exe", "../../etc/passwd.pdf", "x" * 300 + ".pdf", "factuur.pdf.exe"])
async def test_a_file_that_may_not_is_refused_with_its_rule(iris: httpx.AsyncClient, name: str) -> None:
    number = await submitted(iris)
    answer = await iris.post(f"/hulpvragen/{number}/bijlagen", files={"bestand": (name, PDF)})
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:schakel:fout:ongeldige-invoer")
    assert answer.json()["fouten"][0]["field"].startswith("bestanden.0.")
    assert (await iris.get(f"/hulpvragen/{number}/bijlagen")).json()["bijlagen"] == []


async def test_what_is_no_form_with_files_is_refused(iris: httpx.AsyncClient) -> None:
    number = await submitted(iris)
    path = f"/hulpvragen/{number}/bijlagen"
    too_many = [("bestand", (f"{n}.pdf", PDF)) for n in range(21)]
    answers = [
        await iris.post(path, json={"bestand": "x"}),
        await iris.post(path, data={"bestand": "geen bestand"}, files={"ander": ("", b"")}),
        await iris.post(path, content=b"stuk", headers={"content-type": "multipart/form-data; boundary=x"}),
        await iris.post(path, files=too_many),
    ]
    assert [answer.status_code for answer in answers] == [400] * 4
    assert all(answer.json()["fouten"] for answer in answers)


async def test_the_same_upload_twice_is_one_batch(iris: httpx.AsyncClient) -> None:
    number = await submitted(iris)
    headers = {"idempotency-key": str(clock.new_id())}
    answers = [
        await iris.post(f"/hulpvragen/{number}/bijlagen", files={"bestand": ("stuk.pdf", PDF)}, headers=headers)
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].json()["batch"] == answers[1].json()["batch"]
    assert len(await settled(iris, number, 1)) == 1


async def test_a_page_says_what_is_wrong_with_a_file_and_shows_the_scan(
    system: Whole, iber: Person, iris: httpx.AsyncClient, address: str
) -> None:
    number = await submitted(iris)
    async with browser(system.gateway, address) as portal:
        await log_in(portal, iber, code=iber.code(1))
        path = f"/hulpvragen/{number}/bijlagen"
        page = await portal.post(path, files={"bestand": ("programma.exe", PDF)})
        assert page.status_code == 400
        assert "Dit soort bestand kan niet" in page.text
        part = await portal.post(path, files={"bestand": ("stuk.exe", PDF)}, headers={"hx-request": "true"})
        assert "<html" not in part.text
        assert "Dit soort bestand kan niet" in part.text
        done = await portal.post(path, files={"bestand": ("stuk.pdf", PDF)}, data={"sleutel": str(clock.new_id())})
        assert done.headers["location"] == f"/hulpvragen/{number}?gedaan=bijlagen#bijlagen"
        await settled(iris, number, 1)
        own = (await iris.get(f"/hulpvragen/{number}")).json()["hulpvraag"]
        watched = await portal.get(path, params={"hulpvraag": own}, headers={"hx-request": "true"})
        assert watched.status_code == 286, "htmx stops asking"
        assert "stuk.pdf" in watched.text
        other = await portal.get(path, params={"hulpvraag": str(clock.new_id())}, headers={"hx-request": "true"})
        assert other.status_code in {403, 404}, "leave for one hulpvraag opens no other"
        assert "<html" not in other.text
        assert (await portal.get(path)).headers["location"] == f"/hulpvragen/{number}#bijlagen"


@pytest.mark.parametrize("name", ['a"b.pdf', "a\r\nset-cookie: x=y.pdf", "ünï.pdf", "a;b\\c.pdf", "夜.pdf"])
def test_a_name_cannot_break_out_of_its_header(name: str) -> None:
    header = disposition(name)
    header.encode("latin-1")
    assert "\r" not in header
    assert "\n" not in header
    assert header.count('"') == 2
    assert unquote(header.rpartition("''")[2]) == name
