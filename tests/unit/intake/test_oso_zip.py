"""Bijlagen: base64 of a ZIP of one file, and everything that can be wrong with it. The dossier is always taken."""

import base64
import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from intake import oso
from intake.oso import Bevinding, Grenzen, OsoBijlage
from support.oso import bijlage, ingepakt, overig

MB = 1024 * 1024


def een(document: str, tmp_path: Path, grenzen: Grenzen | None = None) -> tuple[OsoBijlage, list[Bevinding]]:
    """Read a dossier with this one document among those with no other place."""
    gelezen = oso.lees(io.BytesIO(overig(document)), tmp_path, grenzen=grenzen or Grenzen())
    (bijlage_,) = [one for one in gelezen.bijlagen if one.onderdeel == "overigdocument"]
    assert [bestand.suffix for bestand in tmp_path.rglob("*") if bestand.suffix] == []
    assert gelezen.dossier.leerling
    return bijlage_, [found for found in gelezen.bevindingen if found.veld.endswith("overigdocumentlijst.document")]


def versleuteld() -> bytes:
    """A ZIP whose one file says that it has a password (APPNOTE 4.4.4, bit 0)."""
    inhoud = bytearray(ingepakt(("a.txt", b"geheim")))
    inhoud[6] |= 1
    inhoud[inhoud.index(b"PK\x01\x02") + 8] |= 1
    return bytes(inhoud)


def leugen(echt: int, gezegd: int) -> bytes:
    """A ZIP that states another size than its file unpacks to."""
    inhoud = bytearray(ingepakt(("a.txt", b"x" * echt)))
    for plaats in (22, inhoud.index(b"PK\x01\x02") + 24):
        inhoud[plaats : plaats + 4] = gezegd.to_bytes(4, "little")
    return bytes(inhoud)


def zonder_crc() -> bytes:
    inhoud = bytearray(ingepakt(("a.txt", b"goed"), methode=zipfile.ZIP_STORED))
    inhoud[inhoud.index(b"goed")] ^= 1
    return bytes(inhoud)


def veel_delen(aantal: int) -> bytes:
    return ingepakt(*((f"{nummer}.txt", b"") for nummer in range(aantal)))


@pytest.mark.parametrize(
    ("naam", "inhoud", "code"),
    [
        ("a.txt", b"", "BL01"),
        ("a.txt", b"geen zip", "BL01"),
        ("a.txt", ingepakt(("a.txt", b"x" * 5000))[:-10], "BL01"),
        ("a.txt", ingepakt(("a.txt", b"x" * 5000))[:60], "BL01"),
        ("a.txt", ingepakt(("a.txt", b"abc"))[30:], "BL01"),
        ("a.txt", b"MZ" + ingepakt(("a.txt", b"abc")), "BL01"),
        ("a.txt", zonder_crc(), "BL01"),
        ("a.txt", leugen(1000, 2000), "BL01"),
        ("a.txt", leugen(2000, 1000), "BL01"),
        ("a.txt", ingepakt(("a.txt", b"abc"), methode=zipfile.ZIP_BZIP2), "BL01"),
        ("a.txt", ingepakt(("a.txt", b"abc"), methode=zipfile.ZIP_LZMA), "BL01"),
        ("a.txt", versleuteld(), "BL03"),
        ("a.txt", ingepakt(("a.txt", bytes(4 * MB))), "BL04"),
        ("a.txt", ingepakt(("a.txt", bytes(range(256)) * 4 * 10 * 1024 + b"x"), methode=zipfile.ZIP_STORED), "BL04"),
        ("a.txt", leugen(1000, 3 * 1024 * MB), "BL04"),
        ("a.txt", veel_delen(2000), "BL04"),
        ("a.txt", ingepakt(), "BL01"),
        ("a.txt", ingepakt(("map/", b"")), "BL05"),
        ("a.txt", ingepakt(("__MACOSX/a.txt", b"x"), ("map/.DS_Store", b"x"), ("Thumbs.db", b"x")), "BL05"),
        ("a.txt", ingepakt(("b.txt", b"b"), ("c.txt", b"c")), "BL06"),
        ("a.txt", ingepakt(("x/a.txt", b"b"), ("y/a.txt", b"c")), "BL06"),
        ("a.zip", ingepakt(("a.zip", ingepakt(("a.txt", b"x")))), "BL07"),
        ("a.pdf", ingepakt(("a.pdf", ingepakt(("a.pdf", b"x")))), "BL07"),
        ("a.txt", ingepakt(("../../etc/a.txt", b"x")), "BL09"),
        ("a.txt", ingepakt(("/etc/a.txt", b"x")), "BL09"),
        ("a.txt", ingepakt(("C:\\a.txt", b"x")), "BL09"),
        ("a.txt", ingepakt(("..\\a.txt", b"x")), "BL09"),
        ("a.txt", ingepakt(("a\u202etxt.exe", b"x")), "BL09"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_named_and_the_rest_of_the_dossier_is_there(
    naam: str, inhoud: bytes, code: str, tmp_path: Path
) -> None:
    found, bevindingen = een(bijlage(naam, inhoud), tmp_path)
    assert (found.naam, found.pad, found.sha256, found.grootte, found.bevindingen) == (naam, None, None, None, (code,))
    assert [(one.code, one.bijlage, one.ernst) for one in bevindingen] == [(code, naam, "waarschuwing")]


@pytest.mark.parametrize(
    ("naam", "inhoud", "codes", "binnen"),
    [
        ("a.txt", ingepakt(("a.txt", b"abc")), (), "a.txt"),
        ("a.txt", ingepakt(("map/", b""), ("map/a.txt", b"abc")), (), "a.txt"),
        ("a.txt", ingepakt(("map\\a.txt", b"abc")), (), "a.txt"),
        ("A.TXT", ingepakt(("a.txt", b"abc")), (), "a.txt"),
        ("a.txt", ingepakt(("anders.txt", b"abc")), (), "anders.txt"),
        ("a.txt", ingepakt(("__MACOSX/._a.txt", b"x"), ("a.txt", b"abc"), (".DS_Store", b"x")), (), "a.txt"),
        ("a.txt", ingepakt(("bijsluiter.txt", b"x"), ("a.txt", b"abc")), (), "a.txt"),
        ("a.docx", ingepakt(("a.docx", ingepakt(("word/document.xml", b"x")))), (), "a.docx"),
        ("beschikking.pdf", ingepakt(("verzuimrapport.txt", b"abc")), ("BL08",), "verzuimrapport.txt"),
        ("a.pdf", ingepakt(("a", b"abc")), ("BL08", "BL10"), "a"),
        ("a.exe", ingepakt(("a.exe", b"MZ")), ("BL10",), "a.exe"),
        ("a.txt", ingepakt(("a.txt", b"")), ("BL11",), "a.txt"),
        ("../a.txt", ingepakt(("a.txt", b"abc")), ("BL09",), "a.txt"),
        ("map/a.txt", ingepakt(("a.txt", b"abc")), ("BL09",), "a.txt"),
        ("", ingepakt(("a.txt", b"abc")), ("BL08", "BL09"), "a.txt"),
    ],
)  # fmt: skip
def test_what_can_be_taken_is_and_what_is_odd_about_it_is_said(
    naam: str, inhoud: bytes, codes: tuple[str, ...], binnen: str, tmp_path: Path
) -> None:
    found, bevindingen = een(bijlage(naam, inhoud), tmp_path)
    with zipfile.ZipFile(io.BytesIO(inhoud)) as pakket:
        (echt,) = {
            pakket.read(deel) for deel in pakket.infolist() if deel.filename.replace("\\", "/").rpartition("/")[2] == binnen
        }
    assert (found.bevindingen, found.naam_in_zip, found.grootte) == (codes, binnen, len(echt))
    assert found.pad
    assert found.pad.read_bytes() == echt
    assert found.sha256 == hashlib.sha256(echt).hexdigest()
    assert found.pad.parent == tmp_path
    assert [one.code for one in bevindingen] == list(codes)


@pytest.mark.parametrize(
    ("tekst", "code"),
    [
        ("UEsD!", "BL02"),
        ("UEsDBBQ", "BL02"),
        ("UEs=BBQA", "BL02"),
        ("é", "BL02"),
        ("UEsDB=BQ" * 10_000, "BL02"),
        ("<b>UEsD</b>", "BL01"),
    ],
)
def test_text_that_is_no_base64_is_named(tekst: str, code: str, tmp_path: Path) -> None:
    document = f"<document><bestandsnaam>a.txt</bestandsnaam><bestandsinhoud>{tekst}</bestandsinhoud></document>"
    found, _ = een(document, tmp_path)
    assert (found.pad, found.bevindingen) == (None, (code,))


def test_base64_may_stand_in_lines_of_any_length(tmp_path: Path) -> None:
    tekst = base64.b64encode(ingepakt(("a.txt", bytes(range(256)) * 1000), methode=zipfile.ZIP_STORED)).decode()
    regels = "\n\t ".join(tekst[plaats : plaats + 77] for plaats in range(0, len(tekst), 77))
    found, _ = een(
        f"<document><bestandsnaam>a.txt</bestandsnaam><bestandsinhoud>\n{regels}\n</bestandsinhoud></document>", tmp_path
    )
    assert (found.grootte, found.bevindingen) == (256_000, ())


def test_a_file_of_just_ten_megabytes_is_taken_and_of_a_byte_more_is_not(tmp_path: Path) -> None:
    ruis = b"".join(hashlib.sha256(bytes([nummer])).digest() for nummer in range(256)) * 1280
    assert len(ruis) == 10 * MB
    assert een(bijlage("a.txt", ingepakt(("a.txt", ruis))), tmp_path / "een")[0].grootte == 10 * MB
    assert een(bijlage("a.txt", ingepakt(("a.txt", ruis + b"x"))), tmp_path / "twee")[0].bevindingen == ("BL04",)


def test_a_zip_that_is_too_large_packed_is_not_even_written(tmp_path: Path) -> None:
    found, _ = een(bijlage("a.txt", bytes(300)), tmp_path, Grenzen(zip=200))
    assert found.bevindingen == ("BL04",)


def test_all_bijlagen_together_have_a_bound_too_and_those_over_it_are_named(tmp_path: Path) -> None:
    vol = [bijlage(f"{nummer}.txt", ingepakt((f"{nummer}.txt", b"x" * 400))) for nummer in range(4)]
    zonder = sum(one.grootte or 0 for one in oso.lees(io.BytesIO(overig()), tmp_path).bijlagen)
    gelezen = oso.lees(io.BytesIO(overig(*vol)), tmp_path, grenzen=Grenzen(uitgepakt=zonder + 1000))
    overige = [one.bevindingen for one in gelezen.bijlagen if one.onderdeel == "overigdocument"]
    assert overige == [(), (), ("BL04",), ("BL04",)]


def test_a_bomb_is_stopped_by_what_really_comes_out(tmp_path: Path) -> None:
    bom = leugen(16 * MB, 1000)
    assert len(bom) < 32_000
    found, _ = een(bijlage("a.txt", bom), tmp_path)
    assert (found.bevindingen, found.pad) == (("BL01",), None)


def test_a_document_without_content_or_at_a_strange_place_is_not_dropped_silently(tmp_path: Path) -> None:
    leeg = overig("<document><bestandsnaam>leeg.txt</bestandsnaam></document>")
    gelezen = oso.lees(io.BytesIO(leeg), tmp_path)
    assert "leeg.txt" not in [one.naam for one in gelezen.bijlagen]
    assert "ONBEKEND" in [found.code for found in gelezen.bevindingen]


def test_findings_of_bijlagen_are_named_one_by_one_however_many(tmp_path: Path) -> None:
    gelezen = oso.lees(io.BytesIO(overig(*(bijlage(f"{nummer}.txt", b"geen zip") for nummer in range(60)))), tmp_path)
    assert len([found for found in gelezen.bevindingen if found.veld.startswith("huidigeschool.leerling.overig")]) == 60
