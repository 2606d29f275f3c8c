"""A burgerservicenummer is recognised in whatever way people write it."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.bsn import contains_bsn, passes_eleven_test

BSN = "123456782"
"""The example number of the Autoriteit Persoonsgegevens (domain.md §3); nobody has it."""


@pytest.mark.parametrize(
    "text", [BSN, f"zie {BSN}.", f"BSN:{BSN}", f"bsn{BSN}", "1234.56.782", "123 456 782", "123.456.782", f"({BSN})"]
)
def test_a_bsn_is_seen_in_a_text(text: str) -> None:
    assert contains_bsn(text)


@pytest.mark.parametrize(
    "text",
    ["", "123456789", "1234567820", "0123456782", "L123456782", "123456782a", "0612345678", "12-34-56782", "000000000"],
)
def test_other_numbers_pass(text: str) -> None:
    assert not contains_bsn(text)


@given(st.integers(min_value=1, max_value=99_999_999))
def test_exactly_the_right_last_digit_makes_eight_digits_a_bsn(first: int) -> None:
    digits = f"{first:08d}"
    passing = [last for last in range(10) if passes_eleven_test(f"{digits}{last}")]
    total = sum((9 - place) * int(digit) for place, digit in enumerate(digits))
    assert passing == ([total % 11] if total % 11 < 10 else [])


@given(st.uuids())
def test_a_uuid_never_looks_like_one(value: UUID) -> None:
    assert not contains_bsn(str(value))
    assert not contains_bsn("0190d0a0-0000-7000-8000-a123456782bc")


@given(st.text())
def test_any_text_can_be_judged(text: str) -> None:
    assert contains_bsn(text) in {True, False}
