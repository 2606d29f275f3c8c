"""A bijlage that the rules ask for: there by its kind, or a warning, or a refusal."""

from dataclasses import replace
from datetime import date
from typing import Any, Literal
from uuid import UUID, uuid4

import pytest

from intake.domain.bijlagen import bijlage_warnings
from intake.domain.facts import Facts, HulpvraagFact, SchoolFact
from intake.domain.rules import judge
from intake.domain.titels import Titelregels
from shared.contracts.connector import HulpvraagIndienen
from shared.contracts.workflow import VereisteBijlage
from support.intake import hulpvraag

OPP, REPORT, UNKNOWN = uuid4(), uuid4(), uuid4()
SOORTEN = {OPP: "opp", REPORT: "onderzoeksverslag"}


def facts(ontbreekt: Literal["waarschuwen", "weigeren"]) -> Facts:
    asked = VereisteBijlage(naam="Het OPP", soort="opp", ontbreekt=ontbreekt)
    regels = Titelregels(
        "PO2507", weigeren=False, zonder_leerlingnaam=False, titels={}, bijlagen={("leerling", "A&K"): (asked,)}
    )
    linde = SchoolFact("99XA00", "De Verzonnen Linde", "70001", "PO2507", allowed=True)
    return Facts({"PO2507": True}, {"99XA00": linde}, titels={"PO2507": regels}, soorten=SOORTEN)


def asked(*slots: UUID, **own: Any) -> HulpvraagIndienen:
    today = date(2026, 11, 23).isoformat()
    return HulpvraagIndienen.model_validate(hulpvraag(datum=today, uploadslots=[str(slot) for slot in slots], **own))


@pytest.mark.parametrize("slots", [(), (REPORT,), (UNKNOWN, REPORT)])
def test_what_is_missing_is_named_as_the_rules_say(slots: tuple[UUID, ...]) -> None:
    refused = judge(asked(*slots), facts("weigeren"), today=date(2026, 11, 23))
    assert [(fault.field, fault.rule) for fault in refused] == [("uploadslots", "bijlage-ontbreekt")]
    assert "‘Het OPP’ ontbreekt" in refused[0].message
    assert list(bijlage_warnings(asked(*slots), facts("weigeren"))) == []
    assert judge(asked(*slots), facts("waarschuwen"), today=date(2026, 11, 23)) == []
    (warned,) = bijlage_warnings(asked(*slots), facts("waarschuwen"))
    assert (warned.field, warned.rule, "‘Het OPP’ ontbreekt" in warned.message) == ("uploadslots", "bijlage-ontbreekt", True)


@pytest.mark.parametrize("ontbreekt", ["waarschuwen", "weigeren"])
def test_what_is_there_or_not_asked_for_is_not_missing(ontbreekt: Literal["waarschuwen", "weigeren"]) -> None:
    for command in (asked(REPORT, OPP), asked(aanvraagtype="TLV")):
        assert judge(command, facts(ontbreekt), today=date(2026, 11, 23)) == []
        assert list(bijlage_warnings(command, facts(ontbreekt))) == []
    assert list(bijlage_warnings(asked(), Facts())) == [], "rules that are not known yet ask for nothing"


def test_what_came_with_the_hulpvraag_before_counts_and_what_came_with_another_does_not() -> None:
    command = asked(REPORT)
    earlier = HulpvraagFact(uuid4(), 100001, "PO2507", "99XA00", bijlagesoorten=frozenset({"opp"}))
    for school, reference, faults in (
        ("99XA00", command.eigen_referentie, 0),
        ("99XA01", command.eigen_referentie, 1),
        ("99XA00", "een andere", 1),
    ):
        known = replace(facts("weigeren"), referenties={(school, reference): earlier})
        assert len(judge(command, known, today=date(2026, 11, 23))) == faults, (school, reference)
