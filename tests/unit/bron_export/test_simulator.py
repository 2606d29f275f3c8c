"""The simulated register's own judgement, and its book."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from bron_export.bericht import Melding, melding_van
from bron_export.domain.registratie import Registratie
from bron_export.simulator.boek import Boek
from bron_export.simulator.gedrag import BETEKENIS, Gedrag
from bron_export.simulator.kennis import Kennis
from bron_export.simulator.oordeel import beoordeel
from bron_export.simulator.pagina import render
from shared import clock
from support.bron_export import een_registratie, gegevens

VANDAAG = date(2026, 9, 1)


@pytest.fixture(autouse=True)
def on_a_fixed_day() -> Iterator[None]:
    with clock.use(lambda: datetime(2026, 9, 1, 10, tzinfo=UTC)):
        yield


@pytest.fixture
def boek() -> Iterator[Boek]:
    book = Boek(None)
    yield book
    book.close()


def melding(registratie: Registratie | None = None, **own: Any) -> Melding:
    return melding_van(registratie or een_registratie()).model_copy(update=own)


def codes(boek: Boek, sent: Melding, **how: Any) -> list[int]:
    return [each.code for each in boek.neem_aan(sent, corrects=how.pop("corrects", False), **how).signalen]


@pytest.mark.parametrize(
    ("kennis", "expected"),
    [
        ({"brins": {"99XA": {"tot": "2026-07-31"}}}, [301]),
        ({"brins": {"99XA": {"van": "2026-08-01"}}}, []),
        ({"onbekendeVestigingen": ["99XA00"]}, [397]),
        ({"onbekendeSamenwerkingsverbanden": ["PO2507"]}, [741]),
        ({"samenwerkingsverbanden": {"PO2507": {"van": "2027-01-01"}}}, [419]),
        ({"andereSchoolsoort": ["PO2507"]}, [420]),
        ({"geboortedatums": {"99XA/L-2041": "2026-08-01"}}, [305]),
        ({"geboortedatums": {"99XA/L-2041": "2018-05-04"}}, []),
        ({"verkeerdeSchoolsoort": ["99XA00"]}, [356]),
        ({"inschrijvingen": {"99XA/L-2041": "2026-07-31"}}, [415]),
        ({"inschrijvingen": {"99XA/L-2041": "2026-08-01"}}, []),
    ],
)
def test_what_only_the_register_knows_it_judges_by(kennis: dict[str, Any], expected: list[int]) -> None:
    found = beoordeel(melding(), [], Kennis.model_validate(kennis), vandaag=VANDAAG)
    assert [each.code for each in found] == expected


def test_a_tlv_that_was_missing_at_the_enrolment_is_registered_with_a_remark() -> None:
    kennis = Kennis.model_validate({"inschrijvingen": {"99XA/L-2041": "2026-07-31"}})
    (found,) = beoordeel(melding(), [], kennis, vandaag=VANDAAG)
    assert found.ernst == "S"


def test_a_category_that_is_no_category_is_not_in_the_list() -> None:
    sent = melding()
    assert sent.toelaatbaarheidsverklaring is not None
    wrong = sent.toelaatbaarheidsverklaring.model_copy(update={"bekostigingscategorie": "X"})
    assert [
        each.code
        for each in beoordeel(sent.model_copy(update={"toelaatbaarheidsverklaring": wrong}), [], Kennis(), vandaag=VANDAAG)
    ] == [741]


def test_a_message_without_a_kind_is_not_in_the_agreed_form() -> None:
    empty = melding(toelaatbaarheidsverklaring=None)
    assert [each.code for each in beoordeel(empty, [], Kennis(), vandaag=VANDAAG)] == [359]


def test_a_second_tlv_of_one_pupil_from_the_same_day_is_refused(boek: Boek) -> None:
    assert codes(boek, melding()) == []
    assert codes(boek, melding(een_registratie(gegevens=gegevens(nummer="PO2507-2026-00124")))) == [425]


def test_a_number_used_for_another_pupil_is_remarked_upon_and_registered(boek: Boek) -> None:
    assert codes(boek, melding()) == []
    answer = boek.neem_aan(melding(een_registratie(gegevens=gegevens(leerlingid="L-9"))), corrects=False)
    assert (answer.status, [each.code for each in answer.signalen]) == ("geaccepteerd", [422])


def test_the_same_delivery_again_has_the_same_answer_and_one_registration(boek: Boek) -> None:
    sent = melding()
    assert boek.neem_aan(sent, corrects=False) == boek.neem_aan(sent, corrects=False)
    assert len(boek.meldingen()) == 1


def test_the_same_reference_with_other_content_is_refused_and_changes_nothing(boek: Boek) -> None:
    sent = melding()
    boek.neem_aan(sent, corrects=False)
    assert codes(boek, sent.model_copy(update={"leerlingid": "L-9"})) == [396]
    assert boek.meldingen()[0]["melding"]["leerlingid"] == "L-2041"


def test_a_correction_takes_the_place_of_what_was_refused(boek: Boek) -> None:
    sent = melding()
    assert codes(boek, sent, forced=(423,)) == [423]
    assert codes(boek, sent.model_copy(update={"volgnummer": 2}), corrects=True) == []
    assert codes(boek, sent, corrects=True) == [312]


def test_a_newer_version_of_the_decision_replaces_the_older_and_is_not_undone_by_it(boek: Boek) -> None:
    old = een_registratie()
    new = een_registratie(besluit=old.besluit, besluitversie=2)
    boek.neem_aan(melding(old), corrects=False)
    boek.neem_aan(melding(new), corrects=True)
    assert [each["status"] for each in boek.meldingen()] == ["vervangen", "geaccepteerd"]
    late = een_registratie(besluit=old.besluit, besluitversie=1)
    assert codes(boek, melding(late, client_referentie="anders")) == [312]


def test_what_was_taken_back_before_it_came_is_not_registered(boek: Boek) -> None:
    sent = melding()
    assert boek.trek_in(sent.client_referentie).status == "ingetrokken"
    assert boek.neem_aan(sent, corrects=False).status == "ingetrokken"
    assert boek.meldingen() == []


def test_a_verdict_that_comes_later_comes_after_so_many_questions(boek: Boek) -> None:
    sent = melding()
    assert boek.neem_aan(sent, corrects=False, navragen=2, forced=(423,)).status == "in behandeling"
    asked = [boek.vraag(sent.client_referentie) for _ in range(3)]
    assert [each and each.status for each in asked] == ["in behandeling", "afgekeurd", "afgekeurd"]


def test_the_book_survives_a_restart(tmp_path: Path) -> None:
    sent = melding()
    first = Boek(tmp_path / "register.sqlite")
    first.neem_aan(sent, corrects=False)
    first.learn(Kennis(andere_schoolsoort=frozenset({"PO9999"})))
    first.close()
    second = Boek(tmp_path / "register.sqlite")
    assert [each["clientReferentie"] for each in second.meldingen()] == [sent.client_referentie]
    assert second.kennis.andere_schoolsoort == {"PO9999"}
    second.forget()
    assert second.meldingen() == []
    second.close()


def test_the_page_shows_what_holds_and_escapes_what_came_in(boek: Boek) -> None:
    content = gegevens(soort="arrangement", omschrijving="<script>alert(1)</script>", eind=VANDAAG + timedelta(days=90))
    boek.neem_aan(melding(een_registratie(gegevens=content)), corrects=False)
    boek.note("POST", "kenmerk", 1, None, BETEKENIS["storing"])
    page = render(boek.meldingen(), boek.leveringen(), [Gedrag(soort="storing", keren=None)])
    assert "1 van 1 meldingen staan nu in het register." in page
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "tot nader order" in page


def test_the_page_has_a_language_a_title_one_first_heading_and_a_caption_per_table(boek: Boek) -> None:
    class Outline(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.tags: list[tuple[str, dict[str, str | None]]] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.tags.append((tag, dict(attrs)))

    outline = Outline()
    outline.feed(render(boek.meldingen(), boek.leveringen(), []))
    names = [tag for tag, _ in outline.tags]
    assert dict(outline.tags)["html"] == {"lang": "nl"}
    assert (names.count("title"), names.count("h1"), names.count("table"), names.count("caption")) == (1, 1, 2, 2)
    assert all(attrs.get("scope") == "col" for tag, attrs in outline.tags if tag == "th")
    regions = [attrs for tag, attrs in outline.tags if attrs.get("role") == "region"]
    captions = {attrs.get("id") for tag, attrs in outline.tags if tag == "caption"}
    assert {attrs["aria-labelledby"] for attrs in regions} == captions
