"""The bytes of a mail: headers and two alternatives, plain text and HTML (RFC 5322, 2045 to 2047).

The standard library's ``EmailMessage`` takes 1.7 ms for one of these, in which a mail server takes two or three mails; this
takes a tenth of a millisecond. In exchange the library is the judge: a property-based test gives this hostile names and
subjects and has ``email.parser`` read the result back. The one rule that keeps a header a header: a value is printable ASCII or
an encoded word, and either way without a line break of its own.
"""

import binascii
from datetime import datetime
from email.utils import format_datetime

WORD = 45
"""Bytes of text in one encoded word, which makes it 72 characters; 75 is the most (RFC 2047, 2)."""
ROOM = 60
"""Characters of a plain value that certainly fit the line with the name of the header."""


def fixed_headers(*headers: tuple[str, str]) -> bytes:
    """Write the headers that are the same for every mail, once. Raises ValueError for one that is not printable ASCII."""
    for name, value in headers:
        if not (value.isascii() and value.isprintable()):
            raise ValueError(f"{name} must be printable ASCII")
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode()


def mailbox(name: str, address: str) -> str:
    """Write a name and an address, ``Ank de Tester <ank@linde.example>``, for From and To.

    A name that needs more than one encoded word is left out: readers disagree on the space between two of them.
    """
    if _is_plain(name) and name.replace(" ", "").isalnum():
        phrase = name
    elif _is_plain(name):
        phrase = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    elif name and len(name.encode("utf-8", "replace")) <= WORD:
        phrase = encoded(name)
    else:
        return address
    return f"{phrase} <{address}>" if len(phrase) + len(address) < ROOM else f"{phrase}\r\n <{address}>"


def unstructured(value: str) -> str:
    """Write a Subject of a few hundred characters: as it is where ASCII will do, folded before a space where it is long."""
    if not _is_safe(value):
        return encoded(value)
    first, *words = value.split(" ")
    lines = [first]
    for word in words:
        if len(lines[-1]) + len(word) > ROOM:
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines)


def encoded(value: str) -> str:
    """Write text as encoded words in UTF-8, cut between characters and folded."""
    words, word = [], b""
    for character in value:
        more = character.encode("utf-8", "replace")
        if len(word) + len(more) > WORD:
            words.append(word)
            word = b""
        word += more
    words.append(word)
    return "\r\n ".join(f"=?utf-8?b?{binascii.b2a_base64(word, newline=False).decode()}?=" for word in words)


def write(*, fixed: bytes, to: str, subject: str, message_id: str, at: datetime, boundary: str, plain: str, html: str) -> bytes:
    """Put the mail together, lines ended by CR LF. ``boundary`` is letters and digits, and unique."""
    # No body can hold "=_": in quoted-printable only a hexadecimal digit or a line end follows an equals sign.
    separator = f"=_{boundary}"
    headers = (
        f"To: {to}\r\nSubject: {unstructured(subject)}\r\nDate: {format_datetime(at)}\r\nMessage-ID: {message_id}\r\n"
        f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="{separator}"\r\n\r\n'
    )
    return b"".join(
        (
            fixed,
            headers.encode("ascii"),
            _part(separator, "text/plain", plain),
            _part(separator, "text/html", html),
            f"--{separator}--\r\n".encode(),
        )
    )


def _part(separator: str, kind: str, text: str) -> bytes:
    head = f"--{separator}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    body = binascii.b2a_qp(text.encode("utf-8", "replace").replace(b"\n", b"\r\n"))
    return head.encode() + body + b"\r\n"


def _is_plain(value: str) -> bool:
    return 0 < len(value) <= ROOM and _is_safe(value)


def _is_safe(value: str) -> bool:
    """Whether this is printable ASCII that no reader takes for an encoded word or for an empty line."""
    return value.isascii() and value.isprintable() and "=?" not in value and "  " not in value and value == value.strip()
