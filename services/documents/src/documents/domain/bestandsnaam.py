"""Which file names are taken, and how one is written into a header.

>>> controleer("OPP Noor.pdf")
'OPP Noor.pdf'

A name is only ever shown: a file is stored under a key of ours. Still it reaches a school's computer once somebody
downloads it, so a name that could mislead there is refused rather than quietly changed (OWASP, File Upload Cheat Sheet;
ASVS 5.0 5.3.2).
"""

import unicodedata
from collections.abc import Collection
from pathlib import PurePosixPath
from urllib.parse import quote

from documents.domain.bestandstype import EXTENSIES
from documents.domain.tekst import BIDI_CONTROLS
from documents.domain.uitvoerbaar import UITVOERBAAR
from documents.domain.weigering import Geweigerd

MAX_TEKENS = 150
MAX_BYTES = 200
_GERESERVEERD = {"con", "prn", "aux", "nul", *(f"{poort}{n}" for poort in ("com", "lpt") for n in "0123456789¹²³")}


def controleer(naam: str, extensies: Collection[str] = EXTENSIES) -> str:
    """Return the name in NFC. Raises Geweigerd: ``naam-…``, ``extensie`` (not one of ``extensies``) or ``extensie-dubbel``."""
    naam = unicodedata.normalize("NFC", naam).strip(" ")
    if not naam or naam.strip(". ") == "":
        raise Geweigerd("naam-leeg")
    if len(naam) > MAX_TEKENS or len(naam.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise Geweigerd("naam-lengte")
    if "/" in naam or "\\" in naam:
        raise Geweigerd("naam-pad")
    if BIDI_CONTROLS.search(naam):
        raise Geweigerd("naam-richting")
    if any(_onzichtbaar(teken) for teken in naam):
        raise Geweigerd("naam-tekens")
    stam, *delen = naam.lower().split(".")
    if stam.strip() in _GERESERVEERD or naam.startswith((".", "~")) or naam.endswith((".", " ")):
        raise Geweigerd("naam-gereserveerd")
    if extensie(naam) not in extensies:
        raise Geweigerd("extensie")
    if any(deel.partition(":")[0].strip() in UITVOERBAAR for deel in delen[:-1]):  # exe:plan.pdf is a stream of the exe
        raise Geweigerd("extensie-dubbel")
    return naam


def extensie(naam: str) -> str:
    """Return the extension in lower case, without its dot; empty when there is none."""
    return PurePosixPath(naam.lower()).suffix.removeprefix(".")


def disposition(naam: str) -> str:
    r"""Write Content-Disposition so that a browser saves the file under this name (RFC 6266; RFC 8187 for other than ASCII).

    >>> disposition("één.pdf")
    'attachment; filename="een.pdf"; filename*=UTF-8\'\'%C3%A9%C3%A9n.pdf'
    """
    plain = unicodedata.normalize("NFKD", naam).encode("ascii", "ignore").decode()
    plain = "".join(teken if teken.isalnum() or teken in " ._-()," else "_" for teken in plain).strip()
    if not plain.rpartition(".")[0]:
        plain = f"bestand{plain}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(naam, safe='')}"


def _onzichtbaar(teken: str) -> bool:
    """Controls, unassigned and private characters, surrogates, line ends and invisible formatting."""
    return unicodedata.category(teken) in {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
