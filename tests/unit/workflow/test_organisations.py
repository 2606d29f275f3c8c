"""Who sees what in a tree of organisations: one's own and those below; people from outside only what they were linked to.

The kinds of roles are those of issue "People": each rule set that ships names roles on every kind it needs.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import clock
from shared.contracts.common import School
from shared.errors import Forbidden, NotFound
from shared.tokens import Actor
from support.hulpvragen import RULESETS, ingediend
from unit.workflow.test_access import SETS
from workflow.access import Verleend, access, by_grant, counted, reach
from workflow.domain.hulpvraag import Hulpvraag
from workflow.registry import read_all
from workflow.usecases.publish import told

SWVS = ("PO2507", "PO2806", "PO3008")
SWV_ROLES = {"PO2507": "administratie", "PO2806": "administratie", "PO3008": "secretariaat"}


@dataclass(frozen=True)
class Tree:
    """Schools with their board and SWV. A board may have schools of several SWVs."""

    schools: dict[str, tuple[str, str]]

    def above(self, school: str) -> set[str]:
        return {school, *self.schools[school]}


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    codes = draw(st.lists(st.from_regex(r"[0-9]{2}[A-Z]{2}0[0-3]", fullmatch=True), min_size=1, max_size=8, unique=True))
    place = st.tuples(st.sampled_from(["70001", "70002", "70003"]), st.sampled_from(SWVS))
    return Tree({code: draw(place) for code in codes})


def at(tree: Tree, code: str) -> Hulpvraag:
    bestuur, swv = tree.schools[code]
    school = School(code=code, naam="De Bedachte School", bestuur=bestuur)
    data = ingediend("TLV", swv=swv, school=school)
    return Hulpvraag(
        id=data.hulpvraag,
        dossiernummer=1,
        swv=swv,
        school=code,
        bestuur=bestuur,
        aanvraagtype=None,
        regels_versie=1,
        status=None,
        versie=1,
        einde=False,
        zichtbaar_voor=frozenset(),
        gewijzigd_op=clock.now(),
        deadline=None,
        coordinator=None,
        coordinator_email=None,
        labels=(),
        ingediend=data,
    )


def actor(soort: str, organisatie: str, swv: str, *rollen: str) -> Actor:
    given = {"soort": soort, "organisatie": organisatie, "swv": swv, "rollen": rollen}
    return Actor.model_validate({"sub": uuid4(), "naam": "Wie Dan Ook", **given})


def sees(who: Actor, hulpvraag: Hulpvraag) -> bool:
    try:
        access(who, SETS.current(hulpvraag.swv), hulpvraag)
    except NotFound:
        return False
    return True


@given(trees(), st.data())
def test_people_see_their_organisation_and_those_below_and_nothing_beside(tree: Tree, data: st.DataObject) -> None:
    hulpvraag = at(tree, data.draw(st.sampled_from(sorted(tree.schools))))
    swv = data.draw(st.sampled_from(SWVS))
    people = [
        actor("swv", swv, swv, SWV_ROLES[swv]),
        *(actor("bestuur", bestuur, swv) for bestuur in ("70001", "70002", "70003")),
        *(actor("bestuur", bestuur, swv, "tekenbevoegde bestuur") for bestuur in ("70001", "70002")),
        *(actor("school", code, swv, "IB'er") for code in tree.schools),
    ]
    for who in people:
        is_above = who.organisatie in tree.above(hulpvraag.school) and who.swv == hulpvraag.swv
        assert sees(who, hulpvraag) == is_above, who


@given(trees(), st.data())
def test_people_from_outside_see_only_what_they_were_linked_to_until_it_ends(tree: Tree, data: st.DataObject) -> None:
    linked, other = (at(tree, data.draw(st.sampled_from(sorted(tree.schools)))) for _ in range(2))
    end = clock.now() + timedelta(days=1)
    links: dict[object, datetime] = {linked.id: end}
    for soort in ("extern", "ouder"):
        who = actor(soort, linked.swv, linked.swv, SWV_ROLES[linked.swv], "IB'er")
        assert not sees(who, linked)
        assert not sees(who, other)
    for hulpvraag in (linked, other):
        regels = SETS.current(hulpvraag.swv)
        if hulpvraag.id in links:
            assert by_grant(regels, hulpvraag, [Verleend(links[hulpvraag.id])]).looks_only
        else:
            with pytest.raises(NotFound):
                by_grant(regels, hulpvraag, [])


@given(trees(), st.data())
def test_who_is_there_for_figures_counts_its_swv_and_sees_no_hulpvraag(tree: Tree, data: st.DataObject) -> None:
    hulpvraag = at(tree, data.draw(st.sampled_from(sorted(tree.schools))))
    swv = data.draw(st.sampled_from(SWVS))
    who, regels = actor("swv", swv, swv, "monitoring"), SETS.current(swv)
    assert not sees(who, hulpvraag)
    with pytest.raises(Forbidden):
        reach(who, regels)
    bereik = counted(who, regels)
    assert (bereik.swv, bereik.school, bereik.bestuur) == (swv, None, None)
    for fake in (
        actor("school", hulpvraag.school, swv, "monitoring"),
        actor("extern", swv, swv, "monitoring"),
        actor("swv", "PO00YY", swv, "monitoring"),
        actor("swv", swv, swv, "schoonmaak"),
        who.model_copy(update={"platforms": (f"{swv}-WEST",)}),
    ):
        with pytest.raises(Forbidden):
            counted(fake, regels)


def test_who_is_there_for_figures_and_for_a_platform_counts_the_platform() -> None:
    regels, west = SETS.current("PO2507"), ("PO2507-WEST",)
    both = actor("swv", "PO2507", "PO2507", "monitoring", "administratie Platform")
    assert counted(both.model_copy(update={"platforms": west}), regels).platforms == frozenset(west)
    assert counted(both, regels).platforms == frozenset(), "without any it is nothing"


KINDS = {
    "applicatiebeheerder": "beheerder",
    "financieel medewerker": "intern",
    "IB'er": "school",
    "directeur": "school",
    "financieel contactpersoon bestuur": "bestuur",
    "tekenbevoegde bestuur": "bestuur",
    "monitoring": "cijfers",
}


@pytest.mark.parametrize("one", [one.ruleset for one in read_all(RULESETS) if one.ruleset.swv in {*SWVS, "PO0000"}], ids=str)
def test_every_rule_set_that_ships_names_roles_on_every_kind_and_an_account_can_hold_them(one: object) -> None:
    ruleset = next(read.ruleset for read in read_all(RULESETS) if read.ruleset == one)
    bases = {rol.naam: rol.basis for rol in ruleset.rollen}
    assert {name: bases.get(name) for name in KINDS} == KINDS
    known = {rol.naam: rol for rol in told(ruleset).rollen}
    assert set(bases) <= set(known), "every role can be given to an account of its kind"
    assert [rol.naam for rol in known.values() if rol.alleen_cijfers] == ["monitoring"]
    assert known["tekenbevoegde bestuur"].soort == "bestuur"
