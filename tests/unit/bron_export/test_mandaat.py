"""Without the school's mandate nothing leaves."""

from datetime import date, timedelta
from typing import Literal
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from bron_export.domain.mandaat import Mandaat, geldend
from support.bron_export import BESTUUR, SCHOOL, SWV

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def mandaat(
    versie: int,
    van: date = date(2026, 1, 1),
    tot: date | None = None,
    *,
    soort: Literal["swv", "bestuur"] = "bestuur",
    gever: str = BESTUUR,
) -> Mandaat:
    return Mandaat(uuid4(), SWV, SCHOOL, versie, soort, gever, van, tot)


@given(DAYS, DAYS, DAYS)
def test_it_holds_from_its_first_up_to_and_including_its_last_day(van: date, tot: date, dag: date) -> None:
    assert mandaat(1, van, max(van, tot)).is_geldig(dag) is (van <= dag <= max(van, tot))


@given(DAYS)
def test_without_an_end_it_holds_until_further_notice(van: date) -> None:
    assert mandaat(1, van).is_geldig(van)
    assert mandaat(1, van).is_geldig(van + timedelta(days=5000))
    assert not mandaat(1, van).is_geldig(van - timedelta(days=1))


def test_the_newest_decides_also_when_it_ends_the_one_before() -> None:
    ended = mandaat(2, tot=date(2026, 6, 30))
    assert geldend([mandaat(1), ended], BESTUUR) is ended


def test_the_boards_withdrawal_outweighs_what_the_swv_noted_before() -> None:
    withdrawn = mandaat(2, tot=date(2026, 1, 1))
    assert geldend([mandaat(1, soort="swv", gever=SWV), withdrawn], BESTUUR) is withdrawn


def test_a_mandate_of_another_board_never_counts() -> None:
    stranger = mandaat(3, gever="B-ANDER")
    own = mandaat(1)
    assert geldend([own, stranger], BESTUUR) is own
    assert geldend([stranger], BESTUUR) is None


def test_as_long_as_the_board_is_not_known_every_mandate_is_shown() -> None:
    newest = mandaat(2, gever="B-ANDER")
    assert geldend([mandaat(1), newest], None) is newest


def test_without_any_there_is_none() -> None:
    assert geldend([], BESTUUR) is None
