import io
import socket
import struct
import zipfile

import pytest

from schakel_local.clamav import ClamAV, eicar
from schakel_local.stack import Stack


@pytest.fixture
def scanner(stack: Stack) -> ClamAV:
    return stack.clamav


def scan(scanner: ClamAV, content: bytes) -> str:
    with socket.create_connection((scanner.host, scanner.port), timeout=30) as connection:
        connection.sendall(b"zINSTREAM\0" + struct.pack("!I", len(content)) + content + struct.pack("!I", 0))
        return connection.recv(4096).rstrip(b"\0").decode()


def zipped(content: bytes) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("inhoud", content)
    return archive.getvalue()


def test_it_finds_the_test_virus_and_passes_what_is_clean(scanner: ClamAV) -> None:
    assert scan(scanner, b"een verslag") == "stream: OK"
    assert "Eicar" in scan(scanner, eicar())
    assert "Eicar" in scan(scanner, zipped(zipped(eicar())))


def test_a_file_of_ten_megabytes_is_scanned_and_an_archive_that_unpacks_to_too_much_is_a_finding(scanner: ClamAV) -> None:
    assert scan(scanner, b"%PDF" * 2_621_440) == "stream: OK"
    assert "Limits.Exceeded" in scan(scanner, zipped(bytes(200_000_000)))


def test_it_comes_back_after_kill_9_and_after_a_freeze(scanner: ClamAV) -> None:
    scanner.kill()
    scanner.start()
    scanner.freeze()
    with socket.create_connection((scanner.host, scanner.port), timeout=0.3) as connection:
        connection.sendall(b"zPING\0")
        with pytest.raises(TimeoutError):
            connection.recv(1)
        scanner.thaw()
        assert connection.recv(5) == b"PONG\0"
    assert scan(scanner, b"") == "stream: OK"
