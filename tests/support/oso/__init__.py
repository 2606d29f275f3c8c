"""OSO dossiers that are plainly nobody's, of the same shape as the examples of Edustandaard.

>>> dossier("VOSWV").zet("huidigeschool/leerling/achternaam", "Verzonnen").bytes()

``VOORBEELDEN`` is where those examples lie on a machine that has them: beside the checkout, or at ``SCHAKEL_TEST_OSO``.
"""

import base64
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Self
from xml.etree import ElementTree as ET

import pytest

NS = "http://www.edustandaard.nl/oso_gegevensset/2019/dossier"
VOORBEELDEN = Path(os.environ.get("SCHAKEL_TEST_OSO", Path(__file__).parents[4] / "shared/oso"))
PO, VO = "Voorbeelddossier_PaO_POSWV_full.xml", "Voorbeelddossier_PaO_VOSWV_opt_out.xml"
LEERLING = "huidigeschool/leerling"
ONDERSTEUNING = f"{LEERLING}/onderwijsondersteuning"
_HIER = Path(__file__).parent


def voorbeeld(naam: str) -> Path:
    """Where this example, or the XSD, lies; the test that asks for it is skipped on a machine that has none."""
    if not (VOORBEELDEN / naam).exists():
        pytest.skip(f"what Edustandaard gives out is not at {VOORBEELDEN}")
    return VOORBEELDEN / naam


ET.register_namespace("", NS)


class Dossier:
    """A dossier to change. Paths are below the root, without namespaces; the first that fits is meant."""

    def __init__(self, xml: str) -> None:
        self.wortel = ET.fromstring(xml)

    def vind(self, pad: str) -> ET.Element:
        gevonden = self.wortel if pad == "." else self.wortel.find(_q(pad))
        assert gevonden is not None, pad
        return gevonden

    def zet(self, pad: str, tekst: str) -> Self:
        """Give an element this text."""
        self.vind(pad).text = tekst
        return self

    def weg(self, pad: str) -> Self:
        """Take every element at a path away."""
        boven, _, naam = pad.rpartition("/")
        for ouder in self.wortel.findall(_q(boven)) if boven else [self.wortel]:
            for kind in ouder.findall(_q(naam)):
                ouder.remove(kind)
        return self

    def bij(self, pad: str, xml: str) -> Self:
        """Put elements into the element at a path, at its end."""
        self.vind(pad).extend(ET.fromstring(f'<x xmlns="{NS}">{xml}</x>'))
        return self

    def bytes(self) -> bytes:
        inhoud: bytes = ET.tostring(self.wortel, encoding="utf-8", xml_declaration=True)
        return inhoud


def dossier(profiel: str = "POSWV") -> Dossier:
    """Make a dossier: POSWV with everything, or VOSWV with much opted out."""
    xml = (_HIER / f"{profiel}.xml").read_text(encoding="utf-8")
    for naam, inhoud in BESTANDEN.items():
        xml = xml.replace(f"[{naam}]", base64.b64encode(inhoud()).decode())
    return Dossier(xml)


def ingepakt(*bestanden: tuple[str, bytes], methode: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Make a ZIP."""
    uit = io.BytesIO()
    with zipfile.ZipFile(uit, "w", methode) as pakket:
        for naam, inhoud in bestanden:
            pakket.writestr(zipfile.ZipInfo(naam), inhoud, methode)
    return uit.getvalue()


def bijlage(naam: str, inhoud: bytes, omschrijving: str = "Verzonnen") -> str:
    """Write a ``document``; ``inhoud`` is what is sent: the bytes of a ZIP, or not."""
    return (
        f"<document><bestandsnaam>{naam}</bestandsnaam><omschrijving>{omschrijving}</omschrijving>"
        f"<bestandsinhoud>{base64.b64encode(inhoud).decode()}</bestandsinhoud></document>"
    )


def overig(*documenten: str) -> bytes:
    """A dossier whose bijlagen with no other place are these."""
    lijst = f"{LEERLING}/overigdocumentlijst"
    return dossier().weg(f"{lijst}/document").bij(lijst, "".join(documenten)).bytes()


BESTANDEN: dict[str, Callable[[], bytes]] = {
    "afgekapt": lambda: ingepakt(("HandelingsplanRekenen.pdf", b"%PDF-1.4 verzonnen" * 40))[:90],
    "opp.docx": lambda: ingepakt(("opp.docx", ingepakt(("[Content_Types].xml", b"<Types/>")))),
    "verzuim.txt": lambda: ingepakt(("verzuim.txt", b"Verzonnen verzuim."), methode=zipfile.ZIP_STORED),
    "toets.jpg": lambda: ingepakt(("toets.jpg", b"\xff\xd8\xff" + bytes(range(256)))),
    "toets.txt": lambda: ingepakt(("toets.txt", b"Verzonnen toets.")),
    "groep.txt": lambda: ingepakt(("groep.txt", b"Verzonnen groepsplan.")),
    "rapport.xlsx": lambda: ingepakt(("rapport.xlsx", ingepakt(("[Content_Types].xml", b"<Types/>")))),
}
"""What stands for ``[name]`` in the files beside this one. ``afgekapt`` begins like a ZIP and ends too soon."""


def _q(pad: str) -> str:
    return "/".join(f"{{{NS}}}{stap}" for stap in pad.split("/"))
