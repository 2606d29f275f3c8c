"""The one file in a ZIP of a bijlage, unpacked with care.

>>> pak_uit(Path("003.zip"), Path("003"), "opp.docx", grenzen, over=600_000_000)
Uitgepakt(naam='opp.docx', grootte=25036, sha256='…', codes=())

Nothing is written under a name from the ZIP. Refused, by code: what is no ZIP (BL01), has a password (BL03), is or unpacks to
too much (BL04), holds no file (BL05) or several of which none has the name (BL06), is a ZIP again (BL07), or has a path that
leads out (BL09). Taken, with a word about it: a file of another kind than the name says (BL08), of a kind that the standard
does not have (BL10), and one of no bytes (BL11).
"""

import hashlib
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from intake.oso.resultaat import Grenzen

SOORTEN = frozenset({"pdf", "jpg", "jpeg", "png", "doc", "docx", "odf", "odt", "xls", "xlsx", "txt", "ppt", "pptx"})
"""XSD 2019.1, ``document``; and jpeg and odt, which mean the same."""
_PAKKETTEN = frozenset({"docx", "xlsx", "pptx", "odt", "odf"})
_LOKAAL, _EINDE, _ZIP64 = b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x07"
_BIJZAKEN = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")
_STUK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Uitgepakt:
    """What came out. ``sha256`` is None when nothing was taken."""

    naam: str | None = None
    grootte: int | None = None
    sha256: str | None = None
    codes: tuple[str, ...] = ()


class _Weigering(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def pak_uit(zip_pad: Path, doel: Path, naam: str, grenzen: Grenzen, *, over: int) -> Uitgepakt:
    """Unpack the file to ``doel``; ``naam`` is what the dossier calls it, ``over`` the bytes that all may still take."""
    try:
        with zip_pad.open("rb") as bron, _open(bron, grenzen) as pakket:
            deel = _kies(pakket.infolist(), naam)
            grootte, sha256 = _schrijf(pakket, deel, doel, grenzen, over)
    except _Weigering as weigering:
        doel.unlink(missing_ok=True)
        return Uitgepakt(codes=(weigering.code,))
    except (BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError, zlib.error):
        doel.unlink(missing_ok=True)
        return Uitgepakt(codes=("BL01",))
    binnen = _kaal(deel.filename)
    return Uitgepakt(binnen, grootte, sha256, tuple(_oordeel(naam, binnen, grootte)))


def _open(bron: BinaryIO, grenzen: Grenzen) -> ZipFile:
    """Open it after a look at its end: a directory of a million files is refused before it is read."""
    grootte = bron.seek(0, 2)
    bron.seek(max(0, grootte - 65_557))
    staart = bron.read()
    bron.seek(0)
    einde = staart.rfind(_EINDE)
    if bron.read(4) != _LOKAAL or einde < 0 or _ZIP64 in staart:
        raise _Weigering("BL01")
    if int.from_bytes(staart[einde + 12 : einde + 16], "little") > grenzen.inhoudsopgave:
        raise _Weigering("BL04")
    return ZipFile(bron)


def _kies(delen: list[ZipInfo], naam: str) -> ZipInfo:
    """Choose the file that is meant: the only one, else the one with the name."""
    bestanden = [deel for deel in delen if not deel.is_dir() and not _is_bijzaak(deel.filename)]
    if not bestanden:
        raise _Weigering("BL05")
    if any(leidt_weg(deel.filename) for deel in bestanden):
        raise _Weigering("BL09")
    genoemd = [deel for deel in bestanden if _kaal(deel.filename).casefold() == naam.casefold()]
    if len(bestanden) > 1 and len(genoemd) != 1:
        raise _Weigering("BL06")
    return genoemd[0] if genoemd else bestanden[0]


def _schrijf(pakket: ZipFile, deel: ZipInfo, doel: Path, grenzen: Grenzen, over: int) -> tuple[int, str]:
    """Copy by pieces, counting what really comes out; give size and hash."""
    if deel.flag_bits & 0x41:
        raise _Weigering("BL03")
    if deel.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise _Weigering("BL01")
    ruimte = min(grenzen.bijlage, over, max(grenzen.vrij, grenzen.verhouding * deel.compress_size))
    if deel.file_size > ruimte:
        raise _Weigering("BL04")
    grootte, som = 0, hashlib.sha256()
    with pakket.open(deel) as bron, doel.open("wb") as uit:
        while stuk := bron.read(_STUK):
            if grootte == 0 and stuk.startswith(_LOKAAL) and _extensie(deel.filename) not in _PAKKETTEN:
                raise _Weigering("BL07")
            grootte += len(stuk)
            if grootte > ruimte:
                raise _Weigering("BL04")
            som.update(stuk)
            uit.write(stuk)
    if grootte != deel.file_size:  # another reader would see another file
        raise _Weigering("BL01")
    return grootte, som.hexdigest()


def _oordeel(naam: str, binnen: str, grootte: int) -> list[str]:
    """Say what is odd about a file that was taken."""
    soort = _extensie(binnen)
    codes = ["BL08"] if soort != _extensie(naam) else []
    codes += ["BL10"] if soort not in SOORTEN else []
    return codes + (["BL11"] if grootte == 0 else [])


def _is_bijzaak(naam: str) -> bool:
    klein = naam.lower()
    return klein.startswith(_BIJZAKEN[0]) or klein.rpartition("/")[2] in _BIJZAKEN


def leidt_weg(naam: str) -> bool:
    """Tell whether a name is no plain path below a folder."""
    stappen = naam.replace("\\", "/").split("/")
    return stappen[0] == "" or ".." in stappen or ":" in stappen[0] or not naam.isprintable()


def _kaal(naam: str) -> str:
    return naam.replace("\\", "/").rpartition("/")[2]


def _extensie(naam: str) -> str:
    return naam.lower().rpartition(".")[2] if "." in naam else ""
