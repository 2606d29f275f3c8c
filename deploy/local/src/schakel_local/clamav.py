"""A private virus scanner: Debian's clamd, with the real signatures when this machine has them and a test signature always.

Use: ``scanner = ClamAV(folder); scanner.start()``, then speak clamd's INSTREAM to ``scanner.host`` and ``scanner.port``.
"""

import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from schakel_local.process import NotReadyError, Server, ServerError

PROGRAM = Path("/usr/sbin/clamd")
SIGNATURES = Path("/var/lib/clamav")
TEST_NAME = "Schakel.Eicar.Test"
# A bijlage is at most 10 MB. MaxFileSize must not be below MaxScanSize: a bigger file in an archive would be scanned in part
# and called clean; as it is, whatever passes a limit is reported as a finding.
CONFIGURATION = """\
Foreground yes
TCPAddr 127.0.0.1
TCPSocket {port}
DatabaseDirectory {database}
TemporaryDirectory {data}
StreamMaxLength 128M
MaxFileSize 128M
MaxScanSize 128M
MaxRecursion 12
MaxScanTime 60000
AlertExceedsMax yes
MaxThreads 4
ReadTimeout 60
SelfCheck 0
LogTime yes
"""


def eicar() -> bytes:
    """Give the harmless file that every scanner reports as a virus (eicar.org), in pieces so that no scanner finds it here."""
    return b"".join((b"X5O!P%@AP[4", b"\\PZX54(P^)7CC)7}", b"$EICAR-STANDARD-", b"ANTIVIRUS-TEST-", b"FILE!$H+H*"))


class ClamAV(Server):
    """A scanner that finds the EICAR test file, also inside an archive, and whatever the signatures on this machine know."""

    name = "clamav"
    host: ClassVar[str] = "127.0.0.1"
    start_seconds: ClassVar[float] = 120  # the real signatures take most of a minute and 1.3 GB of memory

    def __init__(self, folder: Path, *, signatures: Path | None = SIGNATURES) -> None:
        super().__init__(folder)
        self._signatures = signatures

    @property
    def port(self) -> int:
        """The TCP port on 127.0.0.1."""
        return self.kept.port("clamd")

    def facts(self) -> Mapping[str, object]:
        """Give the address and whether it knows real viruses."""
        return {"host": self.host, "port": self.port, "real_signatures": bool(self._real())}

    def prepare(self) -> None:
        """Write the test signature, lay links to the real ones, and write the configuration. Raises ServerError."""
        if not PROGRAM.exists():
            raise ServerError(self.name, "prepare", "ClamAV is not installed: run install.py", self.log)
        database = self.folder / "signatures"
        database.mkdir(exist_ok=True)
        for old in database.iterdir():
            old.unlink()
        self.lay("signatures/schakel.ndb", f"{TEST_NAME}:0:*:{eicar().hex()}\n")
        for real in self._real():
            (database / real.name).symlink_to(real)
        self.lay("clamd.conf", CONFIGURATION.format(port=self.port, data=self.data, database=database))

    def _real(self) -> list[Path]:
        return sorted(self._signatures.glob("*.c[vl]d")) if self._signatures else []

    def command(self) -> Sequence[str]:
        """Give the command line."""
        return [str(PROGRAM), f"--config-file={self.folder / 'clamd.conf'}"]

    def check(self) -> None:
        """Send PING, expect PONG."""
        with socket.create_connection((self.host, self.port), timeout=2) as connection:
            connection.sendall(b"zPING\0")
            if (answer := connection.recv(16)) != b"PONG\0":
                raise NotReadyError(f"answered {answer!r}")
