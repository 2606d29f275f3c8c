"""What may be asked of a school that goes elsewhere, and what it is afterwards."""

from datetime import date, timedelta
from typing import Any

import pytest

from intake.domain.organisatie import Organisatie
from intake.domain.verhuizing import Bekend, VerhuizingOpgave, faults, target

TODAY = date(2026, 11, 27)
LINDE = Organisatie(soort="school", code="99XA00", naam="De Linde", bestuur="70001", swv="PO2507", platform="PO2507-WEST")
BEUK = Organisatie(soort="school", code="99XB00", naam="De Beuk", bestuur="70002", swv="PO2507")


def board(**own: Any) -> Organisatie:
    return Organisatie.model_validate({"soort": "bestuur", "code": "70002", "naam": "Stichting Anders", **own})


def asked(**own: Any) -> VerhuizingOpgave:
    return VerhuizingOpgave.model_validate({"school": "99XA00", "naar": "99XA00", "bestuur": "70002", "per": TODAY, **own})


def known(**own: Any) -> Bekend:
    given: dict[str, Any] = {"school": LINDE, "naar": LINDE, "bestuur": board(), "went": frozenset(), "is_planned": False}
    return Bekend(**{**given, **own})


def found(opgave: VerhuizingOpgave, bekend: Bekend, swv: str = "PO2507") -> list[tuple[str, str]]:
    return [(fault.field, fault.rule) for fault in faults(opgave, bekend, swv, TODAY)]


def test_another_board_another_number_and_another_school_may_be() -> None:
    assert found(asked(), known()) == []
    assert found(asked(naar="99XA07", bestuur=""), known(naar=None)) == []
    assert found(asked(naar="99XB00", bestuur=""), known(naar=BEUK)) == []


def test_what_it_becomes_keeps_what_is_not_said() -> None:
    assert target(asked(), known()) == LINDE.model_copy(update={"bestuur": "70002"})
    new = target(asked(naar="99XA07", naam="De Nieuwe", bestuur=""), known(naar=None))
    assert new == LINDE.model_copy(update={"code": "99XA07", "naam": "De Nieuwe", "van": TODAY})
    assert target(asked(naar="99XB00"), known(naar=BEUK)) == BEUK


@pytest.mark.parametrize(
    ("opgave", "bekend", "fault"),
    [
        (asked(), known(school=None), ("school", "school-onbekend")),
        (asked(), known(is_planned=True), ("school", "al-gepland")),
        (asked(naar="99XB00"), known(naar=BEUK, went=frozenset({"99XB00"})), ("naar", "al-verhuisd")),
        (asked(bestuur="70001"), known(), ("naar", "zelfde")),
        (asked(naar="99XA7"), known(naar=None), ("naar", "vorm")),
        (asked(naar="99XB00"), known(naar=BEUK.model_copy(update={"swv": "PO00YY"})), ("naar", "ander-swv")),
        (asked(naar="99XB00", bestuur="70001"), known(naar=BEUK), ("bestuur", "past-niet")),
        (asked(), known(bestuur=None), ("bestuur", "onbekend")),
        (asked(), known(bestuur=board(tot=TODAY + timedelta(days=500))), ("bestuur", "beeindigd")),
        (asked(per=TODAY + timedelta(days=401)), known(), ("per", "periode")),
        (asked(), known(school=LINDE.model_copy(update={"van": TODAY})), ("per", "volgorde")),
        (asked(koppelingTot=TODAY - timedelta(days=1)), known(), ("koppelingTot", "volgorde")),
    ],
)
def test_what_may_not_be_is_told_by_field_and_rule(opgave: VerhuizingOpgave, bekend: Bekend, fault: tuple[str, str]) -> None:
    assert fault in found(opgave, bekend)


def test_another_swv_learns_nothing_of_a_school() -> None:
    assert found(asked(), known(), "PO00YY") == [("school", "school-onbekend")]
