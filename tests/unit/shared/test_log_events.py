"""Every event that is logged stands in docs/log-events.md with its level and keys, and the other way round."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
SOURCES = ("shared/src", "services/*/src")
METHODS = {"debug", "info", "warning", "error", "exception", "critical"}
FAILURE = {"error", "where"}
"""What ``shared.log`` makes of ``exc_info``."""
ELSEWHERE = {"library_message"}
"""Logged by ``shared.log`` itself, whatever the level of the library."""


@dataclass(frozen=True)
class Call:
    """One call of a logger."""

    event: str
    level: str
    keys: frozenset[str]
    where: str


def calls(text: str, where: str) -> Iterator[Call]:
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="log" | "_log" | "logger" | "_logger"), attr=method)):
                if method not in METHODS:
                    continue
                place = f"{where}:{node.lineno}"
                match node.args:
                    case [ast.Constant(value=str(event))]:
                        keys = {keyword.arg for keyword in node.keywords if keyword.arg}
                        if method == "exception" or "exc_info" in keys:
                            keys = keys - {"exc_info"} | FAILURE
                        yield Call(event, "error" if method == "exception" else method, frozenset(keys), place)
                    case _:
                        raise AssertionError(f"{place}: an event is one literal name")


def logged() -> list[Call]:
    files = [file for pattern in SOURCES for folder in ROOT.glob(pattern) for file in folder.rglob("*.py")]
    return [call for file in files for call in calls(file.read_text(encoding="utf-8"), str(file.relative_to(ROOT)))]


def catalogue() -> dict[str, list[tuple[set[str], set[str]]]]:
    """Levels and keys of each event; one name may stand in two sections."""
    found: dict[str, list[tuple[set[str], set[str]]]] = {}
    for line in (ROOT / "docs/log-events.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `"):
            for event in re.findall(r"`([a-z0-9_]+)`", cells[0]):
                found.setdefault(event, []).append((set(cells[1].split(", ")), set(re.findall(r"`(\w+)`", cells[2]))))
    return found


def missing(found: list[Call], known: dict[str, list[tuple[set[str], set[str]]]]) -> list[str]:
    return [
        f"{call.where} {call.event} {call.level} {sorted(call.keys)}"
        for call in found
        if not any(call.level in levels and call.keys <= keys for levels, keys in known.get(call.event, ()))
    ]


def test_every_event_in_the_code_is_in_the_catalogue_with_its_level_and_keys() -> None:
    found = logged()
    assert len(found) > 40
    assert missing(found, catalogue()) == []


def test_every_event_in_the_catalogue_is_logged_somewhere() -> None:
    assert set(catalogue()) - {call.event for call in logged()} == ELSEWHERE


def test_a_stranger_another_level_and_another_key_show() -> None:
    text = 'log.info("nowhere")\nlog.error("mailserver_back", seconds=1)\nlog.warning("mailserver_back", name="x")\n'
    assert len(missing(list(calls(text, "x.py")), catalogue())) == 3
