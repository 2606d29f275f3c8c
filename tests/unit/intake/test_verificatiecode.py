"""Codes by which a school lets in an environment: their form, and what is kept of them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from intake.domain.bsn import contains_bsn
from intake.domain.verificatiecode import BRIN, CONNECTOR, guards, hash_of, new_code
from shared.contracts.connector import KoppelingActiveren

SCHOOLS = st.from_regex(r"[0-9]{2}[A-Z]{2}[0-9]{2}", fullmatch=True)


@given(SCHOOLS)
def test_a_code_begins_with_its_school_fits_the_contract_and_is_no_bsn(school: str) -> None:
    code = new_code(school)
    assert code.startswith(school)
    assert 20 <= len(code) <= 50
    assert KoppelingActiveren(code=code, omgeving="Esis").code == code
    assert not contains_bsn(code)


def test_no_two_codes_are_alike_and_their_hash_does_not_hold_them() -> None:
    codes = {new_code("99XA00") for _ in range(1000)}
    assert len(codes) == 1000
    assert all(len(hash_of(code)) == 32 and code.encode() not in hash_of(code) for code in codes)


@pytest.mark.parametrize(
    "code", ["99XA00" + "1" * 13, "99XA00" + "1" * 45, "99X" + "1" * 20, "99xa00" + "1" * 20, "99XA00" + "é" * 20, ""]
)
def test_what_is_not_20_to_50_positions_behind_a_school_is_no_code(code: str) -> None:
    with pytest.raises(ValidationError):
        KoppelingActiveren(code=code, omgeving="Esis")


def test_wrong_codes_count_for_the_connector_and_for_the_brin() -> None:
    assert guards("esis", "99XA01" + "1" * 20) == (("connector|esis", CONNECTOR), ("brin|99XA", BRIN))
    assert [BRIN.wait_after(attempts) for attempts in (4, 5, 6, 99)] == [
        timedelta(),
        timedelta(seconds=30),
        timedelta(minutes=1),
        timedelta(minutes=15),
    ]
    assert CONNECTOR.wait_after(BRIN.free) == timedelta()
