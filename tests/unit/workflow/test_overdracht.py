"""A staff change: what goes over, and that it comes back; other schools, other SWVs and what is closed are never touched."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Literal, get_args
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import InvalidInput
from workflow.domain.overdracht import (
    LONGEST_DAYS,
    Ding,
    Opdracht,
    Opvolger,
    Soort,
    becomes,
    changed,
    check,
    count,
    falls_under,
    goes_along,
    left,
    stappen,
    stays,
)

AT = "2026-11-27T09:00:00.000000"
PEOPLE = ("iris@linde.example", "Iris@Linde.Example", "nina@linde.example", "cor@swv.example")
SCHOOLS, KRINGEN, SWVS = ("99XA00", "99XB00"), ("Noord", "Zuid"), ("PO2806", "PO00YY")
SHAPES: dict[Soort, tuple[str, ...]] = {
    "contact": ("naam", "email", "functie"),
    "coordinator": ("naam", "email"),
    "kring": ("naam", "email"),
    "postbus": ("email",),
    "verlener": ("naam", "email"),
    "toegang": ("ingetrokken_op",),
    "overlegronde": ("organisator", "naam", "email", "rollen", "besloten"),
    "deelname": ("verwijderd_op", "besloten"),
}
NINA = UUID(int=1)
Key = tuple[str, Soort, str]
World = dict[Key, Ding]


@st.composite
def things(draw: st.DrawFn) -> Ding:
    soort: Soort = draw(st.sampled_from(get_args(Soort)))
    kring = draw(st.sampled_from(KRINGEN))
    email = draw(st.sampled_from(PEOPLE))
    waarde: dict[str, Any] = {name: email if name == "email" else draw(st.sampled_from([None, "x"])) for name in SHAPES[soort]}
    if "besloten" in waarde:
        waarde["besloten"] = draw(st.booleans())
    school = draw(st.sampled_from(SCHOOLS))
    places: dict[Soort, dict[str, Any]] = {
        "contact": {"school": school, "hulpvraag": uuid4()},
        "kring": {"kring": kring},
        "postbus": {},
    }
    own = places.get(soort, {"school": school, "kring": kring, "hulpvraag": uuid4()})
    closed = soort not in {"kring", "postbus", "verlener"} and draw(st.booleans())
    wat = kring if soort == "kring" else str(draw(st.uuids()))
    als = draw(st.sampled_from([None, frozenset({"IB'er"})]))
    return Ding(soort, wat, draw(st.sampled_from(SWVS)), email, waarde, einde=closed, opvolger_als=als, **own)


WORLDS = st.lists(things(), max_size=25).map(lambda found: {(ding.swv, ding.soort, ding.wat): ding for ding in found})


@st.composite
def orders(draw: st.DrawFn) -> Opdracht:
    naar = Opvolger("Nina Nieuw", "nina.nieuw@linde.example", "IB'er", account=draw(st.sampled_from([NINA, None])))
    soort: Literal["school", "coordinator"] = draw(st.sampled_from(["school", "coordinator"]))
    school = draw(st.sampled_from(SCHOOLS)) if soort == "school" else None
    kringen = () if school else tuple(draw(st.lists(st.sampled_from(KRINGEN), unique=True)))
    by_swv = school is None or draw(st.booleans())
    toegang: Literal["blijft", "eindigt", "verhuist"] = draw(st.sampled_from(["blijft", "eindigt", "verhuist"]))
    van, door, email = draw(st.sampled_from(PEOPLE)), draw(st.sampled_from([NINA, UUID(int=2)])), draw(st.sampled_from(PEOPLE))
    return Opdracht("PO2806", soort, school, kringen, van, naar, toegang, by_swv, door, email)


def done(world: World, opdracht: Opdracht) -> World:
    after = dict(world)
    for stap in stappen(opdracht, world.values(), AT):
        key = (opdracht.swv, stap.soort, stap.wat)
        after[key] = replace(world[key], waarde=stap.naar, email=str(stap.naar.get("email", world[key].email)))
    return after


def undone(world: World, opdracht: Opdracht, before: World) -> World:
    after = dict(world)
    for stap in stappen(opdracht, before.values(), AT):
        key = (opdracht.swv, stap.soort, stap.wat)
        if stays(stap, after.get(key)) is None:
            after[key] = replace(after[key], waarde=stap.van, email=before[key].email)
    return after


@given(WORLDS, orders())
def test_done_and_undone_everything_is_as_it_was(world: World, opdracht: Opdracht) -> None:
    assert undone(done(world, opdracht), opdracht, world) == world


@given(WORLDS, orders(), st.data())
def test_what_someone_changed_or_closed_in_between_stays_as_they_left_it(
    world: World, opdracht: Opdracht, data: st.DataObject
) -> None:
    moved = done(world, opdracht)
    touched: set[Key] = set(data.draw(st.lists(st.sampled_from(sorted(moved)), unique=True))) if moved else set()
    for key in touched:
        ding = moved[key]
        is_closed = data.draw(st.booleans()) and ding.soort not in {"kring", "postbus", "verlener"}
        moved[key] = (
            replace(ding, einde=True) if is_closed else replace(ding, waarde={**ding.waarde, "email": "ander@swv.example"})
        )
    back = undone(moved, opdracht, world)
    assert {key: back[key] for key in touched} == {key: moved[key] for key in touched}
    assert {key: ding for key, ding in back.items() if key not in touched} == {
        key: ding for key, ding in world.items() if key not in touched
    }


@given(WORLDS, orders())
def test_another_swv_another_school_another_person_and_what_is_closed_are_never_touched(
    world: World, opdracht: Opdracht
) -> None:
    for ding in world.values():
        if not falls_under(opdracht, ding):
            continue
        assert ding.swv == opdracht.swv
        assert ding.email.casefold() == opdracht.van.casefold()
        assert not ding.einde
        is_sight = ding.soort in {"toegang", "deelname"}
        if opdracht.school and not (is_sight and opdracht.door_swv) and not goes_along(opdracht, ding):
            assert ding.school == opdracht.school
        if opdracht.kringen and not (is_sight and opdracht.door_swv):
            assert ding.kring in opdracht.kringen
    assert {key: ding for key, ding in done(world, opdracht).items() if not falls_under(opdracht, world[key])} == {
        key: ding for key, ding in world.items() if not falls_under(opdracht, ding)
    }


@given(WORLDS, orders())
def test_nothing_names_the_leaver_any_more_where_it_goes_over(world: World, opdracht: Opdracht) -> None:
    for stap in stappen(opdracht, world.values(), AT):
        assert set(stap.naar) == set(SHAPES[stap.soort])
        assert stap.naar.get("email", opdracht.naar.email) == opdracht.naar.email
    assert stappen(replace(opdracht, toegang="blijft"), done(world, opdracht).values(), AT) == []


@given(WORLDS, orders())
def test_nobody_gets_into_an_overlegronde_by_a_handover_who_could_not_be_asked_in(world: World, opdracht: Opdracht) -> None:
    """Closed ones: who works with the hulpvraag only, never whoever does the handover, and of a school only from who leaves."""
    for ding in world.values():
        leads = ding.soort == "overlegronde" and falls_under(opdracht, ding)
        if not leads and not (ding.soort == "deelname" and goes_along(opdracht, ding)):
            continue
        assert opdracht.naar.account is not None
        assert ding.opvolger_als is not None or not (leads or ding.waarde["besloten"])
        if ding.waarde["besloten"]:
            assert opdracht.door != opdracht.naar.account
            assert opdracht.door_swv or opdracht.door_email.casefold() == opdracht.van.casefold()


@given(WORLDS, orders())
def test_every_running_overlegronde_of_a_leaver_goes_over_or_is_counted_as_left(world: World, opdracht: Opdracht) -> None:
    steps = stappen(opdracht, world.values(), AT)
    rondes = [ding for ding in world.values() if ding.soort == "overlegronde" and not ding.einde]
    theirs = [one for one in rondes if one.swv == opdracht.swv and one.email.casefold() == opdracht.van.casefold()]
    within = [
        one
        for one in theirs
        if (one.school == opdracht.school if opdracht.school else not opdracht.kringen or one.kring in opdracht.kringen)
    ]
    assert count(steps)["overlegrondes"] + left(opdracht, world.values()) == len(within)


def test_every_kind_of_thing_has_something_it_becomes() -> None:
    opdracht = Opdracht("PO2806", "school", "99XA00", (), "a@x.example", Opvolger("N", "n@x.example"), "blijft", door_swv=True)
    for soort, shape in SHAPES.items():
        assert set(becomes(opdracht, Ding(soort, "1", "PO2806", "a@x.example", dict.fromkeys(shape)), AT)) == set(shape)


@pytest.mark.parametrize(
    ("days", "van", "toegang", "account", "fields"),
    [
        (0, "a@x.example", "eindigt", None, []),
        (LONGEST_DAYS, "a@x.example", "verhuist", UUID(int=1), []),
        (-1, "a@x.example", "blijft", None, ["datum"]),
        (LONGEST_DAYS + 1, "a@x.example", "blijft", None, ["datum"]),
        (0, " N@X.example", "blijft", None, ["naar.email"]),
        (-1, "n@x.example", "verhuist", None, ["naar.email", "datum", "naar.account"]),
    ],
)
def test_a_handover_that_cannot_be_names_every_fault(
    days: int, van: str, toegang: Any, account: UUID | None, fields: list[str]
) -> None:
    today = date(2026, 11, 27)
    opdracht = Opdracht(
        "PO2806", "school", "99XA00", (), van, Opvolger("N", "n@x.example", account=account), toegang, door_swv=True
    )
    if not fields:
        check(opdracht, today + timedelta(days=days), today)
        return
    with pytest.raises(InvalidInput) as refused:
        check(opdracht, today + timedelta(days=days), today)
    assert [fault.field for fault in refused.value.faults] == fields


def test_what_moved_on_since_the_preview_is_said_in_words() -> None:
    now = count([])
    assert changed(now, now) == ""
    assert (
        changed({**now, "hulpvragen": 2, "toegangMelden": 1}, now)
        == "hulpvragen: nu 0, was 2; meldingen over toegang: nu 0, was 1"
    )
