"""The number, the place and the days of an organisation."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.organisatie import SOORTEN, Organisatie, own_faults, shape_faults

GOOD: dict[str, dict[str, str]] = {
    "swv": {"code": "PO00YY"},
    "bestuur": {"code": "70001"},
    "platform": {"code": "PO2507-WEST", "swv": "PO2507"},
    "school": {"code": "99XA01", "bestuur": "70001", "swv": "PO2507", "platform": "PO2507-WEST"},
    "voorschool": {"code": "98XA00", "bestuur": "70001", "swv": "PO2507"},
}


def made(soort: str, **own: Any) -> Organisatie:
    return Organisatie.model_validate({"soort": soort, "naam": "Bedacht", **GOOD[soort], **own})


def found(one: Organisatie) -> list[tuple[str, str]]:
    return [(fault.field, fault.rule) for fault in shape_faults(one)]


@pytest.mark.parametrize("soort", SOORTEN)
def test_a_right_organisation_of_each_kind_passes(soort: str) -> None:
    assert found(made(soort)) == []


@pytest.mark.parametrize(
    ("soort", "own", "fault"),
    [
        ("swv", {"code": "2507"}, ("code", "vorm")),
        ("bestuur", {"code": "7001"}, ("code", "vorm")),
        ("school", {"code": "99XA0"}, ("code", "vorm")),
        ("school", {"code": "99xa00"}, ("code", "vorm")),
        ("school", {"code": "9XXA00"}, ("code", "vorm")),
        ("voorschool", {"code": "LRK123"}, ("code", "vorm")),
        ("platform", {"code": "WEST"}, ("code", "vorm")),
        ("platform", {"swv": "PO00YY"}, ("code", "vorm")),
        ("school", {"bestuur": ""}, ("bestuur", "verplicht")),
        ("school", {"swv": ""}, ("swv", "verplicht")),
        ("bestuur", {"swv": "PO2507"}, ("swv", "past-niet")),
        ("swv", {"bestuur": "70001"}, ("bestuur", "past-niet")),
        ("school", {"van": date(2026, 8, 1), "tot": date(2026, 7, 31)}, ("tot", "volgorde")),
    ],
)
def test_what_is_wrong_is_told_by_field_and_rule(soort: str, own: dict[str, Any], fault: tuple[str, str]) -> None:
    assert fault in found(made(soort, **own))


@given(st.text(max_size=12))
def test_only_six_positions_are_a_school(code: str) -> None:
    import re  # noqa: PLC0415 - beside its one use

    is_right = re.fullmatch(r"[0-9]{2}[A-Z]{2}[0-9]{2}", code.strip()) is not None
    assert (("code", "vorm") not in found(made("school", code=code))) == is_right


def test_who_manages_one_swv_touches_no_other_and_makes_none() -> None:
    assert not list(own_faults(made("school"), "PO2507"))
    assert not list(own_faults(made("bestuur"), "PO2507"))
    assert [fault.rule for fault in own_faults(made("school", swv="PO00YY"), "PO2507")] == ["swv-niet-toegestaan"]
    assert [fault.rule for fault in own_faults(made("swv"), "PO2507")] == ["niet-toegestaan"]
