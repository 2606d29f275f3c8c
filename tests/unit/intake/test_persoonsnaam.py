"""Two spellings of one name are one name; two names are two."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.persoonsnaam import VOORVOEGSELS, has_voorvoegsel, is_named_in, key
from intake.domain.waarschuwingen import file_warnings, warnings
from shared.contracts.connector import ContactpersoonOpgave, LeerlingOpgave
from support.intake import leerling

NAMES = st.text(st.characters(categories=["Lu", "Ll", "Lo"], max_codepoint=0x6FF), min_size=1, max_size=12)
TUSSEN = st.lists(st.sampled_from(sorted(VOORVOEGSELS)), max_size=2).map(" ".join)


def pupil(**own: str) -> LeerlingOpgave:
    return LeerlingOpgave.model_validate_json(LeerlingOpgave.model_validate(leerling(**own)).model_dump_json())


@given(NAMES, TUSSEN, NAMES)
def test_a_name_is_the_same_with_the_tussenvoegsel_in_its_field_or_before_the_surname(
    roepnaam: str, tussen: str, achternaam: str
) -> None:
    assert key(roepnaam, tussen, achternaam) == key(roepnaam, "", f"{tussen} {achternaam}")


@given(NAMES, NAMES)
def test_case_accents_signs_and_their_encoding_make_no_other_name(roepnaam: str, achternaam: str) -> None:
    known = key(roepnaam, "", achternaam)
    for form in ("NFC", "NFD"):
        assert key(unicodedata.normalize(form, roepnaam), "", f" {unicodedata.normalize(form, achternaam)}. ") == known
    assert key(roepnaam.casefold(), "", achternaam.casefold()) == known


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Noor", "van den", "Bérg"), ("NOOR", "", "Van den Berg")),
        (("Søren", "", "Ångström"), ("Soren", "", "Angstrom")),
        (("Anne-Fleur", "'t", "Hooft"), ("Anne Fleur", "’t", "hooft")),
        (("Łucja", "", "Kowalska"), ("Lucja", "", "Kowalska")),
    ],
)
def test_spellings_of_one_name(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    assert key(*one) == key(*other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Noor", "van den", "Berg"), ("Noor", "van der", "Berg")),
        (("Noor", "", "Berg"), ("Noor", "van", "Berg")),
        (("Noo", "", "Rberg"), ("Noor", "", "Berg")),
        (("نور", "", "بيرغ"), ("سام", "", "بيرغ")),
    ],
)
def test_two_names_are_two(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    assert key(*one) != key(*other)


@pytest.mark.parametrize(
    ("achternaam", "begins"),
    [
        ("van Boven", True),
        ("De Vries", True),
        ("’t Hooft", True),
        ("El-Makrini", False),
        ("Fortes Monteiro", False),
        ("Vanderbilt", False),
        ("Van", False),
    ],
)
def test_a_clear_tussenvoegsel_before_a_surname_is_seen(achternaam: str, *, begins: bool) -> None:
    assert has_voorvoegsel(achternaam) is begins


def test_a_pupil_is_named_by_a_word_with_a_capital() -> None:
    wil = pupil(roepnaam="Wil", voorvoegsel="van", achternaam="de Groot")
    assert is_named_in(wil, "Graag hulp voor Wil.")
    assert is_named_in(wil, "Mw. GROOT belde.")
    assert not is_named_in(wil, "De school wil een groot gesprek. Van ons mag het.")


def found(omschrijving: str, leerling_: LeerlingOpgave | None, telefoon: str) -> list[tuple[str, str]]:
    contact = ContactpersoonOpgave(naam="Ina", email="ina@linde.example", telefoon=telefoon)
    told = list(warnings(omschrijving, leerling_, contact))
    assert all(fault.message.endswith(".") for fault in told)
    for value in ("Noor", "Boven", "0600000000"):
        assert all(value not in fault.message for fault in told), "a warning repeats nothing of what was sent"
    return [(fault.field, fault.rule) for fault in told]


def test_what_had_better_not_be_sent_is_named_by_field_and_rule() -> None:
    assert found("Noor komt niet mee.", pupil(voorvoegsel="", achternaam="van Boven"), "0600000000") == [
        ("contactpersoon.telefoon", "mobiel-nummer"),
        ("omschrijving", "leerlingnaam-in-omschrijving"),
        ("leerling.achternaam", "tussenvoegsel-apart"),
    ]
    assert found("Komt niet mee.", pupil(voorvoegsel="van", achternaam="Boven"), "0240000000") == []
    assert found("Groep 8 van Noor.", None, "") == []


def test_a_file_named_by_a_scanner_is_named_by_its_place() -> None:
    (fault,) = file_warnings(["OPP.pdf", "scan20230106.pdf"])
    assert (fault.field, fault.rule) == ("uploadslots.1.naam", "naam-zegt-niets")
