"""Terms: working days, calendar months, standing still, counted back, and the deadline of a year."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.clock import NETHERLANDS
from workflow.domain.kalender import Dagen, eerder, is_feestdag, later, verschoven
from workflow.domain.ruleset import Jaardag, Kalender, Statusmail, Termijn
from workflow.domain.termijnen import BEREIKT, Stand, Stap, Verhaal, niet_voor, standen

ZUID = Dagen(Kalender(regio="zuid"))
NO_HOLIDAYS = Dagen(Kalender(regio="zuid", vakantie_telt=False))
MAIL = Statusmail(doelgroep="administratie", sjabloon="termijn-verstreken")
DAYS = st.dates(date(2020, 1, 1), date(2029, 12, 1))


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=NETHERLANDS)


def steps(*given: tuple[date, str]) -> tuple[Stap, ...]:
    return tuple(Stap(at(day), status) for day, status in given)


def termijn(**given: object) -> Termijn:
    return Termijn.model_validate(
        {"naam": "t", "bij": ("Binnen",), "duur": 5, "eenheid": "werkdagen", "mails": (MAIL,), "bron": "eigen keuze", **given}
    )


def one(rule: Termijn, verhaal: Verhaal, dagen: Dagen = ZUID) -> Stand:
    (found,) = standen([rule], verhaal, dagen)
    return found


@pytest.mark.parametrize(
    ("day", "free"),
    [
        (date(2027, 4, 27), True),  # Koningsdag
        (date(2025, 4, 26), True),  # Koningsdag, a day early: the 27th is a Sunday
        (date(2025, 4, 28), False),
        (date(2027, 3, 26), True),  # Goede Vrijdag
        (date(2027, 5, 5), True),  # every year, not only each fifth
        (date(2027, 5, 6), True),  # Hemelvaart
        (date(2027, 5, 17), True),  # tweede Pinksterdag
        (date(2026, 12, 31), False),
        (date(2026, 11, 28), True),  # a Saturday
    ],
)
def test_the_days_of_the_algemene_termijnenwet(day: date, free: bool) -> None:  # noqa: FBT001 - a table
    assert is_feestdag(day) == free


def test_five_working_days_over_easter() -> None:
    stand = one(termijn(), Verhaal(steps((date(2027, 3, 24), "Binnen"))))  # a Wednesday; Friday and Monday are free
    assert stand.deadline == date(2027, 4, 2)
    assert stand.staat == "loopt"


def test_school_holidays_count_unless_the_calendar_says_otherwise() -> None:
    story = Verhaal(steps((date(2027, 2, 11), "Binnen")))  # a Thursday; the holiday of Zuid is 13 to 21 February
    assert one(termijn(), story).deadline == date(2027, 2, 18)
    assert one(termijn(), story, NO_HOLIDAYS).deadline == date(2027, 2, 25)


@given(DAYS, st.integers(1, 60))
def test_so_many_working_days_lie_between_a_day_and_the_one_so_much_later(day: date, count: int) -> None:
    end = later(day, count, "werkdagen", ZUID)
    between = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    assert sum(ZUID.is_werkdag(one) for one in between) == count
    assert ZUID.is_werkdag(end)


@given(DAYS, st.integers(1, 60))
def test_earlier_undoes_later_for_working_days(day: date, count: int) -> None:
    start = verschoven(day)
    assert eerder(later(start, count, "werkdagen", ZUID), count, "werkdagen", ZUID) == start


@given(DAYS)
def test_a_last_day_moves_to_a_day_on_which_people_work_and_no_further(day: date) -> None:
    moved = verschoven(day)
    assert not is_feestdag(moved)
    assert all(is_feestdag(day + timedelta(days=n)) for n in range((moved - day).days))


def test_eight_weeks_that_end_on_a_holiday_end_on_the_next_working_day() -> None:
    rule = termijn(duur=8, eenheid="weken", awb=True)
    story = Verhaal(steps((date(2026, 10, 30), "Binnen")))  # 25 December is Christmas, a Friday
    assert one(rule, story).deadline == date(2026, 12, 28)


def test_a_month_after_the_last_of_january_is_the_last_of_february() -> None:
    assert later(date(2027, 1, 31), 1, "maanden", ZUID) == date(2027, 2, 28)


def test_it_ends_when_the_status_leaves_and_does_not_begin_again() -> None:
    begun = (date(2027, 6, 1), "Binnen")
    assert one(termijn(), Verhaal(steps(begun, (date(2027, 6, 2), "Bezig")))) == Stand("t", date(2027, 6, 1), None, "gehaald")
    again = steps(begun, (date(2027, 6, 2), "Bezig"), (date(2027, 6, 3), "Binnen"))
    assert one(termijn(), Verhaal(again)).staat == "gehaald"


def test_it_runs_on_to_the_status_that_meets_it() -> None:
    rule = termijn(tot=("Besloten",))
    story = steps((date(2027, 6, 1), "Binnen"), (date(2027, 6, 2), "Bezig"))
    assert one(rule, Verhaal(story)).deadline == date(2027, 6, 8)
    assert one(rule, Verhaal((*story, Stap(at(date(2027, 6, 3)), "Besloten")))).staat == "gehaald"
    ended = (*story, Stap(at(date(2027, 6, 3)), "Ingetrokken"))
    assert one(rule, Verhaal(ended, frozenset({"Ingetrokken"}))).staat == "gehaald"


def test_it_stands_still_from_the_day_after_the_question_to_the_day_of_the_answer() -> None:
    """Awb 4:15."""
    rule = termijn(duur=8, eenheid="weken", geschort_bij=("Incompleet",), awb=True)
    asked = steps((date(2026, 9, 7), "Binnen"), (date(2026, 9, 14), "Incompleet"))
    assert one(rule, Verhaal(asked)) == Stand("t", date(2026, 9, 7), None, "staat stil")
    answered = (*asked, Stap(at(date(2026, 9, 24)), "Binnen"))
    assert one(rule, Verhaal(answered)).deadline == date(2026, 11, 2) + timedelta(days=9)


@given(st.lists(st.tuples(st.integers(1, 30), st.sampled_from(["Binnen", "Incompleet"])), max_size=8))
def test_a_rest_never_brings_a_deadline_nearer(moves: list[tuple[int, str]]) -> None:
    rule = termijn(duur=8, eenheid="weken", geschort_bij=("Incompleet",))
    day = date(2026, 9, 7)
    story = [(day, "Binnen")]
    for gap, status in moves:
        day += timedelta(days=gap)
        story.append((day, status))
    stand = one(rule, Verhaal(steps(*story)))
    if story[-1][1] == "Incompleet":
        assert (stand.staat, stand.deadline, stand.momenten) == ("staat stil", None, ())
        return
    assert stand.deadline is not None
    rested = sum(max(0, (end - start).days - 1) for (start, status), (end, _) in _merged(story) if status == "Incompleet")
    assert stand.deadline == date(2026, 11, 2) + timedelta(days=rested)


def _merged(story: list[tuple[date, str]]) -> list[tuple[tuple[date, str], tuple[date, str]]]:
    kept = [story[0]]
    for step in story[1:]:
        if step[1] != kept[-1][1]:
            kept.append(step)
    return list(itertools.pairwise(kept))


def test_the_moments_fall_in_the_dutch_morning_on_both_sides_of_a_change_of_the_clock() -> None:
    rule = termijn(duur=2, eenheid="weken", herinneringen=({"duur": 2, "eenheid": "dagen", "mails": (MAIL,)},))
    stand = one(rule, Verhaal(steps((date(2027, 3, 15), "Binnen"))))  # summer time begins on 28 March
    assert stand.deadline == date(2027, 3, 29)
    assert [(moment.soort, moment.op.astimezone(UTC)) for moment in stand.momenten] == [
        ("herinnering-1", datetime(2027, 3, 27, 6, tzinfo=UTC)),
        (BEREIKT, datetime(2027, 3, 30, 5, tzinfo=UTC)),
    ]


def test_a_day_is_a_dutch_day() -> None:
    late = Stap(datetime(2027, 6, 1, 22, 30, tzinfo=UTC), "Binnen")  # half past midnight in the Netherlands
    assert one(termijn(duur=1, eenheid="dagen"), Verhaal((late,))).deadline == date(2027, 6, 3)


def test_a_report_is_due_a_week_after_the_meeting_and_again_when_that_is_put_off() -> None:
    rule = termijn(vanaf="bespreekdatum", duur=1, eenheid="weken")
    planned = (Stap(at(date(2027, 6, 1)), "Binnen", date(2027, 6, 10)),)
    assert one(rule, Verhaal(planned)).deadline == date(2027, 6, 17)
    put_off = (*planned, Stap(at(date(2027, 6, 8)), "Binnen", date(2027, 6, 24)))
    stand = one(rule, Verhaal(put_off))
    assert (stand.grond, stand.deadline) == (date(2027, 6, 24), date(2027, 7, 1))


def test_an_evaluation_is_due_two_months_before_the_end_of_the_decision() -> None:
    rule = termijn(vanaf="einde-besluit", duur=2, eenheid="maanden")
    story = steps((date(2027, 1, 4), "Binnen"))
    assert standen([rule], Verhaal(story), ZUID) == []
    stand = one(rule, Verhaal(story, einde=date(2027, 7, 31)))
    assert stand.deadline == date(2027, 5, 31)
    assert [moment.op for moment in stand.momenten] == [datetime(2027, 5, 31, 7, tzinfo=NETHERLANDS)]
    gone = (*story, Stap(at(date(2027, 5, 1)), "Klaar"))
    assert one(rule, Verhaal(gone, einde=date(2027, 7, 31))).staat == "gehaald"


JAAR = Termijn(naam="verlengingen", vanaf="jaardag", jaardag=Jaardag(maand=4, dag=1), bron="000:878")


@pytest.mark.parametrize(
    ("submitted", "first"),
    [
        (date(2027, 3, 1), None),
        (date(2027, 4, 1), None),  # the day itself is in time
        (date(2027, 4, 2), date(2027, 9, 6)),  # the summer holiday of Zuid ends on Sunday 5 September 2027
        (date(2027, 8, 20), date(2027, 9, 6)),
        (date(2027, 9, 6), None),
        (date(2027, 11, 1), None),
        (date(2035, 5, 1), date(2035, 9, 1)),  # beyond what is known, the summer ends with August
    ],
)
def test_what_comes_after_the_deadline_of_the_year_waits_until_after_the_summer(submitted: date, first: date | None) -> None:
    assert niet_voor([JAAR], submitted, ZUID) == first


@given(DAYS)
def test_who_waits_never_waits_longer_than_the_summer(day: date) -> None:
    first = niet_voor([JAAR], day, ZUID)
    assert first is None or (day < first and first.year == day.year and first.month in {8, 9})
