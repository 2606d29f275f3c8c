"""The mails that the sink accepted: one file that only grows, and its table of contents in memory.

Use: ``box = Mailbox(path); box.add(sender, recipients, raw, connection=1); box.mails``. A mail is in the file, and so survives
the end of the process, before its sender hears 250. Per mail: a line of JSON, then ``size`` bytes of message, then a newline.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Mail:
    """What the envelope said. ``answered``: whether the sender was told 250; ``received`` is in UTC."""

    id: int
    received: str
    sender: str
    recipients: Sequence[str]
    connection: int
    answered: bool
    size: int
    offset: int


class Mailbox:
    """All accepted mails, oldest first."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        self.mails: list[Mail] = []
        self._end = 0
        self._next = 1
        self._read_all()

    def add(self, sender: str, recipients: Sequence[str], raw: bytes, *, connection: int, answered: bool = True) -> Mail:
        """Keep a mail; it is in the file when this returns."""
        fields = {
            "id": self._next,
            "received": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "sender": sender,
            "recipients": list(recipients),
            "connection": connection,
            "answered": answered,
            "size": len(raw),
        }
        line = json.dumps(fields).encode() + b"\n"
        os.write(self._file, b"".join((line, raw, b"\n")))
        return self._index(line)

    def raw(self, mail: Mail) -> bytes:
        """Give the message as it came, without the envelope."""
        return os.pread(self._file, mail.size, mail.offset)

    def find(self, identifier: int) -> Mail | None:
        """Give the mail with this id."""
        return next((mail for mail in reversed(self.mails) if mail.id == identifier), None)

    def clear(self) -> int:
        """Throw all mails away and give how many there were; ids go on where they were."""
        count = len(self.mails)
        os.ftruncate(self._file, 0)
        self.mails.clear()
        self._end = 0
        return count

    def _index(self, line: bytes) -> Mail:
        mail = Mail(**json.loads(line), offset=self._end + len(line))
        self.mails.append(mail)
        self._end = mail.offset + mail.size + 1
        self._next = mail.id + 1
        return mail

    def _read_all(self) -> None:
        length = os.fstat(self._file).st_size
        with os.fdopen(os.dup(self._file), "rb") as file:
            while self._end < length:
                start = file.seek(self._end)
                line = file.readline()
                if not line.endswith(b"\n") or start + len(line) + json.loads(line)["size"] >= length:
                    break
                self._index(line)
        # What a killed process wrote by half was never answered with 250.
        os.ftruncate(self._file, self._end)
