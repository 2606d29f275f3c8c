"""Read a stored message for people and for the API.

Use: ``read(raw).subject``. Whatever a sender put in, this gives text; it never raises.
"""

from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser


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
    found = BytesHeaderParser(policy=policy.default).parsebytes(raw)
    return {"subject": _clean(found.get("Subject", "")), "message_id": _clean(found.get("Message-ID", ""))}


def read(raw: bytes) -> Message:
    """Take a message apart."""
    message = BytesParser(policy=policy.default).parsebytes(raw)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    return Message(
        headers=tuple((name, _clean(value)) for name, value in message.items()),
        text=_content(text) if isinstance(text, EmailMessage) else None,
        html=_content(html) if isinstance(html, EmailMessage) else None,
        attachments=tuple(_attachment(part) for part in message.iter_attachments() if isinstance(part, EmailMessage)),
    )


def _attachment(part: EmailMessage) -> Attachment:
    payload = part.get_payload(decode=True)
    return Attachment(part.get_filename() or "naamloos", part.get_content_type(), payload if isinstance(payload, bytes) else b"")


def _content(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    try:
        return content.decode(part.get_content_charset("utf-8"), errors="replace")
    except LookupError:
        return content.decode("utf-8", errors="replace")


def _clean(value: object) -> str:
    return " ".join(str(value).split())
