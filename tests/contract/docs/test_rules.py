"""docs/rules and docs/diagrams: as the code and the rule sets have it today."""

import json
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from schakel.rules import file_name, index, svg
from workflow import rules
from workflow.diagram import dot, fingerprint
from workflow.registry import read_all
from workflow.rulefile import read

DOCS = Path(__file__).parents[3] / "docs"
SWVS = sorted(one.ruleset.swv for one in read_all(None))
PAGE = (DOCS / "rules/README.md").read_text(encoding="utf-8")


def example() -> str:
    """The rule set in the documentation."""
    (found,) = re.findall(r"^```yaml\n(# yaml-language-server.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


def test_every_swv_has_a_folder_of_diagrams() -> None:
    assert sorted(folder.name for folder in (DOCS / "diagrams").iterdir()) == SWVS, "run make diagrams"


@pytest.mark.parametrize("swv", SWVS)
def test_every_aanvraagtype_has_a_diagram_of_the_rules_as_they_are(swv: str) -> None:
    """Compares what a picture was drawn from, not the picture: every Graphviz draws a little differently."""
    regels, folder = rules.regels(swv), DOCS / "diagrams" / swv
    wanted = {f"{file_name(verloop)}.svg": fingerprint(dot(verloop, regels.ruleset.rollen)) for verloop in regels.verlopen}
    assert sorted(path.name for path in folder.iterdir()) == sorted([*wanted, "README.md"]), "run make diagrams"
    stale = [name for name, mark in wanted.items() if mark not in (folder / name).read_text(encoding="utf-8")]
    assert stale == [], "run make diagrams"
    assert (folder / "README.md").read_text(encoding="utf-8") == index(regels), "run make diagrams"


def test_graphviz_draws_every_status_of_the_largest_one() -> None:
    regels = max(map(rules.regels, SWVS), key=lambda one: max(len(verloop.stappen) for verloop in one.verlopen))
    verloop = max(regels.verlopen, key=lambda one: len(one.stappen))
    drawn = svg(regels, verloop)
    assert fingerprint(dot(verloop, regels.ruleset.rollen)) in drawn
    assert drawn.count('class="node"') >= len(verloop.type.statussen)


def test_the_schema_is_that_of_the_code_and_fits_every_rule_set() -> None:
    schema = json.loads((DOCS / "rules/ruleset.schema.json").read_text(encoding="utf-8"))
    assert schema == rules.schema(), "run make docs"
    validator = Draft202012Validator(schema)
    for one in read_all(None):
        assert [error.message for error in validator.iter_errors(yaml.safe_load(one.tekst))] == []


def test_the_example_in_the_documentation_is_a_right_rule_set() -> None:
    ruleset, problems = read("PO1234.yaml", example())
    assert problems == []
    assert ruleset is not None
    assert ruleset.swv == "PO1234"


FINDINGS = re.findall(r"^\| [^|`]+ \| `(.+?)` → `(.+?)` \| `(PO1234\.yaml:.+?)` \|$", PAGE, re.MULTILINE)


def test_the_documentation_has_an_example_of_every_class_of_finding() -> None:
    assert len(FINDINGS) > 20


@pytest.mark.parametrize(("old", "new", "finding"), FINDINGS)
def test_a_change_in_the_example_is_found_as_documented(old: str, new: str, finding: str) -> None:
    text = example().replace(old, "" if new == "(nothing)" else new, 1)
    assert text != example()
    assert finding in map(str, read("PO1234.yaml", text)[1])


def test_every_key_of_the_format_stands_in_the_documentation() -> None:
    schema = rules.schema()
    parts = [schema, *schema["$defs"].values()]
    keys = {key for part in parts for key in part.get("properties", {})} - {"soort"}
    assert sorted(key for key in keys if f"`{key}`" not in PAGE and f"`{key}:" not in PAGE) == []
