"""What a file is, by its content."""

import struct
import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.domain import pakket
from documents.domain.bestandstype import EXTENSIES, controleer, controleer_oso
from documents.domain.weigering import BERICHTEN, Geweigerd
from support.documents import PDF, PNG, WORD_TYPES, docx, odt, ole, zipped

XLSX = zipped({"[Content_Types].xml": WORD_TYPES.replace(b"wordprocessingml.document", b"spreadsheetml.sheet")})
PPTX = zipped({"[Content_Types].xml": WORD_TYPES.replace(b"wordprocessingml.document", b"presentationml.presentation")})
GOOD = {
    "pdf": PDF,
    "jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "jpeg": b"\xff\xd8\xff\xe1\x00\x00Exif",
    "png": PNG,
    "txt": "Eén regel,\r\nnog een.\tEn € 5.".encode(),
    "doc": ole("WordDocument", "1Table", "\x05SummaryInformation"),
    "xls": ole("Workbook"),
    "ppt": ole("PowerPoint Document", "Current User"),
    "docx": docx(),
    "xlsx": XLSX,
    "pptx": PPTX,
    "odt": odt(),
    "odf": odt(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"),
}


def regel_van(inhoud: bytes, extensie: str) -> str | None:
    try:
        controleer(BytesIO(inhoud), extensie)
    except Geweigerd as refusal:
        return refusal.regel
    return None


@pytest.mark.parametrize("extensie", sorted(EXTENSIES))
def test_every_allowed_kind_is_taken_with_its_own_media_type(extensie: str) -> None:
    assert controleer(BytesIO(GOOD[extensie]), extensie) == EXTENSIES[extensie].mediatype


@pytest.mark.parametrize("extensie", sorted(EXTENSIES))
@pytest.mark.parametrize("inhoud", sorted(GOOD))
def test_content_of_another_kind_is_refused(extensie: str, inhoud: str) -> None:
    if EXTENSIES[extensie] == EXTENSIES[inhoud] or {extensie, inhoud} == {"odf", "odt"}:
        return
    assert regel_van(GOOD[inhoud], extensie) == "inhoud"


@pytest.mark.parametrize(
    "inhoud",
    [
        b"MZ\x90\x00" + bytes(60),
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"\xef\xbb\xbf  <HTML>",
        b'<?xml version="1.0"?><svg onload="alert(1)"/>',
        b"#!/bin/sh\nrm -rf /",
        b"\xff\xfe" + "<html>".encode("utf-16-le"),
        b"\xff\xfe\x00",
        b"tekst met een \x00 erin",
    ],
)
@pytest.mark.parametrize("extensie", sorted(EXTENSIES))
def test_programs_pages_and_scripts_are_refused_whatever_they_are_called(extensie: str, inhoud: bytes) -> None:
    assert regel_van(inhoud, extensie) == "inhoud"


@pytest.mark.parametrize("inhoud", ["tekst".encode("utf-16"), "één".encode("cp1252"), b"\xef\xbb\xbfmet een BOM"])
def test_text_is_taken_in_every_encoding_that_notepad_saves(inhoud: bytes) -> None:
    assert regel_van(inhoud, "txt") is None


@pytest.mark.parametrize(
    ("inhoud", "extensie"),
    [
        (docx({"word/vbaProject.bin": b"x"}), "docx"),
        (docx(types=WORD_TYPES + b"application/vnd.ms-word.document.macroEnabled.main+xml"), "docx"),
        (docx({"word/activeX/activeX1.xml": b"x"}), "docx"),
        (odt({"Basic/Standard/Module1.xml": b"x"}), "odt"),
        (odt({"Scripts/python/x.py": b"x"}), "odt"),
        (ole("WordDocument", "Macros"), "doc"),
        (ole("Workbook", "_VBA_PROJECT_CUR"), "xls"),
    ],
)
def test_macros_are_refused_in_old_and_new_formats(inhoud: bytes, extensie: str) -> None:
    assert regel_van(inhoud, extensie) == "macro"


@pytest.mark.parametrize(
    ("inhoud", "extensie"),
    [
        (docx({"word/embeddings/setup.exe": b"MZ"}), "docx"),
        (docx({"word/embeddings/oleObject1.bin": ole("\x01Ole10Native")}), "docx"),
        (docx({"word/media/alles.zip": zipped({"a": b"a"})}), "docx"),
        (docx({"word/embeddings/blad.xlsx": zipped({"start.ps1": b"x"})}), "docx"),
        (ole("WordDocument", "\x01Ole10Native"), "doc"),
    ],
)
def test_programs_and_files_inside_a_document_are_refused(inhoud: bytes, extensie: str) -> None:
    assert regel_van(inhoud, extensie) == "programma"


def test_a_chart_with_its_sheet_is_no_embedded_program() -> None:
    assert regel_van(docx({"word/embeddings/Microsoft_Excel_Sheet1.xlsx": XLSX}), "docx") is None


@pytest.mark.parametrize(
    ("inhoud", "extensie"),
    [
        (ole("EncryptedPackage", "EncryptionInfo"), "docx"),
        (ole("EncryptedPackage", "EncryptionInfo"), "xls"),
        (odt({"META-INF/manifest.xml": b"<manifest:encryption-data/>"}), "odt"),
    ],
)
def test_a_password_is_named_as_the_reason(inhoud: bytes, extensie: str) -> None:
    assert regel_van(inhoud, extensie) == "versleuteld"


def encrypted_entry() -> bytes:
    made = bytearray(docx())
    for at in (made.find(b"PK\x01\x02") + 8, 6):
        made[at] |= 1
    return bytes(made)


def test_an_encrypted_part_is_refused() -> None:
    assert regel_van(encrypted_entry(), "docx") == "versleuteld"


@pytest.mark.parametrize(
    "inhoud",
    [
        docx({"word/media/bom.bin": bytes(64 * 1024 * 1024)}),
        docx({f"word/deel{n}.xml": b"" for n in range(pakket.MAX_DELEN)}),
        docx({"a/1.docx": docx({"a/2.docx": docx({"a/3.docx": docx()})})}),
        docx({"a/groot.docx": bytes(11 * 1024 * 1024)}),
    ],
)
def test_a_package_that_unpacks_to_far_too_much_is_refused(inhoud: bytes) -> None:
    assert regel_van(inhoud, "docx") == "uitgepakt-te-groot"


def test_a_directory_of_a_million_parts_is_refused_without_being_read() -> None:
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 65535, 65535, 60_000_000, 0, 0)
    assert regel_van(b"PK\x03\x04" + bytes(100) + end, "docx") == "uitgepakt-te-groot"


def test_a_part_that_states_less_than_it_unpacks_to_is_refused() -> None:
    made = bytearray(docx({"word/leugen.xml": bytes(5_000_000)}))
    at = made.rfind(b"PK\x01\x02", 0, made.rfind(b"word/leugen.xml"))
    struct.pack_into("<I", made, at + 24, 10)
    assert regel_van(bytes(made), "docx") == "beschadigd"


def test_two_parts_of_one_name_are_refused() -> None:
    made = BytesIO(docx())
    with zipfile.ZipFile(made, "a") as package, pytest.warns(UserWarning, match="Duplicate"):
        package.writestr("word/document.xml", b"een ander")
    assert regel_van(made.getvalue(), "docx") == "beschadigd"


def test_a_part_in_a_folder_above_is_refused() -> None:
    assert regel_van(docx({"../../boven.xml": b"x"}), "docx") == "beschadigd"


def test_a_program_in_front_of_a_package_is_refused() -> None:
    assert regel_van(b"MZ" + docx(), "docx") == "inhoud"


@pytest.mark.parametrize("sector", [512, 4096])
def test_an_ole_directory_longer_than_a_sector_is_read_to_its_end(sector: int) -> None:
    assert regel_van(ole(*(f"stroom {n}" for n in range(40)), "WordDocument", sector=sector), "doc") is None


def test_an_ole_directory_that_runs_in_a_circle_ends() -> None:
    made = bytearray(ole("WordDocument", *map(str, range(8))))
    struct.pack_into("<I", made, 512 + 4, 1)
    assert regel_van(bytes(made), "doc") == "uitgepakt-te-groot"


@given(st.sampled_from(sorted(GOOD)), st.data())
@settings(max_examples=300)
def test_a_damaged_file_is_taken_or_refused_but_never_an_accident(extensie: str, data: st.DataObject) -> None:
    inhoud = bytearray(GOOD[extensie])
    for _ in range(data.draw(st.integers(1, 6))):
        inhoud[data.draw(st.integers(0, len(inhoud) - 1))] = data.draw(st.integers(0, 255))
    del inhoud[data.draw(st.integers(1, len(inhoud))) :]
    assert regel_van(bytes(inhoud), extensie) in {None, *BERICHTEN}


@given(st.binary(max_size=600), st.sampled_from(sorted(EXTENSIES)))
def test_random_bytes_are_never_an_accident(inhoud: bytes, extensie: str) -> None:
    assert regel_van(inhoud, extensie) in {None, *BERICHTEN}


def test_every_rule_says_in_dutch_what_to_do() -> None:
    assert all(bericht.endswith(".") and len(bericht) <= 200 for bericht in BERICHTEN.values())


def test_an_unknown_way_of_packing_is_refused() -> None:
    inhoud = zipped({"[Content_Types].xml": WORD_TYPES, "word/document.xml": b"x" * 500}, compression=zipfile.ZIP_BZIP2)
    assert regel_van(inhoud, "docx") == "beschadigd"


@pytest.mark.parametrize("kop", [b"<?xml version='1.0'?><a/>", b"\xef\xbb\xbf  <a/>", "<a/>".encode("utf-16")])
def test_an_oso_dossier_begins_like_xml(kop: bytes) -> None:
    assert controleer_oso(BytesIO(kop)) == "application/xml"


@pytest.mark.parametrize("kop", [b"", b"PK\x03\x04", b"%PDF-1.7", b"tekst <a/>", b"MZ"])
def test_what_does_not_is_refused(kop: bytes) -> None:
    with pytest.raises(Geweigerd, match="geen-xml"):
        controleer_oso(BytesIO(kop))
