"""Reads a rule set from YAML text; whatever is wrong comes with file and line.

>>> ruleset = load("PO2507.yaml", text)         # raises BrokenRuleSet
>>> ruleset, problems = read("PO2507.yaml", text)

A key that stands twice is refused too: YAML would silently keep the last one.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from shared.problem import faults_of
from workflow.domain.checks import Finding, Path, checks
from workflow.domain.ruleset import RuleSet


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a file; prints as ``PO2507.yaml:12: onbekend: rol AD``."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class BrokenRuleSet(ValueError):
    """A rule set that may not be used. Names every problem, each with file and line."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@lru_cache(maxsize=32)  # the files that come with us are read at each start of a service, and again from its table
def load(file: str, text: str) -> RuleSet:
    """Read a rule set that must be right."""
    ruleset, problems = read(file, text)
    if ruleset is None or problems:
        raise BrokenRuleSet(problems)
    return ruleset


def read(file: str, text: str) -> tuple[RuleSet | None, list[Problem]]:
    """Read a rule set and everything that is wrong with it; None when it does not even have the form of one."""
    try:
        reader = _Reader(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return None, [Problem(file, mark.line + 1 if mark else 1, f"geen geldige YAML: {getattr(error, 'problem', error)}")]
    findings = reader.findings
    ruleset = None
    try:
        ruleset = RuleSet.model_validate(reader.value)
    except ValidationError as error:
        raw = _without_echoes(error.errors())
        findings += [
            Finding(tuple(at["loc"]), f"{fault.field}: {fault.message}")
            for at, fault in zip(raw, faults_of(list(raw)), strict=True)
        ]
    else:
        findings += checks(ruleset)
    problems = {Problem(file, reader.line(finding.path), finding.message) for finding in findings}
    return ruleset, sorted(problems, key=lambda problem: (problem.line, problem.message))


def _without_echoes(found: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out that a list is too short where that is only because something in it is wrong."""
    within = {tuple(error["loc"][:length]) for error in found for length in range(len(error["loc"]))}
    return [error for error in found if error["type"] != "too_short" or tuple(error["loc"]) not in within]


class _Reader:
    """The plain value of a YAML text, and the line of each part of it."""

    def __init__(self, text: str) -> None:
        self.findings: list[Finding] = []
        self._lines: dict[Path, int] = {}
        self._loader = yaml.CSafeLoader(text)
        try:
            node = self._loader.get_single_node()
            self.value: Any = None if node is None else self._plain(node, ())
        finally:
            self._loader.dispose()

    def line(self, path: Path) -> int:
        """The line of a part, or of the nearest part around it."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def _plain(self, node: yaml.Node, path: Path) -> object:
        self._lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            found: dict[str, object] = {}
            for key_node, value_node in node.value:
                key = str(self._loader.construct_object(key_node))
                here = (*path, key)
                if key in found:
                    self._lines[here] = key_node.start_mark.line + 1
                    self.findings.append(Finding(here, f"de sleutel {key} staat er twee keer"))
                self._lines[here] = key_node.start_mark.line + 1
                found[key] = self._plain(value_node, here)
            return found
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(item, (*path, position)) for position, item in enumerate(node.value)]
        return self._loader.construct_object(node)
