"""Who sees what: deny by default, and nothing of another SWV, school or board."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Forbidden, NotFound
from shared.tokens import Actor
from support.hulpvragen import BEUK, LINDE, RULESETS, board, ib, ingediend, staff
from workflow.access import Toegang, access, handover, reach, require, require_manager, whole
from workflow.domain.checks import checks
from workflow.domain.hulpvraag import Hulpvraag
from workflow.domain.verloop import Regels
from workflow.domain.zoek import code, question, stored, typed, words
from workflow.registry import RuleSets, read_all

SETS = RuleSets(read_all(RULESETS))


def of(swv: str = "PO2507", school: Any = LINDE, titel: str = "A&K", status: str = "A&K aanmelding") -> Hulpvraag:
    data = ingediend(titel, swv=swv, school=school)
    verloop = SETS.current(swv).find("leerling", titel)
    assert verloop is not None
    return Hulpvraag(
        id=data.hulpvraag,
        dossiernummer=1,
        swv=swv,
        school=school.code,
        bestuur=school.bestuur,
        aanvraagtype=titel,
        regels_versie=1,
        status=status,
        versie=1,
        einde=False,
        zichtbaar_voor=frozenset(verloop.statussen[status].zichtbaar_voor),
        gewijzigd_op=datetime(2026, 11, 23, tzinfo=UTC),
        deadline=None,
        coordinator=None,
        coordinator_email=None,
        labels=(),
        ingediend=data,
    )


def sees(actor: Actor, hulpvraag: Hulpvraag) -> Toegang | None:
    try:
        return access(actor, SETS.current(hulpvraag.swv), hulpvraag)
    except NotFound:
        return None


def test_staff_see_every_hulpvraag_of_their_swv() -> None:
    found = sees(staff("administratie"), of(school=BEUK))
    assert found is not None
    assert found.intern
    assert found.may("bijlage-toevoegen")


def test_a_school_sees_its_own_and_no_other() -> None:
    found = sees(ib(), of())
    assert found is not None
    assert not found.intern
    assert found.rollen == {"IB'er", "school"}
    assert sees(ib(), of(school=BEUK)) is None


def test_a_board_looks_at_its_schools_and_changes_nothing() -> None:
    found = sees(board("B-1"), of())
    assert found is not None
    assert found.looks_only
    assert not found.may("bijlage-toevoegen")
    assert found.may("bijlagen-bekijken")
    assert sees(board("B-2"), of()) is None


def test_an_oso_dossier_is_read_by_who_may_look_and_its_original_by_the_swv_alone() -> None:
    for actor, original in ((staff("administratie"), True), (ib(), False), (board("B-1"), False)):
        found = sees(actor, of())
        assert found is not None
        assert found.may("oso-dossier-bekijken")
        assert found.may("oso-dossier-downloaden") == original
    limited = sees(preschool(), of(titel="JK onderwijsadvies", status="JK bijlagen toegevoegd"))
    assert limited is not None
    assert not limited.may("oso-dossier-bekijken")


@pytest.mark.parametrize(
    "actor",
    [
        staff(),
        staff("IB'er"),
        staff("directeur"),
        ib(rollen=()),
        ib(rollen=("AC", "administratie")),
        staff("administratie", swv="PO00YY"),
        ib(swv="PO00YY"),
        board("B-1", swv="PO00YY"),
        Actor(sub=uuid4(), naam="x", organisatie="PO00YY", soort="swv", swv="PO2507", rollen=("administratie",)),
        Actor(sub=uuid4(), naam="x", organisatie="PO2507", soort="systeem", swv="PO2507", rollen=("administratie", "IB'er")),
    ],
)
def test_anyone_else_sees_nothing(actor: Actor) -> None:
    assert sees(actor, of()) is None


codes = st.sampled_from(["PO2507", "PO00YY", "99XA00", "99XB00", "B-1", "B-2"])
actors = st.builds(
    Actor,
    sub=st.uuids(),
    naam=st.just("x"),
    organisatie=codes,
    soort=st.sampled_from(["swv", "bestuur", "school", "systeem"]),
    swv=st.sampled_from(["PO2507", "PO00YY"]),
    rollen=st.lists(st.sampled_from(["administratie", "IB'er", "AC", "school", "applicatiebeheerder", "x"]), max_size=2).map(
        tuple
    ),
)
hulpvragen = st.builds(
    of,
    swv=st.just("PO00YY"),
    school=st.sampled_from([LINDE, BEUK]),
    titel=st.just("Budget"),
    status=st.sampled_from(["Voorlopige aanmelding", "Aanmelding"]),
)


@given(actors, hulpvragen)
def test_whoever_sees_a_hulpvraag_belongs_to_its_swv_school_or_board(actor: Actor, hulpvraag: Hulpvraag) -> None:
    found = sees(actor, hulpvraag)
    if found is None:
        return
    assert actor.swv == hulpvraag.swv
    assert actor.organisatie in {hulpvraag.swv, hulpvraag.school, hulpvraag.bestuur}
    if hulpvraag.status == "Voorlopige aanmelding":
        assert found.rollen & {"IB'er", "applicatiebeheerder"}


@given(actors, hulpvragen)
def test_the_list_shows_exactly_what_may_be_opened(actor: Actor, hulpvraag: Hulpvraag) -> None:
    regels = SETS.current(hulpvraag.swv)
    try:
        bereik = reach(actor, regels)
    except Forbidden:
        assert sees(actor, hulpvraag) is None
        return
    listed = (
        bereik.swv == hulpvraag.swv
        and bereik.school in {None, hulpvraag.school}
        and bereik.bestuur in {None, hulpvraag.bestuur}
        and (not hulpvraag.zichtbaar_voor or bool(hulpvraag.zichtbaar_voor & bereik.rollen))
    )
    assert listed == (sees(actor, hulpvraag) is not None)


def test_a_status_that_is_visible_to_some_only_hides_the_hulpvraag_from_the_rest() -> None:
    early = of("PO00YY", titel="Budget", status="Voorlopige aanmelding")
    assert sees(staff("administratie", swv="PO00YY"), early) is None
    assert sees(staff("applicatiebeheerder", swv="PO00YY"), early) is not None
    assert sees(ib(swv="PO00YY"), early) is not None
    assert sees(board("B-1", swv="PO00YY"), early) is None


WEST, EAST = "PO2507-WEST", "PO2507-OOST"
platforms = st.sampled_from([WEST, EAST])
OFFICE = ("administratie", "administratie Platform", "AC", "applicatiebeheerder")


def of_platform(*own: str, rollen: tuple[str, ...] = ("administratie Platform",)) -> Actor:
    return staff(*rollen).model_copy(update={"platforms": own})


@given(
    st.lists(platforms, unique=True),
    st.lists(st.sampled_from(OFFICE), unique=True, min_size=1),
    st.none() | platforms,
)
def test_who_has_a_role_for_a_platform_sees_the_schools_of_theirs_and_no_more_whatever_else_they_hold(
    own: list[str], rollen: list[str], platform: str | None
) -> None:
    actor, hulpvraag = of_platform(*own, rollen=tuple(rollen)), replace(of(), platform=platform)
    bound = "administratie Platform" in rollen or bool(own)
    assert (sees(actor, hulpvraag) is not None) == (not bound or platform in own)
    bereik = reach(actor, SETS.current("PO2507"))
    assert (bereik.platforms is None or platform in bereik.platforms) == (sees(actor, hulpvraag) is not None)


def test_rules_from_before_the_role_was_bound_open_no_more_than_the_platforms() -> None:
    ruleset = SETS.current("PO2507").ruleset
    before = [rol.model_copy(update={"per_platform": False}) for rol in ruleset.rollen]
    regels = Regels(ruleset.model_copy(update={"rollen": tuple(before)}))
    assert access(of_platform(WEST), regels, replace(of(), platform=WEST)).intern
    with pytest.raises(NotFound):
        access(of_platform(WEST), regels, replace(of(), platform=EAST))


def test_the_administration_of_a_platform_does_there_what_the_administration_does() -> None:
    ours = replace(of(), platform=WEST)
    found, office = sees(of_platform(WEST), ours), sees(staff("administratie"), ours)
    assert found is not None
    assert office is not None
    assert found.rollen == office.rollen | {"administratie Platform"}
    assert (found.intern, found.looks_only, found.beheert) == (True, False, False)


@pytest.mark.parametrize("act", [whole, handover, require_manager])
def test_who_works_for_a_platform_sets_nothing_for_the_whole_swv(act: Callable[[Actor, Regels], object]) -> None:
    with pytest.raises(Forbidden):
        act(of_platform(WEST, rollen=("administratie Platform", "applicatiebeheerder")), SETS.current("PO2507"))


def test_a_role_for_a_platform_is_of_the_swvs_own_people() -> None:
    ruleset = SETS.current("PO2507").ruleset
    wrong = [rol.model_copy(update={"per_platform": rol.naam == "school"}) for rol in ruleset.rollen]
    found = checks(ruleset.model_copy(update={"rollen": tuple(wrong)}))
    assert [finding.path[-1] for finding in found] == ["per_platform"]


def test_a_role_is_needed_for_what_names_roles() -> None:
    assert require(frozenset({"AC", "CT"}), ["CT", "SCP"]) == "CT"
    with pytest.raises(Forbidden):
        require(frozenset({"AC"}), ["CT"])


def test_search_words_are_plain_and_nobody_can_type_a_tenant() -> None:
    assert words("Zoë d'Hondt-Bérg (IB'er) A&K 99XA00") == ["zoe", "dhondt", "berg", "iber", "ak", "99xa00"]
    assert code("PO2507") not in words("=po2507 ='po2507'")
    assert stored(["Noor Noor", None], ["PO2507"]) == ["=po2507", "noor"]


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_harmless_question(text: str) -> None:
    assert set(question(text, ["PO2507"])) <= set("abcdefghijklmnopqrstuvwxyz0123456789=' &:*")


def test_short_words_are_left_out_of_a_question() -> None:
    assert question("N de Vries", ["PO2507"]) == "'=po2507' & 'de' & 'vries':*"
    assert typed("x !") == []


def preschool(*rollen: str) -> Actor:
    return ib(rollen=rollen or ("voorschoolse voorziening",))


@pytest.mark.parametrize("status", ["JK onderwijsadvies aanvraag", "JK bijlagen toegevoegd"])
def test_before_the_advice_the_preschool_may_add_but_not_see_what_is_there(status: str) -> None:
    found = sees(preschool(), of(titel="JK onderwijsadvies", status=status))
    assert found is not None
    assert found.beperkt
    assert found.may("bijlage-toevoegen")
    assert not found.may("bijlagen-bekijken")
    assert not found.may("bijlage-downloaden")


@pytest.mark.parametrize("status", ["JK Onderwijsadvies", "JK aanmelden school", "JK afgewezen", "JK advies afgerond"])
def test_from_the_advice_on_the_preschool_sees_all(status: str) -> None:
    found = sees(preschool(), of(titel="JK onderwijsadvies", status=status))
    assert found is not None
    assert not found.beperkt
    assert found.may("bijlage-downloaden")


def test_after_advies_afgerond_the_preschool_sees_nothing_and_the_specialist_does() -> None:
    done = of(titel="JK onderwijsadvies", status="advies afgerond")
    assert sees(preschool(), done) is None
    assert sees(staff("JK-specialist"), done) is not None


def test_staff_are_never_limited() -> None:
    found = sees(staff("JK-specialist"), of(titel="JK onderwijsadvies", status="JK bijlagen toegevoegd"))
    assert found is not None
    assert not found.beperkt
