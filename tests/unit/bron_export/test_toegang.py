"""Who sees and does what: every kind of actor against every kind of registration."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bron_export.toegang import acted_on, is_beheer, may_act, may_see, reach, seen
from shared.errors import Forbidden, NotFound
from support.bron_export import BESTUUR, SCHOOL, SWV, Soort, een_actor, een_registratie, gegevens

BEHEER = ("administratie",)
MINE = een_registratie()
WEST = "PO2507-WEST"


@pytest.mark.parametrize("soort", ["swv", "school", "bestuur"])
def test_the_swv_the_school_and_its_board_see_it(soort: Soort) -> None:
    assert may_see(een_actor(soort), MINE)
    assert seen(een_actor(soort), MINE) is MINE


@pytest.mark.parametrize(
    ("soort", "own"),
    [
        ("swv", {"organisatie": "PO9999"}),
        ("swv", {"organisatie": "PO9999", "swv": "PO9999"}),
        ("swv", {"swv": "PO9999"}),
        ("school", {"organisatie": "99XB00"}),
        ("school", {"organisatie": "99XA01"}),
        ("school", {"swv": "PO9999"}),
        ("bestuur", {"organisatie": "B-ANDER"}),
        ("bestuur", {"swv": "PO9999"}),
        ("systeem", {}),
        ("systeem", {"organisatie": SWV, "rollen": BEHEER}),
        ("bestuur", {"organisatie": SCHOOL}),
        ("school", {"organisatie": BESTUUR}),
    ],
)
def test_for_everyone_else_it_does_not_exist(soort: Soort, own: dict[str, str]) -> None:
    actor = een_actor(soort, **own)  # type: ignore[arg-type]  # drawn from the list above
    assert not may_see(actor, MINE)
    with pytest.raises(NotFound):
        acted_on(actor, MINE, BEHEER)


@pytest.mark.parametrize(("platform", "sees"), [(WEST, True), ("PO2507-OOST", False), (None, False)])
def test_who_works_for_a_platform_sees_what_is_of_its_schools_now(platform: str | None, *, sees: bool) -> None:
    actor = een_actor().model_copy(update={"platforms": (WEST,)})
    assert may_see(actor, een_registratie(platform=platform)) is sees
    assert may_see(een_actor(), een_registratie(platform=platform)), "who is bound to none sees all of the SWV"


def test_what_is_unknown_reads_the_same_as_what_is_not_yours() -> None:
    with pytest.raises(NotFound) as unknown:
        seen(een_actor(), None)
    with pytest.raises(NotFound) as foreign:
        seen(een_actor("school", organisatie="99XB00"), MINE)
    assert (unknown.value.detail, unknown.value.extra) == (foreign.value.detail, foreign.value.extra)


@pytest.mark.parametrize(
    ("soort", "rollen", "allowed"),
    [
        ("swv", ("administratie",), True),
        ("swv", ("SCP", "administratie"), True),
        ("swv", ("AC",), False),
        ("swv", (), False),
        ("school", (), True),
        ("bestuur", ("administratie",), False),
    ],
)
def test_the_school_and_the_administration_may_act(soort: Soort, rollen: tuple[str, ...], *, allowed: bool) -> None:
    actor = een_actor(soort, rollen=rollen)
    assert may_act(actor, BEHEER) is allowed
    if allowed:
        assert acted_on(actor, MINE, BEHEER) is MINE
    else:
        with pytest.raises(Forbidden):
            acted_on(actor, MINE, BEHEER)


def test_the_administration_of_another_swv_is_no_administration_here() -> None:
    assert not is_beheer(een_actor("swv", organisatie="PO9999"), BEHEER)


@given(
    st.sampled_from(["swv", "school", "bestuur", "systeem"]),
    st.sampled_from([SWV, "PO9999", SCHOOL, "99XB00", BESTUUR, "B-ANDER"]),
    st.sampled_from([SWV, "PO9999"]),
    st.sampled_from([(), (WEST,), (WEST, "PO2507-OOST")]),
)
def test_a_list_holds_what_may_be_seen_and_nothing_else(
    soort: Soort, organisatie: str, swv: str, platforms: tuple[str, ...]
) -> None:
    actor = een_actor(soort, organisatie=organisatie, swv=swv).model_copy(update={"platforms": platforms})
    choices = product([SWV, "PO9999"], [SCHOOL, "99XB00"], [BESTUUR, "B-ANDER"], [None, WEST, "PO2507-NOORD"])
    for its_swv, school, bestuur, platform in choices:
        each = een_registratie(gegevens=gegevens(swv=its_swv, school=school), bestuur=bestuur, platform=platform)
        try:
            asked = reach(actor)
        except Forbidden:
            listed = False
        else:
            listed = its_swv == asked["swv"] and asked["school"] in {None, school} and asked["bestuur"] in {None, bestuur}
            listed = listed and (asked["platforms"] is None or platform in asked["platforms"])
            assert asked["platforms"] == (platforms or None if soort == "swv" else None)
        assert listed == may_see(actor, each)
