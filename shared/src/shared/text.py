"""Text that people typed: what is in it can be read, and stored (PostgreSQL takes no NUL).

>>> Line = Annotated[str, StringConstraints(max_length=200), READABLE]
"""

import unicodedata

from pydantic import AfterValidator


def _readable(text: str) -> str:
    if any(unicodedata.category(sign) == "Cc" and sign not in "\n\r\t" for sign in text):
        raise ValueError("tekens: De tekst bevat tekens die niet te lezen zijn.")
    return text


READABLE = AfterValidator(_readable)
"""Refuses control characters but line ends and tabs, as the rule ``tekens``."""
