"""What the register's answers mean, and to which addresses we send."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.adapters.keten import _is_below
from intake.adapters.osr import _antwoord

DAY = date(2026, 11, 27)
RECURSIVE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["OK", "NOK", "start_date"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["result", "start_date", "end_date"]), inner),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("data", "holds"),
    [
        ("OK", True),
        ("NOK", False),
        ({"result": "OK"}, True),
        ({"status": "NOK"}, False),
        ([], False),
        ({"start_date": "2026-11-27", "end_date": None}, True),
        ({"start_date": "2026-11-28"}, False),
        ({"start_date": "2020-01-01T00:00:00Z", "end_date": "2026-11-26"}, False),
        ([{"start_date": "2020-01-01", "end_date": "2021-01-01"}, {"start_date": "2026-01-01", "end_date": None}], True),
        ({"start_date": "morgen"}, None),
        ({"start_date": 20261127}, None),
        ({"token": "x"}, None),
        (None, None),
        ("<html>", None),
    ],
)
def test_what_the_register_says_of_a_mandate(data: object, *, holds: bool | None) -> None:
    assert _antwoord("las", data, DAY).geldt(DAY) is holds


@given(RECURSIVE)
def test_an_answer_in_which_nothing_says_ok_is_never_a_yes(data: object) -> None:
    found = _antwoord("las", data, DAY).geldt(DAY)
    assert not found or "OK" in repr(data) or "start_date" in repr(data)


@pytest.mark.parametrize(
    ("url", "is_below"),
    [
        ("https://oso.las.example/swv", True),
        ("https://oso.las.example/swv/documenten?x=1", True),
        ("https://oso.las.example:443/swv", True),
        ("https://oso.las.example/swvandere", False),
        ("https://oso.las.example/", False),
        ("https://oso.las.example/swv/../beheer", False),
        ("https://oso.las.example/swv/%2e%2e/beheer", False),
        ("http://oso.las.example/swv", False),
        ("https://oso.las.example:8443/swv", False),
        ("https://oso.las.example.elders.example/swv", False),
        ("https://oso.las.example@elders.example/swv", False),
        ("https://jan:geheim@oso.las.example/swv", False),
        ("//oso.las.example/swv", False),
        ("https://[/swv", False),
        ("", False),
    ],
)
def test_only_what_lies_below_the_root_of_a_las_is_sent_to(url: str, *, is_below: bool) -> None:
    assert _is_below(url, "https://oso.las.example/swv") is is_below


def test_the_root_may_be_the_whole_host() -> None:
    for root in ("https://oso.las.example", "https://oso.las.example/"):
        assert _is_below("https://oso.las.example/swv", root)
        assert _is_below("https://oso.las.example/", root)
        assert not _is_below("https://elders.example/swv", root)
