"""The hulpvragen that the bench fills with: plainly nobody's, and such as the rules could have made them."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from bench.fictional import SHARES, World
from bench.fill import COLUMNS, rows

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def world() -> World:
    return World(NOW, 1000)


def test_every_step_is_one_that_the_rules_know(world: World) -> None:
    for made in map(world.hulpvraag, range(0, 1000, 7)):
        steps = [change.step.naar.naam for change in made.changes]
        known = {(stap.van, stap.naar.naam) for stappen in made.verloop.stappen.values() for stap in stappen}
        known |= {(van, rule.naar.naam) for (van, _, _), rule in made.verloop.vanzelf.items()}
        assert steps[0] == made.verloop.begin.naam
        assert set(pairwise(steps)) <= known
        assert all(before.op <= after.op <= NOW for before, after in pairwise(made.changes))


def test_four_swvs_and_four_out_of_five_at_their_end(world: World) -> None:
    made = [world.hulpvraag(place) for place in range(1000)]
    assert {one.data.swv for one in made} == set(SHARES)
    assert 0.74 < sum(one.changes[-1].step.naar.einde for one in made) / len(made) < 0.86
    assert [one.data.dossiernummer for one in made] == sorted({one.data.dossiernummer for one in made})


def test_a_place_always_holds_the_same_and_its_rows_fit_their_tables(world: World) -> None:
    made = world.hulpvraag(42)
    assert made == world.hulpvraag(42)
    found = list(rows(made, NOW))
    assert all(len(values) == len(COLUMNS[table]) for table, values in found)
    (row,) = [dict(zip(COLUMNS[table], values, strict=True)) for table, values in found if table == "hulpvraag"]
    assert row["versie"] == sum(table == "statuswijziging" for table, _ in found)
    assert row["status"] == made.changes[-1].step.naar.naam
