"""No statement leaves anything on a session of the pool, because nothing cleans it when it goes back (shared.database)."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
OF_ITS_OWN = {ROOT / "shared/src/shared/migrate.py"}
"""A connection that ends with the job."""
LEFT_BEHIND = re.compile(
    r"pg_(try_)?advisory_lock|set_config\([^()]*,\s*false\s*\)|\bLISTEN\s+\w|\bWITH\s+HOLD\b|\bCREATE\s+TEMP"
    r"|\bPREPARE\s+\w|[\"']\s*SET\s+(?!LOCAL\b)[\w.]+\s*(=|TO)"
)
FILES = [
    file
    for pattern in ("shared/src", "services/*/src", "cli/src")
    for folder in ROOT.glob(pattern)
    for file in folder.rglob("*.py")
]


def test_no_source_leaves_something_on_a_session() -> None:
    assert len(FILES) > 200
    assert [
        str(file.relative_to(ROOT)) for file in FILES if file not in OF_ITS_OWN and LEFT_BEHIND.search(file.read_text())
    ] == []


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT pg_advisory_lock(1)",
        "SELECT set_config('x.y', $1, false)",
        '"SET lock_timeout = 5"',
        "'SET x.y TO 5'",
        "LISTEN outbox",
        "CREATE TEMP TABLE x ()",
    ],
)
def test_what_would_stay_behind_is_seen(statement: str) -> None:
    assert LEFT_BEHIND.search(statement)
