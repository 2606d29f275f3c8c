"""What a school reads."""

import re
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError
from pydantic import SecretStr

from notify.adapters.templates import Templates
from notify.claims import Mail
from notify.compose import Composer
from notify.domain import wording
from notify.domain.content import LETTER, Content
from notify.settings import Settings
from shared import clock
from support.mails import LINK_KEY, SWV, changed

NOW = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
SETTINGS = Settings(
    database_url="postgresql://x",
    amqp_url="amqp://x",
    link_key=SecretStr(LINK_KEY),
    portal_url="https://portaal.example/",
    contacten={SWV: {"naam": "SWV De Verzonnen Regio", "email": "vraag@regio.example", "telefoon": "0123 456 789"}},
)
COMPOSER = Composer(SETTINGS, Templates())
TEMPLATES = [*wording.SUBJECTS, "een sjabloon dat wij niet kennen"]


def content(**own: Any) -> Content:
    return Content.about(changed(gewijzigd_op=NOW, **own).data)


def mail(
    sjabloon: str = "status-gewijzigd", *, doelgroep: str = "aanvrager", naam: str = "Ank", swv: str = SWV, **own: Any
) -> Mail:
    inhoud = content(**own)
    return Mail(
        id=clock.new_id(),
        message_id="<1@schakel.example>",
        swv=swv,
        hulpvraag=uuid4(),
        dossiernummer=100001,
        doelgroep=doelgroep,
        naam=naam,
        email="ank@linde.example",
        sjabloon=sjabloon,
        onderwerp=wording.subject(sjabloon, 100001, inhoud),
        inhoud=inhoud.model_dump(mode="json"),
        pogingen=0,
        volgende_poging=NOW,
        gepland_op=NOW,
        correlation_id=uuid4(),
        traceparent=None,
        token=uuid4(),
        was="gepland",
        naar="bezig",
        account=None,
        overdracht=None,
        geheim=None,
    )


def texts(given_mail: Mail) -> tuple[str, str]:
    return COMPOSER.render(given_mail)


@pytest.mark.parametrize("doelgroep", ["aanvrager", "administratie"])
@pytest.mark.parametrize("sjabloon", TEMPLATES)
def test_every_mail_says_what_changed_what_to_do_where_to_look_whom_to_ask_and_how_to_stop(
    sjabloon: str, doelgroep: str
) -> None:
    plain, html = texts(mail(sjabloon, doelgroep=doelgroep, toelichting="Het OPP ontbreekt.", bespreekdatum=date(2026, 12, 3)))
    for found in (plain, html):
        words = re.sub(r"<[^>]*>", "", found)
        assert "TLV aanvraag incompleet" in words
        assert "Er ontbreekt een bijlage" in words
        assert "Het OPP ontbreekt." in words
        assert "donderdag 3 december 2026" in words
        assert "maandag 23 november 2026 om 14.05 uur" in words
        assert "wat moet u doen?" in words.lower()
        assert "https://portaal.example/hulpvragen/100001" in found
        assert "SWV De Verzonnen Regio, telefoon 0123 456 789, e-mail vraag@regio.example" in words
        # a role's postbus has no account to switch anything off with
        assert ("https://portaal.example/voorkeuren" in found) is (doelgroep == "aanvrager")
        assert ("voorkeuren" in words.lower()) is (doelgroep == "aanvrager")
        assert "None" not in words


def test_the_action_asked_is_what_the_school_must_do() -> None:
    plain, html = texts(mail("aanvulling-gevraagd", gevraagde_actie="Voeg het OPP toe."))
    assert "WAT MOET U DOEN?\n\nVoeg het OPP toe." in plain
    assert "<p>Voeg het OPP toe.</p>" in html
    assert "Maak geen nieuwe hulpvraag." in plain


def test_a_mail_promises_no_change_by_itself_for_that_is_up_to_the_rules() -> None:
    """In PO2806 the school must set the next status (manual 002:164), in PO2507 it follows (000:254)."""
    for doelgroep in ("aanvrager", "administratie"):
        for text in texts(mail("aanvulling-gevraagd", doelgroep=doelgroep, gevraagde_actie="Zet de status op Aanmelding.")):
            assert "Zet de status op Aanmelding." in text
            assert "vanzelf" not in text


def test_the_swv_reads_what_was_asked_of_the_school_and_not_an_order() -> None:
    plain, _ = texts(mail("aanvulling-gevraagd", doelgroep="administratie", gevraagde_actie="Voeg het OPP toe."))
    assert "Aan de school is gevraagd:\nVoeg het OPP toe.\n\nU hoeft nu niets te doen." in plain


def test_without_an_action_the_school_hears_that_it_may_wait() -> None:
    assert "U hoeft nu niets te doen." in texts(mail())[0]
    assert "Deze hulpvraag is afgesloten." in texts(mail(einde=True))[0]


def test_without_a_contact_the_mail_names_the_swv_and_cannot_be_answered() -> None:
    plain, _ = texts(mail(swv="PO0001"))
    assert "Neem contact op met uw samenwerkingsverband (PO0001)." in plain
    assert "U kunt deze mail niet beantwoorden." in plain


def test_nobody_is_greeted_without_a_name() -> None:
    assert texts(mail(naam=""))[0].startswith("Goedendag,\n")


@pytest.mark.parametrize(
    ("sjabloon", "own", "subject"),
    [
        ("status-gewijzigd", {}, "status gewijzigd in TLV aanvraag incompleet"),
        ("status-gewijzigd", {"vorige": None, "status": "TLV Aanmelding"}, "status is nu TLV Aanmelding"),
        ("status-gewijzigd", {"vorige": None, "status": None}, "ontvangen, nog zonder status"),
        ("aanvulling-gevraagd", {}, "aanvulling nodig (TLV aanvraag incompleet)"),
        ("besluit", {"status": "TLV afgegeven"}, "besluit (TLV afgegeven)"),
        ("onbekende-titel", {"status": None}, "titel niet herkend, nog te sorteren"),
        ("iets-nieuws", {}, "status gewijzigd in TLV aanvraag incompleet"),
    ],
)
def test_a_subject_names_the_number_and_the_news(sjabloon: str, own: dict[str, Any], subject: str) -> None:
    assert wording.subject(sjabloon, 100001, content(**own)) == f"Hulpvraag 100001: {subject}"


@pytest.mark.parametrize("sjabloon", TEMPLATES)
def test_no_text_in_which_a_child_may_be_named_is_in_the_subject(sjabloon: str) -> None:
    everywhere = dict.fromkeys(("aanvraagtype", "reden", "toelichting", "gevraagde_actie"), "Noor Voorbeeld")
    assert "Noor" not in wording.subject(sjabloon, 100001, content(**everywhere))


def test_html_shows_text_of_others_as_text() -> None:
    evil = "<script>alert(1)</script>{{7*7}}"
    _, html = texts(mail(naam=evil, reden=evil, toelichting=f"{evil}\n{evil}", gevraagde_actie=evil))
    assert "<script" not in html
    assert "{{7*7}}" in html
    assert "&lt;script&gt;" in html


def test_a_long_toelichting_is_cut_where_the_portal_has_the_rest() -> None:
    found = content(toelichting="woord " * 1300)
    assert len(found.toelichting) <= LETTER
    assert found.toelichting.endswith(" …")


def test_a_value_that_is_missing_is_an_error_and_not_a_hole() -> None:
    with pytest.raises(UndefinedError):
        Templates().render("besluit", {})


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.mark.parametrize("sjabloon", TEMPLATES)
@pytest.mark.parametrize("doelgroep", ["aanvrager", "administratie"])
def test_the_html_is_plain_accessible_and_fetches_nothing(sjabloon: str, doelgroep: str) -> None:
    page = Page()
    page.feed(texts(mail(sjabloon, doelgroep=doelgroep, toelichting="x", gevraagde_actie="y"))[1])
    names = [tag for tag, _ in page.tags]
    assert ("html", {"lang": "nl"}) in page.tags
    assert names.count("h1") == 1
    assert [name for name in names if re.fullmatch(r"h\d", name)] == ["h1", "h2", "h2", "h2"]
    assert not {"img", "script", "link", "style", "table", "iframe", "form", "input", "button"} & set(names)
    for tag, attributes in page.tags:
        assert set(attributes) <= {"lang", "charset", "name", "content", "style", "href"}, tag
        assert "url(" not in (attributes.get("style") or "")
        assert (attributes.get("href") or "https://").startswith(("https://portaal.example/", "mailto:", "https://"))
        for color in re.findall(r"(?<!background-)color:(#[0-9a-f]{6})", attributes.get("style") or ""):
            assert _contrast(color, "#ffffff") >= 4.5
        for size in re.findall(r"font-size:(\d+)px", attributes.get("style") or ""):
            assert int(size) >= 14


@given(st.dates())
def test_a_day_in_words_names_day_and_year(value: date) -> None:
    words = wording.day(value).split()
    assert words[1] == str(value.day)
    assert words[3] == str(value.year)
    assert wording.day(value + timedelta(days=7) if value.year < 9999 else value).split()[0] == words[0]


def test_a_moment_is_in_dutch_time() -> None:
    assert wording.moment(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == "donderdag 2 juli 2026 om 00.30 uur"


def _contrast(one: str, other: str) -> float:
    """WCAG 2.2, relative luminance."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    channels = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
