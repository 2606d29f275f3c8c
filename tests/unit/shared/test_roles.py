"""Who gets in where there is no rule set: a known role of one's own kind of organisation, and nothing else."""

import pytest

from shared import tokens
from shared.contracts.workflow import Rolnaam
from shared.errors import Forbidden
from shared.roles import check_role
from support.hulpvragen import board, ib, staff
from support.rollen import roles_that_ship

KNOWN = (
    Rolnaam(naam="IB'er", soort="school"),
    Rolnaam(naam="administratie", soort="swv", beheert_registraties=True),
    Rolnaam(naam="SCP", soort="swv"),
    Rolnaam(naam="monitoring", soort="swv", alleen_cijfers=True),
    Rolnaam(naam="administratie Platform", soort="swv", per_platform=True),
)


@pytest.mark.parametrize(
    "actor", [staff("SCP"), staff("schoonmaak", "administratie"), ib(), board(), board(rollen=("wat ook",))]
)
def test_a_known_role_or_a_board_gets_in(actor: tokens.Actor) -> None:
    check_role(actor, KNOWN)


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
        staff("monitoring"),
        staff("administratie Platform"),
        staff("administratie", "administratie Platform"),
        staff("administratie").model_copy(update={"platforms": ("PO2507-WEST",)}),
    ],
)
def test_no_role_an_unknown_one_one_of_another_kind_or_of_a_platform_does_not(actor: tokens.Actor) -> None:
    with pytest.raises(Forbidden):
        check_role(actor, KNOWN)


WEST = {"platforms": ("PO2507-WEST",)}


@pytest.mark.parametrize(
    ("actor", "gets_in"),
    [
        (staff("administratie Platform").model_copy(update=WEST), True),
        (staff("administratie").model_copy(update=WEST), True),
        (staff("administratie Platform"), False),
        (staff("administratie", "administratie Platform"), False),
        (staff("monitoring").model_copy(update=WEST), False),
        (staff("schoonmaak").model_copy(update=WEST), False),
        (staff("administratie"), True),
        (ib(), True),
    ],
)
def test_a_route_by_school_lets_in_who_has_a_platform_and_nobody_else_who_is_bound_to_one(
    actor: tokens.Actor, *, gets_in: bool
) -> None:
    if gets_in:
        check_role(actor, KNOWN, by_school=True)
    else:
        with pytest.raises(Forbidden):
            check_role(actor, KNOWN, by_school=True)


@pytest.mark.parametrize("actor", [staff("administratie"), ib()])
def test_while_nothing_was_told_of_an_swv_nobody_of_it_gets_in(actor: tokens.Actor) -> None:
    with pytest.raises(Forbidden):
        check_role(actor, ())


def test_what_is_told_holds_aliases_and_no_role_of_connectors_or_guests() -> None:
    found = {each.naam: each for each in roles_that_ship()}
    assert (found["schoolcontactpersoon"].soort, found["intern begeleider"].soort) == ("swv", "school")
    assert {naam for naam, each in found.items() if each.beheert_registraties} == {
        "administratie",
        "administratie Platform",
        "TLV-administratie",
        "secretariaat",
    }
