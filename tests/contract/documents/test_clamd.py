"""What documents asks of a scanner, asked of a real clamd; and that nothing but a clear answer counts."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from io import BytesIO

import pytest

from documents.adapters.clamd import Clamd, NoScanner
from documents.ports import Finding, ScannerUnavailable
from documents.settings import Settings
from schakel_local.clamav import ClamAV, eicar
from support.documents import docx, zipped

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def scanner_at(host: str, port: int, timeout: float = 5) -> Clamd:
    given = {"database_url": "postgresql://", "amqp_url": "amqp://", "clamd_host": host, "clamd_port": port}
    return Clamd(Settings.model_validate({**given, "clamd_timeout": timeout}))


@pytest.fixture
def clamd(clamav: ClamAV) -> Clamd:
    return scanner_at(clamav.host, clamav.port)


@pytest.mark.parametrize("content", [b"", b"gewone tekst", os.urandom(10 * 1024 * 1024)], ids=["empty", "small", "10 MB"])
async def test_what_holds_no_virus_is_clean(clamd: Clamd, content: bytes) -> None:
    assert await clamd.is_there()
    assert await clamd.scan(BytesIO(content)) == Finding("schoon")


VIRUSES = {
    "bare": eicar(),
    "at the end": bytes(3_000_000) + eicar(),
    "in a zip": zipped({"a.txt": eicar()}),
    "in a zip in a zip": zipped({"b.zip": zipped({"a.txt": eicar()})}),
    "in a docx": docx({"word/media/x.png": eicar()}),
}


@pytest.mark.parametrize("content", VIRUSES.values(), ids=VIRUSES)
async def test_a_virus_is_found_and_named(clamd: Clamd, content: bytes) -> None:
    assert (await clamd.scan(BytesIO(content))).signature


async def test_a_scan_begins_at_the_first_byte_whatever_was_read_before(clamd: Clamd) -> None:
    bestand = BytesIO(eicar() + bytes(100))
    bestand.read()
    assert (await clamd.scan(bestand)).signature


async def test_fifty_scans_at_once_each_get_their_own_answer(clamd: Clamd) -> None:
    files = [eicar() if n % 2 else b"schoon" for n in range(50)]
    found = await asyncio.gather(*(clamd.scan(BytesIO(file)) for file in files))
    assert [finding.signature is not None for finding in found] == [n % 2 == 1 for n in range(50)]


@asynccontextmanager
async def pretending(answer: Answer) -> AsyncIterator[Clamd]:
    """A server in place of clamd, to give answers that a real one gives seldom."""
    server = await asyncio.start_server(answer, "127.0.0.1")
    async with server:
        yield scanner_at("127.0.0.1", server.sockets[0].getsockname()[1], timeout=0.5)


def saying(line: bytes) -> Answer:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(line)
        writer.close()

    return answer


@pytest.mark.parametrize(
    "line",
    [
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: Can't allocate memory ERROR\0",
        b"",
        b"stream: OK nothing\0",
        b"OK\0",
        b"stream: \0",
    ],
)
async def test_any_other_answer_is_no_judgement(line: bytes) -> None:
    async with pretending(saying(line)) as clamd:
        with pytest.raises(ScannerUnavailable):
            await clamd.scan(BytesIO(bytes(1_000_000)))
        assert not await clamd.is_there()


async def test_silence_is_no_judgement() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1000):
            pass
        writer.close()

    async with pretending(silent) as clamd:
        with pytest.raises(ScannerUnavailable):
            await clamd.scan(BytesIO(b"x"))


async def test_a_scanner_that_is_away_is_no_judgement() -> None:
    clamd = scanner_at("127.0.0.1", 9)
    assert not await clamd.is_there()
    with pytest.raises(ScannerUnavailable):
        await clamd.scan(BytesIO(b"x"))


async def test_without_a_scanner_everything_says_that_it_was_not_scanned() -> None:
    assert await NoScanner().is_there()
    assert await NoScanner().scan(BytesIO(eicar())) == Finding("niet gescand")
