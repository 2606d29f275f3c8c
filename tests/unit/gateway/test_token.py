"""Tokens for programs: what they look like, how long they work, whom they are for."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.account import Account, Name
from gateway.domain.token import PREFIX, Token, check_last_day, hash_of, may_have, new_token, read_scopes
from shared import clock
from shared.errors import InvalidInput

DAYS = st.dates(date(2024, 1, 1), date(2100, 1, 1))
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


def account(**own: Any) -> Account:
    given = {"soort": "swv", "swv": "PO2507", "rollen": ("SCP",), **own}
    return Account(clock.new_id(), Name("PO2507", "a.jansen"), "A. Jansen", "a@x.example", **given)


def token(last: date, **own: Any) -> Token:
    owner = own.pop("account", account())
    return Token(clock.new_id(), owner, "LAS", frozenset(["mails:lezen"]), clock.now(), clock.end_of(last), **own)


@given(DAYS, MOMENTS)
def test_a_token_works_through_its_last_day_in_the_netherlands_and_no_longer(last: date, moment: datetime) -> None:
    made = token(last)
    assert made.tot_en_met == last
    assert (made.dead(moment) is None) == (moment.astimezone(clock.NETHERLANDS).date() <= last)
    assert made.dead(clock.end_of(last)) == "verlopen"
    assert made.dead(clock.end_of(last) - timedelta(microseconds=1)) is None


@given(DAYS, MOMENTS, MOMENTS)
def test_a_withdrawn_token_is_dead_whenever_one_asks(last: date, withdrawn: datetime, moment: datetime) -> None:
    assert token(last, withdrawn_at=withdrawn).dead(moment) == "ingetrokken"


@given(DAYS, st.integers(1, 366), st.integers(-3, 370))
def test_the_last_day_is_from_today_on_and_no_further_than_the_setting(today: date, most: int, days: int) -> None:
    if 0 <= days <= most:
        check_last_day(today + timedelta(days=days), today, most)
    else:
        with pytest.raises(InvalidInput, match=f"hoogstens {most} dagen"):
            check_last_day(today + timedelta(days=days), today, most)


@given(DAYS, MOMENTS)
def test_its_owner_hears_a_week_before_the_end_and_never_before_it_was_made(last: date, made: datetime) -> None:
    at, end = clock.reminder(clock.end_of(last), made), clock.end_of(last)
    assert at is None or made < at == end - timedelta(days=7)


@pytest.mark.parametrize("soort", ["swv", "bestuur", "school", "ouder", "extern"])
@pytest.mark.parametrize("factor", ["app", "mail"])
@pytest.mark.parametrize("staat", ["active", "invited", "stopped"])
def test_only_staff_with_an_app_may_have_a_token_and_use_it(soort: str, factor: str, staat: str) -> None:
    owner = account(soort=soort, factor=factor, staat=staat)
    assert may_have(owner) == (soort in {"swv", "bestuur", "school"} and factor == "app")
    usable = token(clock.today(), account=owner).dead(clock.now()) is None
    assert usable == (may_have(owner) and staat == "active")


def test_a_token_can_be_recognised_and_has_256_bits_that_are_nowhere_kept() -> None:
    made = {new_token() for _ in range(100)}
    assert len(made) == 100
    assert all(one.startswith(PREFIX) and len(one) == len(PREFIX) + 43 for one in made)
    assert all(len(hash_of(one)) == 32 for one in made)


@pytest.mark.parametrize("given_", [[], ["accounts:lezen"], ["mails:lezen", "*"], ["hulpvragen"]])
def test_a_scope_that_is_none_is_refused(given_: list[str]) -> None:
    with pytest.raises(InvalidInput, match="minstens één recht"):
        read_scopes(given_)
