"""Text that people typed: what is in it can be read, and stored (PostgreSQL takes no NUL).

>>> Line = Annotated[str, StringConstraints(max_length=200), READABLE]
>>> says_nothing("scan20230106.pdf"), says_nothing("OPP-ondertekening.pdf")
(True, False)
"""

import re
import unicodedata

from pydantic import AfterValidator


def _readable(text: str) -> str:
    if any(unicodedata.category(sign) == "Cc" and sign not in "\n\r\t" for sign in text):
        raise ValueError("tekens: De tekst bevat tekens die niet te lezen zijn.")
    return text


READABLE = AfterValidator(_readable)
"""Refuses control characters but line ends and tabs, as the rule ``tekens``."""

_OF_A_MACHINE = re.compile(
    r"(scan|scans|scanned|img|image|dsc|dscn|pxl|foto|photo|afbeelding|doc|document|bestand|bijlage|naamloos|untitled|nieuw|new"
    r"|kopie|copy|van|of|whatsapp|screenshot|schermafbeelding|at|om|wa|adobe|camscanner|microsoft|word|pdf|page|pagina)*",
    re.IGNORECASE,
)


def says_nothing(naam: str) -> bool:
    """Tell whether the name of a file says nothing of what it holds, as a scanner or telephone names it (manual 003:344)."""
    stem = naam.rpartition(".")[0] or naam
    return _OF_A_MACHINE.fullmatch(re.sub(r"[\W\d_]+", "", stem)) is not None
