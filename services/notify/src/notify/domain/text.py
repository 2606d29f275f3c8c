r"""Text of others, made safe to put in a mail: no control characters, no hidden direction marks, no endless length.

>>> line("TLV\r\nBcc: iedereen@school.example", 40)
'TLV Bcc: iedereen@school.example'
"""

import re

_UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_GAPS = re.compile(r"\s+")
_BLANK_LINES = re.compile(r"\n{3,}")
CUT = " …"


def line(text: str, limit: int) -> str:
    """Give the text on one line, at most ``limit`` characters long."""
    return shortened(_GAPS.sub(" ", _UNSEEN.sub(" ", text)).strip(), limit)


def paragraphs(text: str, limit: int) -> str:
    """Give the text with a line feed for each line break, at most ``limit`` characters long."""
    plain = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    return shortened(_BLANK_LINES.sub("\n\n", plain).strip(), limit)


def shortened(text: str, limit: int) -> str:
    """Cut the text at ``limit`` characters and show that it was cut."""
    return text if len(text) <= limit else text[: limit - len(CUT)].rstrip() + CUT
