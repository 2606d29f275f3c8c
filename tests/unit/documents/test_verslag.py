"""The report of an overlegronde: tagged and Dutch like a letter, and whatever people typed stays text."""

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import outloud  # type: ignore[import-untyped]  # ships no types
import pdfua
import pikepdf
import pypdfium2 as pdfium  # type: ignore[import-untyped]  # the same
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from documents.adapters.typst import Typst
from documents.domain.verslag import Reactie, Verslag, naam_van, opstellen
from documents.settings import Settings

AT = datetime(2026, 12, 3, 23, 30, tzinfo=UTC)
VERSLAG = Verslag(
    dossiernummer=100001,
    onderwerp="MDO over Noor",
    omschrijving="Wat ziet u?\n\nEn wat werkt?",
    organisator="Iris Bedacht",
    deadline=date(2026, 12, 31),
    alleen_eigen=False,
    deelnemers=("Iris Bedacht", "Els Buiten"),
    reacties=(Reactie("Els Buiten", AT, "Ik zie vooruitgang."), Reactie("Iris Bedacht", AT, "Dank u.\nTot dan.")),
    gemaakt_op=AT,
)
KINDS = {"full": VERSLAG, "empty": replace(VERSLAG, reacties=(), omschrijving="", deelnemers=(), alleen_eigen=True)}


@pytest.fixture(scope="module")
def typst() -> Typst:
    return Typst(Settings(database_url=SecretStr("postgresql://"), amqp_url=SecretStr("amqp://")))


def text_of(pdf: bytes) -> str:
    pages = [page.get_textpage().get_text_range() for page in pdfium.PdfDocument(pdf)]
    return " ".join(" ".join(pages).replace("\u200b", "").split())


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_two_checkers_find_nothing_and_the_title_names_nobody(typst: Typst, kind: str, tmp_path: Path) -> None:
    file = tmp_path / "verslag.pdf"
    file.write_bytes(typst.typeset("overleg", opstellen(KINDS[kind])))
    assert pdfua.validate(str(file)).findings == ()
    heard = outloud.check(str(file))
    assert (heard.errors, heard.warnings) == (0, 0)
    with pikepdf.open(BytesIO(file.read_bytes())) as pdf, pdf.open_metadata() as metadata:
        assert metadata["dc:title"] == "Overlegronde over hulpvraag 100001"
        assert (metadata["pdfuaid:part"], metadata["pdfaid:part"]) == ("1", "2")
        assert "Noor" not in str(metadata)
    assert naam_van(KINDS[kind]) == "Overlegronde 100001.pdf"


def test_it_holds_who_took_part_and_what_was_said_in_order(typst: Typst) -> None:
    text = text_of(typst.typeset("overleg", opstellen(VERSLAG)))
    parts = [
        "MDO over Noor",
        "31 december 2026",
        "Iris Bedacht, Els Buiten",
        "En wat werkt?",
        "Ik zie vooruitgang.",
        "Tot dan.",
    ]
    assert [part for part in parts if part not in text] == []
    assert text.index("Ik zie vooruitgang.") < text.index("Dank u.")
    assert "4 december 2026 om 00.30 uur" in text, "moments are Dutch ones"
    assert "Er zijn geen reacties" in text_of(typst.typeset("overleg", opstellen(KINDS["empty"])))


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=200))
def test_no_text_breaks_it(typst: Typst, tekst: str) -> None:
    typed = replace(VERSLAG, onderwerp=tekst, omschrijving=tekst, reacties=(Reactie(tekst, AT, tekst),), deelnemers=(tekst,))
    assert typst.typeset("overleg", opstellen(typed)).startswith(b"%PDF-")
