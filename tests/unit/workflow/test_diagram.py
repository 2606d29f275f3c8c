"""The diagrams say exactly what the rules say."""

import re

import pytest

from workflow import rules
from workflow.diagram import dot
from workflow.domain.verloop import Regels, Verloop, expanded_statuses

SWVS = ("PO0000", "PO2507", "PO2806", "PO3008")
ALL = [(regels, verloop) for regels in map(rules.regels, SWVS) for verloop in regels.verlopen]


def arrows(text: str) -> set[tuple[str, str, bool]]:
    """From box to box, by way of the signs on the way; and whether it is dashed."""
    found = [
        (van, naar, dashed == "dashed")
        for van, naar, dashed in re.findall(r'^  "(.+?)" -> "(.+?)" \[style=(\w+)', text, re.MULTILINE)
    ]
    after = {van: naar for van, naar, _ in found if van.startswith("+")}
    return {(van, after.get(naar, naar), dashed) for van, naar, dashed in found if not van.startswith("+")}


@pytest.mark.parametrize(("regels", "verloop"), ALL, ids=[f"{one.swv} {two.type.titel} {two.type.niveau}" for one, two in ALL])
def test_every_status_is_a_box_and_every_step_an_arrow_and_nothing_else_is(regels: Regels, verloop: Verloop) -> None:
    text = dot(verloop, regels.ruleset.rollen)
    box = {
        status.naam: written.naam
        for written in verloop.type.statussen
        for status in expanded_statuses(verloop.type.model_copy(update={"statussen": (written,)}))
    }
    assert set(re.findall(r'^  "([^+].*?)" \[label=<', text, re.MULTILINE)) == set(box.values())
    by_hand = {(box[stap.van], box[stap.naar.naam], False) for steps in verloop.stappen.values() for stap in steps}
    by_itself = {(box[van], box[rule.naar.naam], True) for (van, _, _), rule in verloop.vanzelf.items()}
    assert arrows(text) == by_hand | by_itself


def test_who_may_make_a_step_and_what_it_asks_for_stand_with_its_arrow() -> None:
    regels = rules.regels("PO2507")
    verloop = regels.find("leerling", "A&K")
    assert verloop is not None
    text = dot(verloop, regels.ruleset.rollen)
    for stap in (stap for steps in verloop.stappen.values() for stap in steps):
        assert any(all(rol in label for rol in stap.rollen) for label in re.findall(r"label=\"(.+?)\"", text))
        assert all(str(eis) in text for eis in stap.vereist)


def test_a_rule_for_some_values_of_a_placeholder_says_for_which() -> None:
    regels = rules.regels("PO2806")
    verloop = regels.find("leerling", "TLV SBO")
    assert verloop is not None
    assert "alleen Dossier compleet\\nTLV-administratie" in dot(verloop, regels.ruleset.rollen)
