"""What a file is, by its content; extension and content must agree.

>>> with open("verslag.docx", "rb") as bestand:
...     controleer(bestand, "docx")
'application/vnd.openxmlformats-officedocument.wordprocessingml.document'

The list is closed (OSO 2019.1, bijlagen: pdf, jpg, png, doc(x), odf, xls(x), txt, ppt(x); and odt, which LibreOffice
writes), so a few signatures decide, and a general detector of file types would only add guesses. What a sender says about
the type is never looked at.
"""

from dataclasses import dataclass
from typing import BinaryIO, Literal, assert_never

from documents.domain import ole, pakket
from documents.domain.weigering import Geweigerd

Familie = Literal["kop", "tekst", "ole", "ooxml", "odf"]


@dataclass(frozen=True, slots=True)
class Soort:
    """A kind of file. ``kenmerk`` tells it from others of its family: first bytes, a stream in OLE, a type in OOXML or ODF."""

    familie: Familie
    mediatype: str
    kenmerk: str = ""


_JPEG = Soort("kop", "image/jpeg", "\xff\xd8\xff")
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
EXTENSIES: dict[str, Soort] = {
    "pdf": Soort("kop", "application/pdf", "%PDF-"),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "png": Soort("kop", "image/png", "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR"),
    "txt": Soort("tekst", "text/plain"),
    "doc": Soort("ole", "application/msword", "WordDocument"),
    "xls": Soort("ole", "application/vnd.ms-excel", "Workbook"),
    "ppt": Soort("ole", "application/vnd.ms-powerpoint", "PowerPoint Document"),
    "docx": Soort("ooxml", f"{_OPEN_XML}wordprocessingml.document", "wordprocessingml.document"),
    "xlsx": Soort("ooxml", f"{_OPEN_XML}spreadsheetml.sheet", "spreadsheetml.sheet"),
    "pptx": Soort("ooxml", f"{_OPEN_XML}presentationml.presentation", "presentationml.presentation"),
    "odt": Soort("odf", f"{_OPEN_DOCUMENT}text", "text"),
    "odf": Soort("odf", f"{_OPEN_DOCUMENT}formula", ""),
}
"""Every extension that is taken. ``odf`` stands for any kind of OpenDocument, as OSO's list means it."""

_MARKUP = (
    b"<!doctype",
    b"<html",
    b"<head",
    b"<body",
    b"<script",
    b"<svg",
    b"<iframe",
    b"<?",
    b"#!",
    b"{\\rtf",
    b"%pdf-",
    b"mz",
)
_CONTROLS = bytes(set(range(32)) - {9, 10, 12, 13, 27})


def controleer(bestand: BinaryIO, extensie: str) -> str:
    """Return the media type. Raises Geweigerd when the content is not what the extension says, or holds what is not allowed."""
    soort = EXTENSIES.get(extensie)
    if soort is None:
        raise Geweigerd("extensie")
    bestand.seek(0)
    match soort.familie:
        case "kop":
            past = bestand.read(64).startswith(soort.kenmerk.encode("latin-1"))
        case "tekst":
            past = _is_tekst(bestand.read())
        case "ole":
            past = ole.is_soort(bestand, soort.kenmerk)
        case "ooxml":
            past = not ole.is_soort(bestand, soort.kenmerk) and pakket.is_open_xml(
                bestand, soort.kenmerk
            )  # a password makes it OLE
        case "odf":
            past = pakket.is_open_document(bestand, soort.kenmerk)
        case other:
            assert_never(other)
    if not past:
        raise Geweigerd("inhoud")
    return soort.mediatype


def controleer_oso(bestand: BinaryIO) -> str:
    """Return the media type of an OSO dossier. Raises Geweigerd for what does not begin like XML; intake reads the rest."""
    bestand.seek(0)
    kop = bestand.read(256)
    if kop.startswith((b"\xff\xfe", b"\xfe\xff")):
        kop = kop.decode("utf-16", "ignore").encode()
    if not kop.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        raise Geweigerd("geen-xml")
    return "application/xml"


def _is_tekst(inhoud: bytes) -> bool:
    """Text as people save it: UTF-8, UTF-16 with its mark, or Windows-1252; no controls, no page or script in disguise."""
    if inhoud.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            inhoud = inhoud.decode("utf-16").encode()
        except UnicodeDecodeError:
            return False
    kaal = inhoud.removeprefix(b"\xef\xbb\xbf").lstrip()[:64].lower()
    return not kaal.startswith(_MARKUP) and inhoud.translate(None, _CONTROLS) == inhoud
