"""Which names are taken, and how they are written into a header."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.domain.bestandsnaam import controleer, disposition, extensie
from documents.domain.bestandstype import EXTENSIES
from documents.domain.weigering import Geweigerd


@pytest.mark.parametrize(
    "naam",
    [
        "OPP Noor Voorbeeld.pdf",
        "groeidocument 12.03.2026 (versie 2).docx",
        "één & twee – d’Ancona.PDF",
        "שלום.pdf",
        "mail van iris@linde.example.com.pdf",
        "rapport.docx.pdf",
        "x" * 146 + ".pdf",
    ],
)
def test_names_as_schools_write_them_are_taken(naam: str) -> None:
    assert controleer(naam) == naam


def test_an_accent_that_was_typed_apart_is_composed() -> None:
    assert controleer("e\u0301e\u0301n.pdf") == "één.pdf"


@pytest.mark.parametrize(
    ("naam", "regel"),
    [
        ("", "naam-leeg"),
        ("  ", "naam-leeg"),
        ("...", "naam-leeg"),
        ("x" * 147 + ".pdf", "naam-lengte"),
        ("漢" * 70 + ".pdf", "naam-lengte"),
        ("../../etc/passwd.pdf", "naam-pad"),
        ("C:\\fakepath\\plan.pdf", "naam-pad"),
        ("..%2f..%2fplan.pdf", "naam-gereserveerd"),
        ("plan.pdf:plan.exe", "extensie"),
        ("plan.exe:plan.pdf", "extensie-dubbel"),
        ("plan\x00.exe.pdf", "naam-tekens"),
        ("plan\r\nSet-Cookie: a.pdf", "naam-tekens"),
        ("plan\u200b.pdf", "naam-tekens"),
        ("plan\u202efdp.exe", "naam-richting"),
        ("plan\u2066.pdf", "naam-richting"),
        ("CON.pdf", "naam-gereserveerd"),
        ("lpt1 .txt", "naam-gereserveerd"),
        (".verborgen.pdf", "naam-gereserveerd"),
        ("~$plan.docx", "naam-gereserveerd"),
        ("plan.pdf.", "naam-gereserveerd"),
        ("plan.exe", "extensie"),
        ("plan.pdf.exe", "extensie"),
        ("foto.heic", "extensie"),
        ("bericht.msg", "extensie"),
        ("pagina.html", "extensie"),
        ("tekening.svg", "extensie"),
        ("alles.zip", "extensie"),
        ("macro.docm", "extensie"),
        ("zonder-extensie", "extensie"),
        ("plan.exe.pdf", "extensie-dubbel"),
        ("plan.js.txt", "extensie-dubbel"),
    ],
)
def test_names_that_could_mislead_are_refused_with_their_rule(naam: str, regel: str) -> None:
    with pytest.raises(Geweigerd) as refusal:
        controleer(naam)
    assert refusal.value.regel == regel


@given(st.text(max_size=300))
def test_whatever_is_typed_is_taken_or_refused_and_what_is_taken_is_harmless(naam: str) -> None:
    try:
        taken = controleer(naam)
    except Geweigerd:
        return
    assert extensie(taken) in EXTENSIES
    assert not set(taken) & set("/\\\r\n\0")


@given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=60).map(lambda stam: f"{stam}.pdf"))
def test_a_header_is_one_line_of_ascii_that_gives_the_name_back(naam: str) -> None:
    header = disposition(naam)
    assert header.isascii()
    assert header.isprintable()
    found = re.fullmatch(r"attachment; filename=\"([^\"\\]+\.pdf)\"; filename\*=UTF-8''(\S+)", header)
    assert found is not None
    assert unquote(found[2]) == naam
