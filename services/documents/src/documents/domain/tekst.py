"""Text of users on its way to a letter: what cannot be stored or would mislead a reader goes, the rest stays as typed."""

import re
import unicodedata

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
BIDI_CONTROLS = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of the text around them (UAX #9), so that it reads as something else. Hebrew and Arabic need
none of them: letters carry their own direction."""
_LONG_WORD = re.compile(r"\S{50,}")
_BREAK = "\u200b"
_EVERY = 25


def clean(text: str) -> str:
    """Return the text without control characters, with accents composed (NFC) and with one kind of line end."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return unicodedata.normalize("NFC", BIDI_CONTROLS.sub("", CONTROLS.sub("", text)))


def one_line(text: str) -> str:
    """Return the text on one line, ready for print."""
    return breakable(" ".join(clean(text).split()))


def paragraphs(text: str) -> list[str]:
    """Split a text into its paragraphs: one per line that holds something, ready for print."""
    return [line for line in (one_line(part) for part in clean(text).split("\n")) if line]


def breakable(text: str) -> str:
    """Let words too long for a line break, by zero-width spaces."""
    return _LONG_WORD.sub(lambda found: _BREAK.join(re.findall(f".{{1,{_EVERY}}}", found[0])), text)
