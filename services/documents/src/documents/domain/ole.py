"""The directory of an OLE file (doc, xls, ppt): which streams and storages it holds. Nothing else of it is read.

Layout: [MS-CFB] 2.2 header, 2.3 FAT, 2.6 directory. Made for hostile input: every chain has an end.
"""

import struct
from typing import BinaryIO

from documents.domain.weigering import Geweigerd

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MACROS = {"Macros", "VBA", "_VBA_PROJECT", "_VBA_PROJECT_CUR"}
_INGESLOTEN = {"\x01Ole10Native", "Package"}
_OUDER = {"Workbook": {"Workbook", "Book"}}
_MAX_SECTOREN = 2048
_EINDE = 0xFFFFFFFA  # this and above: no sector


def is_soort(bestand: BinaryIO, kenmerk: str) -> bool:
    """Tell whether the main stream of this kind is there. Raises Geweigerd for a password, a macro or an embedded file."""
    namen = _namen(bestand)
    if "EncryptedPackage" in namen:
        raise Geweigerd("versleuteld")
    if not namen & _OUDER.get(kenmerk, {kenmerk}):
        return False
    if namen & _MACROS:
        raise Geweigerd("macro")
    if namen & _INGESLOTEN:
        raise Geweigerd("programma")
    return True


def has_embedded(bestand: BinaryIO) -> bool:
    """Tell whether this OLE object carries a file of any kind, or a macro."""
    return bool(_namen(bestand) & (_MACROS | _INGESLOTEN))


def _namen(bestand: BinaryIO) -> set[str]:
    """Read every name in the directory; empty when this is no OLE file. Raises Geweigerd when it is a broken one."""
    bestand.seek(0)
    kop = bestand.read(512)
    if not kop.startswith(SIGNATURE) or len(kop) < 512:
        return set()
    shift = struct.unpack_from("<H", kop, 30)[0]
    if shift not in {9, 12}:
        raise Geweigerd("beschadigd")
    grootte = 1 << shift
    fat = [sector for sector in struct.unpack_from("<109I", kop, 76) if sector < _EINDE]
    fat += _difat(bestand, kop, grootte)
    sector = struct.unpack_from("<I", kop, 48)[0]
    namen: set[str] = set()
    for _ in range(_MAX_SECTOREN):
        if sector >= _EINDE:
            return namen
        inhoud = _sector(bestand, sector, grootte)
        namen.update(_naam(inhoud[plek : plek + 128]) for plek in range(0, grootte, 128))
        sector = _volgende(bestand, fat, sector, grootte)
    raise Geweigerd("uitgepakt-te-groot")


def _difat(bestand: BinaryIO, kop: bytes, grootte: int) -> list[int]:
    """The sectors of the FAT that the header has no room for: files over some 7 MB have them."""
    sector: int = struct.unpack_from("<I", kop, 68)[0]
    gevonden: list[int] = []
    for _ in range(_MAX_SECTOREN):
        if sector >= _EINDE:
            return gevonden
        *deel, sector = struct.unpack(f"<{grootte // 4}I", _sector(bestand, sector, grootte))
        gevonden += [plek for plek in deel if plek < _EINDE]
    raise Geweigerd("beschadigd")


def _volgende(bestand: BinaryIO, fat: list[int], sector: int, grootte: int) -> int:
    rij, plek = divmod(sector, grootte // 4)
    if rij >= len(fat):
        raise Geweigerd("beschadigd")
    return int(struct.unpack_from("<I", _sector(bestand, fat[rij], grootte), plek * 4)[0])


def _sector(bestand: BinaryIO, sector: int, grootte: int) -> bytes:
    bestand.seek((sector + 1) * grootte)
    inhoud = bestand.read(grootte)
    if len(inhoud) < grootte:
        raise Geweigerd("beschadigd")
    return inhoud


def _naam(ingang: bytes) -> str:
    lengte = struct.unpack_from("<H", ingang, 64)[0]
    return ingang[: max(0, min(lengte, 64) - 2)].decode("utf-16-le", "replace") if ingang[66] else ""
