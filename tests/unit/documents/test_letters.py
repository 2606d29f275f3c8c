"""The letters as PDF: literal, the same every time, and built so that everyone can read them.

The two checkers see a part of PDF/UA-1 only; what they find nothing in is not thereby conforming.
"""

import json
import re
import subprocess
import sys
import time
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
from documents.domain.brief import opstellen
from documents.settings import Settings
from shared.contracts.workflow import BesluitGenomen
from support.documents import arrangement, besluit

GROEP = {"niveau": "groep", "groep": "8D De Verzonnen Linde", "leerling": None, "registratie": None}
LETTERS = {
    "TLV": ("tlv", besluit()),
    "TLV afgewezen": (
        "tlv",
        besluit(
            toegekend=False,
            categorie=None,
            begin=None,
            eind=None,
            registratie=None,
            omschrijving="Gevraagd: een TLV voor het speciaal onderwijs.",
            motivering="Met extra begeleiding kan Noor verder op De Verzonnen Linde. De deskundigen adviseren geen TLV.",
        ),
    ),
    "TLV verbeterd": ("tlv", besluit(versie=2)),
    "arrangement": ("schoolbrief", arrangement()),
    "arrangement afgewezen": ("schoolbrief", arrangement(toegekend=False, begin=None, eind=None, begeleider="")),
    "groepsarrangement": ("schoolbrief", arrangement(**GROEP)),
}


@pytest.fixture(scope="session")
def typst() -> Typst:
    return Typst(Settings(database_url=SecretStr("postgresql://"), amqp_url=SecretStr("amqp://")))


def pdf_of(typst: Typst, template: str, data: BesluitGenomen) -> bytes:
    return typst.typeset(template, opstellen(data))


def text_of(pdf: bytes) -> str:
    """What a reader sees, on one line, without the marks where a long word may break."""
    pages = [page.get_textpage().get_text_range() for page in pdfium.PdfDocument(pdf)]
    return " ".join(" ".join(pages).replace("\u200b", "").split())


@pytest.mark.parametrize("kind", sorted(LETTERS))
def test_every_letter_is_tagged_dutch_titled_and_brings_its_fonts(typst: Typst, kind: str) -> None:
    template, data = LETTERS[kind]
    with pikepdf.open(BytesIO(pdf_of(typst, template, data))) as pdf:
        root = pdf.Root
        assert root.MarkInfo.Marked
        assert str(root.Lang).lower() in {"nl", "nl-nl"}
        assert root.ViewerPreferences.DisplayDocTitle
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"].startswith("Besluit ")
            assert (metadata["pdfuaid:part"], metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("1", "2", "A")
            assert metadata["dc:creator"] == ["Samenwerkingsverband De Verzonnen Stroom"]
        fonts = [
            item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"
        ]
        assert fonts
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)
        tags = {str(item.S) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/S" in item and "/P" in item}
        assert {"/H1", "/H2", "/P", "/Table", "/TH", "/TD", "/L", "/LI", "/Link"} <= tags


@pytest.mark.parametrize("kind", sorted(LETTERS))
def test_two_checkers_find_nothing(typst: Typst, kind: str, tmp_path: Path) -> None:
    file = tmp_path / "brief.pdf"
    file.write_bytes(pdf_of(typst, *LETTERS[kind]))
    assert pdfua.validate(str(file)).findings == ()
    heard = outloud.check(str(file))
    assert (heard.errors, heard.warnings) == (0, 0)


def test_a_tlv_letter_holds_what_a_beschikking_must_hold(typst: Typst) -> None:
    text = text_of(pdf_of(typst, *LETTERS["TLV"]))
    for part in (
        "23 november 2026",
        "PO2507-26-00012",
        "Noor Voorbeeld",
        "De Verzonnen Linde (99XA00)",
        "Wij verklaren dat Noor Voorbeeld toelaatbaar is tot het speciaal onderwijs.",
        "midden",
        "1 december 2026 tot en met 31 juli 2028",
        "De deskundigen adviseren een TLV.",
        "artikel 18a van de Wet op het primair onderwijs (WPO), zesde lid, onderdeel c",
        "Bent u het niet eens met dit besluit?",
        "binnen zes weken",
        "op de dag na de dag waarop wij dit besluit bekend hebben gemaakt",
        "het bestuur van Samenwerkingsverband De Verzonnen Stroom",
        "uw naam en adres",
        "uw handtekening",
        "blijft dit besluit gelden",
        "Dat doen wij namens u.",
        "Pagina 1 van 2",
    ):
        assert part in text, part
    assert "versie" not in text


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        (
            "TLV afgewezen",
            [
                "niet afgegeven",
                "Inhoud van de aanvraag",
                "Wij wijzen uw aanvraag voor een TLV voor Noor Voorbeeld af.",
                "binnen zes weken",
            ],
        ),
        ("TLV verbeterd", ["komt in de plaats van onze eerdere brief", "dit is versie 2"]),
        ("arrangement", ["handelingsdeel van het ontwikkelingsperspectief", "geen aparte brief", "Bram Verzonnen", "namens u"]),
        (
            "arrangement afgewezen",
            ["Wij wijzen uw aanvraag voor een arrangement voor Noor Voorbeeld af.", "geef hun een kopie van deze brief"],
        ),
        ("groepsarrangement", ["groep 8D De Verzonnen Linde", "hoeft een arrangement voor een groep niet aan te melden"]),
    ],
)
def test_each_letter_says_what_is_decided_and_what_to_do(typst: Typst, kind: str, parts: list[str]) -> None:
    text = text_of(pdf_of(typst, *LETTERS[kind]))
    for part in parts:
        assert part in text, part


@pytest.mark.parametrize("kind", sorted(LETTERS))
def test_every_letter_says_how_to_object_and_when_that_is_in_time(typst: Typst, kind: str) -> None:
    """Awb, in the order of the sentences: 6:7 with 6:8, 6:9 under 1 and under 2, 6:4, 6:16."""
    text = text_of(pdf_of(typst, *LETTERS[kind]))
    for part in (
        "binnen zes weken. Deze termijn begint op de dag na de dag waarop wij dit besluit bekend hebben gemaakt",
        "op tijd als wij het vóór het einde van de zes weken hebben ontvangen",
        "vóór het einde van de zes weken op de post doet en wij het uiterlijk een week daarna ontvangen",
        "het bestuur van Samenwerkingsverband De Verzonnen Stroom Voorbeeldlaan 12 1234 AB Nergenshuizen",
        "blijft dit besluit gelden",
    ):
        assert part in text, part


def test_a_refusal_tells_of_no_category_or_period(typst: Typst) -> None:
    text = text_of(pdf_of(typst, *LETTERS["TLV afgewezen"]))
    assert "Categorie" not in text
    assert "Geldig" not in text


HOSTILE = (
    '#image("x") #import "a" #eval("1") $x^2$ <script>alert(1)</script> {{7*7}} *vet* _cursief_ @ref = kop `code` // /* '
    "https://x.example"
)


def test_what_looks_like_markup_stays_text(typst: Typst) -> None:
    text = text_of(pdf_of(typst, "tlv", besluit(motivering=HOSTILE, omschrijving=HOSTILE)))
    assert text.count(HOSTILE) == 2
    assert "49" not in text


def test_markup_in_names_and_addresses_stays_text(typst: Typst) -> None:
    plain = besluit()
    data = plain.model_copy(
        update={
            "school": plain.school.model_copy(update={"naam": '#read("/etc/passwd")'}),
            "contactpersoon": plain.contactpersoon.model_copy(update={"naam": "$ #pagebreak()"}),
            "afzender": plain.afzender.model_copy(update={"naam": "SWV #set page(fill: red)", "telefoon": "#", "email": "#x"}),
            "nummer": "#1 *2*",
        }
    )
    text = text_of(pdf_of(typst, "tlv", data))
    for part in ('#read("/etc/passwd")', "$ #pagebreak()", "SWV #set page(fill: red)", "#1 *2*"):
        assert part in text, part


def test_other_scripts_are_set_and_what_has_no_glyph_shows_by_its_number(typst: Typst) -> None:
    text = text_of(pdf_of(typst, "tlv", besluit(motivering="Żółć ğşı ΑΒΓ Жук ☑ 😀 姓名 \U000e0041 einde\nשלום\nمرحبا")))
    for part in ("Żółć", "ğşı", "ΑΒΓ", "Жук", "☑", "[U+1F600]", "[U+59D3]", "einde"):
        assert part in text, part
    assert re.search("[\u0590-\u05ff]", text)
    assert re.search("[\u0600-\u06ff\ufe70-\ufeff]", text)


@given(tekst=st.text(min_size=1, max_size=30))
@settings(max_examples=40, deadline=None)
def test_no_text_breaks_a_letter(typst: Typst, tekst: str) -> None:
    assert pdf_of(typst, "tlv", besluit(motivering=tekst, omschrijving=tekst)).startswith(b"%PDF-1.7")


def test_a_very_long_text_and_a_word_without_end_stay_on_the_page(typst: Typst) -> None:
    pdf = pdf_of(typst, "schoolbrief", arrangement(motivering="woord " * 1300, omschrijving="x" * 8000))
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert len(opened.pages) >= 4
    for page in pdfium.PdfDocument(pdf):
        text = page.get_textpage()
        rights = [text.get_charbox(index)[2] for index in range(text.count_chars())]
        assert max(rights) <= page.get_width() - 50


def test_the_same_decision_gives_the_same_bytes_in_every_process(typst: Typst) -> None:
    data = opstellen(besluit())
    here = typst.typeset("tlv", data)
    script = (
        "import json, sys, hashlib\nfrom pydantic import SecretStr\nfrom documents.adapters.typst import Typst\n"
        "from documents.settings import Settings\n"
        "made = Typst(Settings(database_url=SecretStr('a'), amqp_url=SecretStr('b'))).typeset('tlv', json.load(sys.stdin))\n"
        "sys.stdout.buffer.write(made)"
    )
    time.sleep(1.1)  # a time of day in the file would differ now
    there = subprocess.run([sys.executable, "-c", script], input=json.dumps(data).encode(), capture_output=True, check=True)
    assert there.stdout == here


def test_a_letter_takes_less_than_thirty_milliseconds(typst: Typst) -> None:
    data = opstellen(besluit())
    typst.typeset("tlv", data)
    times = []
    for number in range(15):
        begin = time.thread_time()
        typst.typeset("tlv", {**data, "nummer": f"PO2507-26-{number:05}"})
        times.append(time.thread_time() - begin)
    assert sorted(times)[len(times) // 2] < 0.030
