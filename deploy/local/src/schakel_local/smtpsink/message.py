"""Read a stored message for people and for the API.

Use: ``read(raw).subject``. Whatever a sender put in, this gives text. The older of the two policies of Python's e-mail package
is used on purpose: the newer one raises on header lines that it cannot parse.
"""

from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message as Part
from email.parser import BytesHeaderParser


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the text of the mail."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """A message taken apart; ``text`` and ``html`` are None when there is no such part."""

    headers: tuple[tuple[str, str], ...]
    text: str | None
    html: str | None
    attachments: tuple[Attachment, ...]

    @property
    def subject(self) -> str:
        """The subject, or nothing."""
        return next((value for name, value in self.headers if name.lower() == "subject"), "")


def summary(raw: bytes) -> dict[str, str]:
    """Give subject and message_id, reading no further than the headers."""
    found = {name.lower(): value for name, value in reversed(_headers(BytesHeaderParser().parsebytes(raw)))}
    return {"subject": found.get("subject", ""), "message_id": found.get("message-id", "")}


def read(raw: bytes) -> Message:
    """Take a message apart: the first plain text, the first HTML, and all the rest as attachments."""
    message = message_from_bytes(raw)
    texts: dict[str, str] = {}
    attachments: list[Attachment] = []
    for part in message.walk():
        kind = part.get_content_type()
        if part.is_multipart():
            continue
        if kind in {"text/plain", "text/html"} and kind not in texts and part.get_content_disposition() != "attachment":
            texts[kind] = _text(part)
        else:
            attachments.append(Attachment(_decoded(part.get_filename("naamloos")), kind, _bytes(part)))
    return Message(tuple(_headers(message)), texts.get("text/plain"), texts.get("text/html"), tuple(attachments))


def _bytes(part: Part) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text(part: Part) -> str:
    content = _bytes(part)
    try:
        return content.decode(part.get_content_charset("utf-8"), errors="replace")
    except (LookupError, ValueError):  # a character set that does not exist, or cannot
        return content.decode("utf-8", errors="replace")


def _headers(message: Part) -> list[tuple[str, str]]:
    return [(name, _decoded(value)) for name, value in message.raw_items()]


def _decoded(value: str) -> str:
    # Bytes that are no ASCII come as surrogates; with SMTPUTF8 they are UTF-8.
    text = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    with suppress(HeaderParseError, LookupError, ValueError):
        text = str(make_header(decode_header(text)))
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split())
