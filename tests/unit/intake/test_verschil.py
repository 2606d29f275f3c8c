"""What changed between two versions: applied to the one before, it is the one after."""

from datetime import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from intake.domain.verschil import Versie, changes
from shared import clock

FIELDS = st.dictionaries(st.sampled_from(["roepnaam", "voorvoegsel", "achternaam", "geboortedatum"]), st.text("ab", max_size=2))
WHEN = datetime(2026, 11, 27, tzinfo=clock.UTC)


def versions(*gegevens: dict[str, Any]) -> list[Versie]:
    return [Versie(place, each, WHEN, None, None) for place, each in enumerate(gegevens, start=1)]


@given(st.lists(FIELDS, max_size=4))
def test_what_changed_leads_from_the_first_version_to_the_last(given: list[dict[str, str]]) -> None:
    told = changes(versions(*given))
    assert [one.versie for one in told] == list(range(len(given), 1, -1)), "the newest first"
    now = dict(given[0]) if given else {}
    for one in reversed(told):
        for veld in one.velden:
            assert now.get(veld.veld, "") == veld.oud != veld.nieuw
            now[veld.veld] = veld.nieuw
    last = given[-1] if given else {}
    assert {name: value for name, value in now.items() if value} == {name: value for name, value in last.items() if value}


def test_what_lies_deeper_is_named_by_its_path() -> None:
    (one,) = changes(versions({"adres": {"plaats": "A"}, "mail": ["x"]}, {"adres": {"plaats": "B"}, "mail": ["x", "y"]}))
    assert [(veld.veld, veld.oud, veld.nieuw) for veld in one.velden] == [("adres.plaats", "A", "B"), ("mail.1", "", "y")]
