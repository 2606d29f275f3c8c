"""What follows from an attempt, and when the next one is."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from notify.domain import delays, fate
from notify.domain.fate import MEANING, WAITING, Outcome, Staat

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DOC = Path(__file__).parents[3] / "docs/architecture/notify.md"
UNITS = {"m": 1, "h": 60, "d": 24 * 60}

failed = st.sampled_from([Outcome("uitgesteld", 451, ""), Outcome("onbekend", None, "")])
settled = st.sampled_from([Outcome("aangeboden", 250, ""), Outcome("geweigerd", 550, "")])
jitter = st.floats(-1, 1)


@given(failed, st.integers(1, len(delays.DELAYS)), jitter)
def test_a_failed_attempt_is_followed_by_a_later_one(outcome: Outcome, attempts: int, spread: float) -> None:
    found = fate.after(outcome, attempts, NOW, spread)
    assert found.staat == outcome.kind
    assert found.next_attempt is not None
    delay = delays.DELAYS[attempts - 1]
    assert delay * 0.8 <= found.next_attempt - NOW <= delay * 1.2


@given(failed, st.integers(len(delays.DELAYS) + 1, 1000), jitter)
def test_after_the_last_attempt_a_mail_is_given_up(outcome: Outcome, attempts: int, spread: float) -> None:
    assert fate.after(outcome, attempts, NOW, spread) == fate.Fate("opgegeven", None)


@given(settled, st.integers(1, 1000), jitter)
def test_an_answer_for_good_ends_it(outcome: Outcome, attempts: int, spread: float) -> None:
    assert fate.after(outcome, attempts, NOW, spread) == fate.Fate(outcome.kind, None)


@given(st.integers(-1, 999))
def test_only_4xx_is_tried_again(code: int) -> None:
    assert fate.answered(code, "").kind == ("uitgesteld" if code // 100 == 4 else "geweigerd")


def test_delays_only_grow_and_last_four_to_six_days() -> None:
    assert list(delays.DELAYS) == sorted(delays.DELAYS)
    total = sum(delays.DELAYS, timedelta())
    assert timedelta(days=4) < total * (1 - delays.SPREAD)
    assert total * (1 + delays.SPREAD) < timedelta(days=6.5)


def test_the_table_of_delays_in_the_docs_is_the_one_in_the_code() -> None:
    rows = re.findall(r"^\| (\d+) \| ([\dmhd ]+) \| ([\dmhd ]+) \|$", DOC.read_text(encoding="utf-8"), re.MULTILINE)
    total, expected = timedelta(), []
    for number, delay in enumerate(delays.DELAYS, 1):
        total += delay
        expected.append((number, delay, total))
    assert [(int(number), _read(delay), _read(total)) for number, delay, total in rows] == expected


def test_every_state_is_explained_to_the_one_who_waits() -> None:
    assert set(MEANING) == set(get_args(Staat))
    assert set(WAITING) < set(MEANING)


def _read(value: str) -> timedelta:
    return timedelta(minutes=sum(int(part[:-1]) * UNITS[part[-1]] for part in value.split()))
