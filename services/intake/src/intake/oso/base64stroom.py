"""Base64 to disk while it comes (RFC 4648), never more than a piece of it in memory.

>>> stroom = Base64Stroom(spoel, hoogstens=16 * 1024 * 1024)
>>> stroom.schrijf("UEsD"); stroom.schrijf("BBQA"); stroom.sluit()
"""

import binascii
from typing import BinaryIO

from intake.oso.knoop import Spoel

_WIT = b" \t\r\n"


class Base64Stroom:
    """Writes what ``schrijf`` is given to ``spoel.pad``. After a fault (BL02, BL04) it takes the rest and keeps nothing."""

    def __init__(self, spoel: Spoel, hoogstens: int) -> None:
        self._spoel = spoel
        self._hoogstens = hoogstens
        self._rest = b""
        self._klaar = False
        self._uit: BinaryIO | None = spoel.pad.open("wb")

    def schrijf(self, tekst: str) -> None:
        """Take the next piece of text."""
        if self._uit is None:
            return
        try:
            binnen = self._rest + tekst.encode("ascii").translate(None, _WIT)
            heel = len(binnen) // 4 * 4
            self._rest = binnen[heel:]
            stuk = binascii.a2b_base64(binnen[:heel], strict_mode=True) if heel else b""
        except (UnicodeEncodeError, binascii.Error):
            self._staak("BL02")
            return
        if self._klaar and (stuk or self._rest):
            self._staak("BL02")  # something after the padding
            return
        self._klaar = self._klaar or binnen[heel - 1 : heel] == b"="
        self._spoel.grootte += len(stuk)
        if self._spoel.grootte > self._hoogstens:
            self._staak("BL04")
            return
        self._uit.write(stuk)

    def sluit(self) -> None:
        """Say that this was all."""
        if self._uit is None:
            return
        if self._rest:
            self._staak("BL02")
            return
        self._uit.close()
        self._uit = None

    def _staak(self, code: str) -> None:
        self._spoel.fout = code
        if self._uit is not None:
            self._uit.close()
            self._uit = None
        self._spoel.pad.unlink(missing_ok=True)
