"""docs/guarantees.md and docs/security.md keep their word: every line names a test that is there, or says there is none yet."""

import re
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parents[1]
DOCS = TESTS.parent / "docs"
NAMED = re.compile(r"`(?:tests/)?((?:\w+/)*)(test_\w+)(?:\.py)?(?:::(test_\w+))?`")
NOT_YET = "*not yet*"


def lines(page: str) -> Iterator[str]:
    """The rows of every table, without heads and rules."""
    for block in re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE):
        yield from block.splitlines()[2:]


def wrong(page: str) -> list[str]:
    found = []
    for line in lines(page):
        names = NAMED.findall(line)
        if not names and NOT_YET not in line:
            found.append(f"names no test: {line[:80]}")
        for folder, file, test in names:
            files = [path for path in TESTS.rglob(f"{file}.py") if f"/{folder}{file}.py" in str(path)]
            if not any(not test or re.search(rf"def {test}\(", path.read_text(encoding="utf-8")) for path in files):
                found.append(f"is not there: {folder}{file}::{test}")
    return found


def test_every_line_names_a_test_that_is_there_or_says_not_yet() -> None:
    page = (DOCS / "guarantees.md").read_text(encoding="utf-8")
    assert len(list(lines(page))) > 40
    assert {f"G{number}" for number in range(1, 19)} <= set(re.findall(r"^\| (G\d+) \|", page, re.MULTILINE))
    assert wrong(page) == []


def test_each_of_the_forty_security_checks_names_its_tests_or_says_not_yet() -> None:
    page = (DOCS / "security.md").read_text(encoding="utf-8")
    assert [line.split(" | ")[0] for line in lines(page)] == [f"| C{number}" for number in range(1, 41)]
    assert wrong(page) == []


def test_a_line_without_a_test_and_a_test_that_is_gone_show() -> None:
    page = "| a | b |\n|---|---|\n| it holds | always |\n| it holds | `chaos/test_outages::test_that_nobody_wrote` |\n"
    assert len(wrong(page)) == 2
