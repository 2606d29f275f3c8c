"""Who gets in where there is no rule set: a known role of one's own kind of organisation, and nothing else."""

import pytest

from shared import tokens
from shared.errors import Forbidden
from shared.roles import SCHOOL, SWV, RoleSettings, check_role
from support.hulpvragen import board, ib, staff
from workflow.registry import read_all

LISTS = RoleSettings.model_construct(schoolrollen=("IB'er",), swvrollen=("administratie", "SCP"))


@pytest.mark.parametrize(
    "actor", [staff("SCP"), staff("schoonmaak", "administratie"), ib(), board(), board(rollen=("wat ook",))]
)
def test_a_known_role_or_a_board_gets_in(actor: tokens.Actor) -> None:
    check_role(actor, LISTS)


@pytest.mark.parametrize(
    "actor",
    [
        staff(),
        staff("schoonmaak"),
        staff("scp"),
        staff("IB'er"),
        ib(rollen=()),
        ib(rollen=("administratie",)),
        ib(rollen=("x",)),
    ],
)
def test_no_role_an_unknown_one_or_one_of_another_kind_does_not(actor: tokens.Actor) -> None:
    with pytest.raises(Forbidden):
        check_role(actor, LISTS)


def test_the_defaults_know_every_role_of_the_rule_sets_that_ship() -> None:
    known = {"school": set(SCHOOL), "intern": set(SWV), "beheerder": set(SWV)}
    found = [(rol, name) for one in read_all(None) for rol in one.ruleset.rollen for name in (rol.naam, *rol.aliassen)]
    assert len(found) > 5
    assert [name for rol, name in found if rol.basis in known and name not in known[rol.basis]] == []
