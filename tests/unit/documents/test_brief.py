"""A decision in words."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.domain.bestandsnaam import controleer
from documents.domain.brief import naam_van, opstellen
from documents.domain.datums import MAANDEN, periode, voluit
from documents.domain.tekst import clean, one_line, paragraphs
from support.documents import arrangement, besluit

DATES = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@given(DATES)
def test_a_date_in_full_names_the_same_day(dag: date) -> None:
    nummer, maand, jaar = voluit(dag).split()
    assert date(int(jaar), MAANDEN.index(maand) + 1, int(nummer)) == dag


@given(st.none() | DATES, st.none() | DATES)
def test_a_period_names_both_of_its_days_when_they_are_known(begin: date | None, eind: date | None) -> None:
    tekst = periode(begin, eind)
    assert all(voluit(dag) in tekst for dag in (begin, eind) if dag)
    assert bool(tekst) == bool(begin or eind)
    assert ("tot en met" in tekst) == (eind is not None)


@given(st.text(max_size=500))
def test_user_text_keeps_every_visible_character(tekst: str) -> None:
    kept = "".join(paragraphs(tekst)).replace("\u200b", "")
    assert [c for c in kept if not c.isspace()] == [c for c in clean(tekst).replace("\u200b", "") if not c.isspace()]
    assert "\n" not in one_line(tekst)


def test_markup_stays_as_it_was_typed() -> None:
    assert paragraphs('#image("x") $ < {{7*7}}\n\n*a* _b_') == ['#image("x") $ < {{7*7}}', "*a* _b_"]


def test_controls_and_direction_marks_go() -> None:
    assert one_line("a\x00b\x1b[31m\u202ec\u2066d\ufffe") == "ab[31mcd"


def test_a_word_without_an_end_can_be_broken() -> None:
    assert max(map(len, one_line("x" * 5000).split("\u200b"))) <= 25


def rijen(gegevens: dict[str, Any]) -> dict[str, str]:
    return dict(gegevens["rijen"])


def test_a_tlv_names_pupil_school_category_in_words_period_and_number() -> None:
    gegevens = opstellen(besluit())
    assert gegevens["onderwerp"] == "Toelaatbaarheidsverklaring afgegeven"
    assert rijen(gegevens) == {
        "Leerling": "Noor Voorbeeld",
        "Geboortedatum": "3 maart 2018",
        "School": "De Verzonnen Linde (99XA00)",
        "Besluit": "afgegeven",
        "Categorie": "midden (bekostigingscategorie 2)",
        "Geldig": "1 december 2026 tot en met 31 juli 2028",
        "Nummer": "PO2507-26-00012",
    }
    assert "artikel 18a" in gegevens["grondslag"]


def test_a_refusal_names_neither_category_nor_period() -> None:
    gegevens = opstellen(besluit(toegekend=False))
    assert gegevens["onderwerp"] == "Toelaatbaarheidsverklaring niet afgegeven"
    assert rijen(gegevens)["Besluit"] == "niet afgegeven"
    assert not {"Categorie", "Geldig"} & set(rijen(gegevens))


def test_an_arrangement_names_who_carries_it_out() -> None:
    gegevens = opstellen(arrangement())
    assert gegevens["onderwerp"] == "Arrangement toegekend"
    assert rijen(gegevens)["Begeleider"] == "Bram Verzonnen"
    assert rijen(gegevens)["Periode"].startswith("1 december 2026")


def test_a_swv_for_vo_names_its_own_law_and_education() -> None:
    gegevens = opstellen(besluit(swv="VO2507"))
    assert "WVO 2020" in gegevens["grondslag"]
    assert gegevens["onderwijs"] == "het voortgezet speciaal onderwijs"


@pytest.mark.parametrize(
    ("gegevens", "melding"),
    [
        (
            opstellen(arrangement()),
            "U hoeft dit besluit niet zelf aan te melden bij het register (BRON). Dat doen wij namens u.",
        ),
        (opstellen(arrangement(registratie=None)), "Meld dit besluit zelf aan bij het register (BRON)"),
        (
            opstellen(arrangement(registratie=None, niveau="groep", groep="8D De Verzonnen Linde", leerling=None)),
            "U hoeft een arrangement voor een groep niet aan te melden bij het register (BRON).",
        ),
    ],
)
def test_the_school_reads_who_tells_the_register(gegevens: dict[str, Any], melding: str) -> None:
    assert gegevens["melding"].startswith(melding)


def test_a_letter_for_a_group_or_school_names_that() -> None:
    groep = opstellen(arrangement(niveau="groep", groep="8D De Verzonnen Linde", leerling=None))
    assert groep["voor"] == "groep 8D De Verzonnen Linde"
    assert opstellen(arrangement(niveau="school", leerling=None))["voor"] == "De Verzonnen Linde"


def test_metadata_holds_no_name_of_a_child() -> None:
    assert "Noor" not in opstellen(besluit())["titel"]
    assert "Noor" not in naam_van(besluit(), "TLV-brief")


@given(st.text(min_size=1, max_size=200), st.integers(1, 99))
def test_a_letter_always_has_a_name_that_documents_itself_would_take(nummer: str, versie: int) -> None:
    naam = naam_van(besluit(nummer=nummer.strip() or "x", versie=versie), "TLV-brief")
    assert controleer(naam) == naam
    assert ("versie" in naam) == (versie > 1)


def test_a_mail_address_that_is_none_becomes_no_link() -> None:
    afzender = besluit().afzender.model_copy(update={"email": "javascript:alert(1)"})
    assert opstellen(besluit(afzender=afzender))["afzender"]["email"] == ""
