"""Pure rules of the gateway."""

import secrets
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_network

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain import code, dutch
from gateway.domain.account import Account, Name
from gateway.domain.address import client_address
from gateway.domain.guard import ADDRESS, NAME
from gateway.domain.origin import HOME, is_from_browser, is_same_origin, local_path
from gateway.domain.pace import Pace
from gateway.domain.password import check_password
from shared import clock
from shared.errors import InvalidInput

SECRET = code.new_secret()
OWN = "https://portal.example"
MOMENTS = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


@given(MOMENTS, st.integers(-10, 10))
def test_a_code_is_right_within_one_step_and_never_further(at: datetime, steps: int) -> None:
    secret = code.new_secret()
    given_code = pyotp.TOTP(secret).at(at, counter_offset=steps)
    matched = code.matching_step(secret, given_code, at)
    if abs(steps) <= 1:
        assert matched == int(at.timestamp()) // 30 + steps
    else:  # another step's code may be the same six digits by chance, one in a million
        assert matched is None or abs(matched - int(at.timestamp()) // 30) <= 1


@given(st.text(max_size=20))
def test_whatever_is_typed_as_code_never_breaks(text: str) -> None:
    assert code.matching_step(SECRET, text, datetime(2026, 1, 1, tzinfo=UTC)) is None or text.strip().isascii()


def test_a_code_may_be_typed_with_a_blank_in_the_middle() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    right = pyotp.TOTP(SECRET).at(at)
    assert code.matching_step(SECRET, f" {right[:3]} {right[3:]} ", at) is not None


@given(st.integers(0, 10_000))
def test_the_wait_never_shrinks_and_never_passes_a_quarter_of_an_hour(attempts: int) -> None:
    for guard in (NAME, ADDRESS):
        assert guard.wait_after(attempts) <= guard.wait_after(attempts + 1) <= timedelta(minutes=15)
        assert (guard.wait_after(attempts) == timedelta()) == (attempts < guard.free)


def test_guessing_a_name_for_a_year_gets_no_further_than_this() -> None:
    """Six digits and three steps at a time: a guesser who has the password needs 333,333 guesses for even odds of one."""
    spent, attempts = timedelta(), 0
    while spent < timedelta(days=365):
        attempts += 1
        spent += max(NAME.wait_after(attempts), timedelta(seconds=1))
    assert attempts < 36_000


@given(st.text(max_size=60))
def test_where_a_log_in_leads_never_leaves_this_site(wanted: str) -> None:
    path = local_path(wanted)
    assert path.startswith("/")
    assert not path.startswith(("//", "/\\"))
    assert not any(char in path for char in "\r\n\t\\ :@")


@pytest.mark.parametrize(
    "wanted",
    [
        "//elders.example",
        "/\\elders.example",
        "https://elders.example",
        "\\/x",
        "/\t/x",
        "javascript:alert(1)",
        "",
        None,
        "/" * 501,
    ],
)
def test_what_could_lead_elsewhere_becomes_the_first_page(wanted: str | None) -> None:
    assert local_path(wanted) == HOME


@pytest.mark.parametrize("wanted", ["/hulpvragen/100001", "/hulpvragen?zoek=noor&status=A%26K+aanmelding", "/mails"])
def test_a_page_of_ours_is_kept(wanted: str) -> None:
    assert local_path(wanted) == wanted


@given(
    st.sampled_from(["same-origin", "same-site", "cross-site", "none", None]),
    st.sampled_from([OWN, "null", "https://x.example", None]),
)
def test_only_proof_counts_as_our_own_page(site: str | None, origin: str | None) -> None:
    headers = {name: value for name, value in (("sec-fetch-site", site), ("origin", origin)) if value is not None}
    expected = site in {None, "same-origin"} and origin in {OWN, "null", None} and (site == "same-origin" or origin == OWN)
    assert is_same_origin(headers, OWN) is expected
    assert is_from_browser(headers) is bool(headers)


PROXIES = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # a stranger's word
        ("10.0.0.5", "", "10.0.0.5"),
        ("10.0.0.5", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.5", "198.51.100.1, 203.0.113.9", "203.0.113.9"),  # what the visitor put before it
        ("10.0.0.5", "203.0.113.9, 10.0.0.7", "203.0.113.9"),
        ("10.0.0.5", "onzin", "onzin"),
        ("fd00::1", "2001:db8::1", "2001:db8::1"),
        ("onbekend", "203.0.113.9", "onbekend"),
    ],
)
def test_the_address_is_what_our_own_proxies_saw(peer: str, forwarded: str, address: str) -> None:
    assert client_address(peer, forwarded, PROXIES) == address


def test_pace_is_per_key_and_starts_anew_each_minute() -> None:
    pace, at = Pace(2), datetime(2026, 1, 1, 12, 0, 40, tzinfo=UTC)
    assert [pace.wait("a", at) for _ in range(3)] == [0, 0, 20]
    assert pace.wait("b", at) == 0
    assert pace.wait("a", at + timedelta(seconds=20)) == 0


@pytest.mark.parametrize(
    ("bytes_", "text"),
    [(0, "0 bytes"), (1023, "1023 bytes"), (1024, "1 kB"), (1_258_291, "1,2 MB"), (10 * 1024 * 1024, "10,0 MB")],
)
def test_a_size_is_written_as_people_know_it(bytes_: int, text: str) -> None:
    assert dutch.size(bytes_) == text


def test_a_moment_is_written_in_dutch_time() -> None:
    assert dutch.moment(datetime(2026, 3, 29, 0, 59, tzinfo=UTC)) == "29 maart 2026 om 01.59 uur"
    assert dutch.moment(datetime(2026, 3, 29, 1, 0, tzinfo=UTC)) == "29 maart 2026 om 03.00 uur"
    assert dutch.day(date(2026, 12, 31)) == "31 december 2026"


@pytest.mark.parametrize("length", [0, 11, 129])
def test_a_password_has_a_length(length: int) -> None:
    with pytest.raises(InvalidInput, match="12 tot 128 tekens"):
        check_password("k7 dwaal" * 20 if length == 129 else "k7 dwaalgast"[:length])
    check_password("k7 dwaalgast")
    check_password(secrets.token_hex(64))


@pytest.mark.parametrize(
    "easy",
    [
        *("wachtwoord1234", "passwordpassword", "qwertyuiop123456", "123456789012", "aaaaaaaaaaaaaaaa", "Welkom2026!!"),
        *("zomer2026zomer", "Schakel2026!", "PO2507-a.drost!", "annadrost2026", "po2507.exampleswv"),
    ],
)
def test_a_password_that_guessers_try_first_is_refused(easy: str) -> None:
    with pytest.raises(InvalidInput, match="te makkelijk te raden"):
        check_password(easy, "a.drost", "PO2507", "Anna Drost", "a.drost@swv.example")


@given(st.text(st.characters(codec="utf-8"), min_size=12, max_size=128))
def test_whatever_is_chosen_never_breaks(password: str) -> None:
    with suppress(InvalidInput):
        check_password(password, "a.drost", "PO2507")


def test_the_other_services_see_who_this_is_and_nothing_secret() -> None:
    account = Account(clock.new_id(), Name.typed("po2507 ", " A.Jansen"), "A. Jansen", "a@x.example", "swv", "PO2507", ("SCP",))
    assert account.actor.organisatie == "PO2507"
    assert account.name.gebruikersnaam == "a.jansen"
    shown = {"sub", "naam", "organisatie", "soort", "swv", "rollen", "platforms", "email", "token"}
    assert set(account.actor.model_dump()) == shown
