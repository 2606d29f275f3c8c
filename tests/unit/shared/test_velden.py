"""What a school fills in has one form, wherever it comes in."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.contracts.velden import Emailadres, Postcode, Telefoon, TelefoonOfLeeg, is_mobiel
from shared.faults import faults_of
from shared.text import says_nothing

DIGITS = st.text("0123456789", min_size=8, max_size=8)


def rule(kind: Any, value: str) -> str | None:
    try:
        assert TypeAdapter(kind).validate_python(value) == value
    except ValidationError as error:
        (fault,) = faults_of(list(error.errors()))
        assert fault.message.endswith(".")
        return fault.rule
    return None


@pytest.mark.parametrize(
    "number",
    ["024-1234567", "(024) 123 45 67", "0241234567", "+31 24 123 45 67", "+31 (0)24-1234567", "0031241234567", "0800 1234"],
)
def test_a_dutch_number_is_taken_as_people_write_it(number: str) -> None:
    assert rule(Telefoon, number) is None


@pytest.mark.parametrize(
    "number",
    ["06", "bel me", "024123456", "02412345678", "+49 24 123 45 67", "123456789", "٠٢٤١٢٣٤٥٦٧", "024 1234567 t. 3", ""],
)
def test_anything_else_is_no_telephone_number(number: str) -> None:
    assert rule(Telefoon, number) == "telefoonnummer"


def test_a_number_may_be_left_out_where_it_is_not_asked_for() -> None:
    assert rule(TelefoonOfLeeg, "") is None
    assert rule(TelefoonOfLeeg, "06") == "telefoonnummer"


@given(st.sampled_from("123456789"), DIGITS, st.sampled_from(["0", "+31 ", "+31 (0)", "0031"]), st.sampled_from(["", " ", "-"]))
def test_a_number_is_mobile_when_a_six_follows_the_country_however_it_is_written(
    first: str, rest: str, country: str, between: str
) -> None:
    number = f"{country}{first}{between}{rest}"
    assert rule(Telefoon, number) is None
    assert is_mobiel(number) == (first == "6")


def test_what_is_no_number_is_not_mobile() -> None:
    assert not any(is_mobiel(text) for text in ("", "06", "6", "zes", "0316-123456"))


@pytest.mark.parametrize(
    ("postcode", "is_one"),
    [
        ("1234 AB", True),
        ("9999XX", True),
        ("0123 AB", False),
        ("1234 SA", False),
        ("1234 SD", False),
        ("1234SS", False),
        ("1234 ab", False),
        ("1234  AB", False),
        ("1234 ABC", False),
        ("١٢٣٤ AB", False),
    ],
)
def test_a_postcode_is_four_digits_and_two_capitals_that_are_given_out(postcode: str, *, is_one: bool) -> None:
    assert rule(Postcode, postcode) == (None if is_one else "postcode")


def test_a_mail_address_has_a_name_and_a_domain() -> None:
    for address in ("ina@linde.example", "i.b+zorg@de-linde.school.example"):
        assert rule(Emailadres, address) is None
    for address in ("ina", "ina@linde", "ina@@linde.example", "ina linde@x.example", "ina@linde..example", "ína@linde.example"):
        assert rule(Emailadres, address) == "e-mailadres"


@pytest.mark.parametrize(
    ("naam", "nothing"),
    [
        ("scan20230106.pdf", True),
        ("Scan 2023-01-06 (2).pdf", True),
        ("IMG_0042.jpg", True),
        ("WhatsApp Image 2026-01-02 at 10.11.12.jpeg", True),
        ("20230106.pdf", True),
        ("Naamloos document - kopie.docx", True),
        ("OPP-ondertekening.pdf", False),
        ("scan OPP.pdf", False),
        ("Groeidocument.docx", False),
        ("IQ.pdf", False),
    ],
)
def test_the_name_that_a_machine_gives_a_file_says_nothing_of_it(naam: str, *, nothing: bool) -> None:
    assert says_nothing(naam) is nothing
