"""Office files that are a ZIP package (OOXML, OpenDocument): what is inside, looked at without unpacking to disk.

The parts are read as bytes: no XML parser, so no entities. Refused are passwords, macros, programs and embedded files, packages
inside packages beyond two levels, and whatever unpacks to far more than it is (ASVS 5.0 5.2.3). The sizes a package
states are checked by unpacking every part and counting.
"""

import zlib
from io import BytesIO
from pathlib import PurePosixPath
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from documents.domain import ole
from documents.domain.uitvoerbaar import UITVOERBAAR
from documents.domain.weigering import Geweigerd

MAX_DELEN = 2000
MAX_UITGEPAKT = 200 * 1024 * 1024
MAX_VERHOUDING = 150
VRIJ_UITGEPAKT = 20 * 1024 * 1024
"""Below this a high ratio harms nobody: an empty sheet of XML packs a hundredfold."""
MAX_DIEPTE = 2
MAX_INGESLOTEN = 10 * 1024 * 1024
_LOCAL, _END, _ZIP64 = b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x07"
_STUK = 64 * 1024
_PAKKETTEN = {".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".docm", ".xlsm", ".pptm", ".xlsb", ".potx", ".sldx"}
_PROGRAMMAS = frozenset(
    f".{extensie}"
    for extensie in {*UITVOERBAAR, "7z", "cab", "com", "gz", "rar", "swf", "tar", "zip"} - {"svg"}  # svg: a picture of Word
)
_MACRO_NAMEN = ("vbaproject.bin", "vbadata.xml", "macros/", "basic/", "scripts/", "xl/macrosheets/", "activex/")
_MACRO_TYPE = b"macroenabled"


def is_open_xml(bestand: BinaryIO, kenmerk: str, diepte: int = 1) -> bool:
    """Tell whether the package declares a main part of this kind (ECMA-376 part 2, [Content_Types].xml)."""
    with _open(bestand) as pakket:
        _controleer(bestand, pakket, diepte)
        types = _lees(pakket, "[Content_Types].xml").lower()
    if _MACRO_TYPE in types:
        raise Geweigerd("macro")
    return f"application/vnd.openxmlformats-officedocument.{kenmerk}.main+xml".encode() in types


def is_open_document(bestand: BinaryIO, kenmerk: str, diepte: int = 1) -> bool:
    """Tell whether the package is OpenDocument of this kind, of any kind when ``kenmerk`` is empty (ODF 1.3 part 2, 3.3)."""
    with _open(bestand) as pakket:
        _controleer(bestand, pakket, diepte)
        soort = _lees(pakket, "mimetype")
        if b"manifest:encryption-data" in _lees(pakket, "META-INF/manifest.xml"):
            raise Geweigerd("versleuteld")
    begin = b"application/vnd.oasis.opendocument."
    return soort == begin + kenmerk.encode() if kenmerk else soort.startswith(begin)


def _open(bestand: BinaryIO) -> ZipFile:
    """Open the package after a look at its end: a directory of millions of parts is refused before it is read."""
    grootte = bestand.seek(0, 2)
    bestand.seek(max(0, grootte - 65_557))
    staart = bestand.read()
    bestand.seek(0)
    einde = staart.rfind(_END)
    if bestand.read(4) != _LOCAL or einde < 0:
        raise Geweigerd("inhoud")
    if _ZIP64 in staart:
        raise Geweigerd("beschadigd")
    if int.from_bytes(staart[einde + 12 : einde + 16], "little") > MAX_DELEN * 256:
        raise Geweigerd("uitgepakt-te-groot")
    try:
        return ZipFile(bestand)
    except (BadZipFile, NotImplementedError, ValueError, OSError, EOFError) as error:
        raise Geweigerd("beschadigd") from error


def _controleer(bestand: BinaryIO, pakket: ZipFile, diepte: int) -> None:
    delen = pakket.infolist()
    if diepte > MAX_DIEPTE or len(delen) > MAX_DELEN:
        raise Geweigerd("uitgepakt-te-groot")
    grootte = bestand.seek(0, 2)
    if len({deel.filename.lower() for deel in delen}) != len(delen) or sum(deel.compress_size for deel in delen) > grootte:
        raise Geweigerd("beschadigd")  # two readers could see two different files in it
    uitgepakt = 0
    for deel in delen:
        _controleer_naam(deel)
        uitgepakt += _tel(bestand, deel, MAX_UITGEPAKT - uitgepakt)
        if uitgepakt > max(VRIJ_UITGEPAKT, MAX_VERHOUDING * grootte):
            raise Geweigerd("uitgepakt-te-groot")
    for deel in delen:
        _controleer_ingesloten(pakket, deel, diepte)


def _controleer_naam(deel: ZipInfo) -> None:
    naam = deel.filename.lower().replace("\\", "/")
    if deel.flag_bits & 0x41:
        raise Geweigerd("versleuteld")
    if naam.startswith("/") or ".." in naam.split("/"):
        raise Geweigerd("beschadigd")
    if naam.endswith("vbaproject.bin") or any(naam.startswith(macro) or f"/{macro}" in naam for macro in _MACRO_NAMEN):
        raise Geweigerd("macro")
    if PurePosixPath(naam).suffix in _PROGRAMMAS:
        raise Geweigerd("programma")


def _tel(bestand: BinaryIO, deel: ZipInfo, ruimte: int) -> int:
    """Unpack a part, keep nothing, return its size. Raises Geweigerd when it is another than stated, or over ``ruimte``."""
    if deel.file_size > ruimte:
        raise Geweigerd("uitgepakt-te-groot")
    bestand.seek(deel.header_offset)
    kop = bestand.read(30)
    if len(kop) < 30 or not kop.startswith(_LOCAL):
        raise Geweigerd("beschadigd")
    bestand.seek(int.from_bytes(kop[26:28], "little") + int.from_bytes(kop[28:30], "little"), 1)
    if deel.compress_type == ZIP_STORED:
        aantal = deel.compress_size
    elif deel.compress_type == ZIP_DEFLATED:
        aantal = _tel_deflate(bestand, deel)
    else:
        raise Geweigerd("beschadigd")
    if aantal != deel.file_size:
        raise Geweigerd("beschadigd")
    return aantal


def _tel_deflate(bestand: BinaryIO, deel: ZipInfo) -> int:
    uitpakker, over, aantal, wacht = zlib.decompressobj(-15), deel.compress_size, 0, b""
    try:
        while not uitpakker.eof and aantal <= deel.file_size:
            if not wacht and over:
                wacht = bestand.read(min(_STUK, over))
                over -= len(wacht)
            stuk = uitpakker.decompress(wacht, _STUK)
            if not stuk and not wacht:
                break
            wacht = uitpakker.unconsumed_tail
            aantal += len(stuk)
    except zlib.error as error:
        raise Geweigerd("beschadigd") from error
    return aantal


def _controleer_ingesloten(pakket: ZipFile, deel: ZipInfo, diepte: int) -> None:
    """A chart brings its sheet, a formula its OLE object: look inside these too."""
    naam = deel.filename.lower()
    suffix = PurePosixPath(naam).suffix
    if suffix not in _PAKKETTEN and not (suffix == ".bin" and "embeddings/" in naam):
        return
    if deel.file_size > MAX_INGESLOTEN:
        raise Geweigerd("uitgepakt-te-groot")
    inhoud = BytesIO(_lees(pakket, deel.filename, MAX_INGESLOTEN))
    if inhoud.getbuffer()[:4] == _LOCAL:
        with _open(inhoud) as binnenste:
            _controleer(inhoud, binnenste, diepte + 1)
    elif ole.has_embedded(inhoud):
        raise Geweigerd("programma")


def _lees(pakket: ZipFile, naam: str, hoogstens: int = 1024 * 1024) -> bytes:
    try:
        with pakket.open(naam) as deel:
            return deel.read(hoogstens)
    except KeyError:
        return b""
    except (BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise Geweigerd("beschadigd") from error
