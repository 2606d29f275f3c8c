"""A builder of connectors who holds to the schemas of the last release goes on working."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from intake.adapters.contract import published
from intake.adapters.examples import EXAMPLES
from shared.contracts import connector as contract
from support.compatibility import breaks

BASELINE = Path(__file__).parents[3] / "docs/schemas/connector/baseline"
PREFIX = "nl.passend-onderwijs."
RELEASED = {f"{PREFIX}{path.stem}": json.loads(path.read_text(encoding="utf-8")) for path in sorted(BASELINE.glob("*.json"))}
COMMAND, ANSWER = contract.HulpvraagIndienen.TYPE, contract.Uploadslots.TYPE


def is_answer(kind: str) -> bool:
    return kind.removeprefix(PREFIX).startswith(("antwoord.", "bericht."))


def test_every_type_of_the_last_release_is_still_taken_or_told() -> None:
    assert RELEASED
    assert RELEASED.keys() - published().keys() == set(), "a version goes only after every builder left it"


@pytest.mark.parametrize("kind", RELEASED)
def test_a_message_of_the_last_release_breaks_no_builder(kind: str) -> None:
    assert breaks(RELEASED[kind], published()[kind], answer=is_answer(kind)) == []


@pytest.mark.parametrize("kind", EXAMPLES, ids=lambda kind: kind.__name__)
def test_every_example_fits_the_schema_that_is_published_of_its_type(kind: type[contract.Public]) -> None:
    schema = published()[kind.TYPE]  # type: ignore[attr-defined]  # every message has one
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    for example in EXAMPLES[kind].values():
        validator.validate(example)
        assert validator.is_valid({**example, "nieuwVeld": 1}) == is_answer(kind.TYPE)  # type: ignore[attr-defined]


def required(schema: dict[str, Any]) -> None:
    schema["properties"]["toelichting"] = {"type": "string"}
    schema["required"].append("toelichting")


def required_inside(schema: dict[str, Any]) -> None:
    schema["$defs"]["LeerlingOpgave"]["required"].append("voorvoegsel")


def removed(schema: dict[str, Any]) -> None:
    del schema["properties"]["omschrijving"]


def shorter(schema: dict[str, Any]) -> None:
    schema["properties"]["aanvraagtype"]["maxLength"] = 100


def limited(schema: dict[str, Any]) -> None:
    schema["properties"]["datum"]["pattern"] = "^2026"


def other_type(schema: dict[str, Any]) -> None:
    schema["properties"]["aanvraagtype"] = {"type": "integer"}


def fewer_values(schema: dict[str, Any]) -> None:
    schema["properties"]["swv"] = {"enum": ["PO2507"], "type": "string"}


def fewer_items(schema: dict[str, Any]) -> None:
    schema["properties"]["uploadslots"]["minItems"] = 1


def unknown_word(schema: dict[str, Any]) -> None:
    schema["properties"]["uploadslots"]["uniqueItems"] = True


def dropped(schema: dict[str, Any]) -> None:
    del schema["properties"]["geweigerd"]


def not_always(schema: dict[str, Any]) -> None:
    schema["required"].remove("uploadslots")


def may_be_null(schema: dict[str, Any]) -> None:
    schema["properties"]["betreft"] = {"anyOf": [{"type": "string"}, {"type": "null"}]}


def other_format(schema: dict[str, Any]) -> None:
    del schema["$defs"]["UploadslotAntwoord"]["properties"]["uploadslot"]["format"]


def other_map(schema: dict[str, Any]) -> None:
    schema["$defs"]["UploadslotAntwoord"]["properties"]["velden"]["additionalProperties"] = {"type": "integer"}


BREAKING: list[tuple[str, Callable[[dict[str, Any]], None], str]] = [
    (COMMAND, required, "toelichting: is required now"),
    (COMMAND, required_inside, "leerling.voorvoegsel: is required now"),
    (COMMAND, removed, "omschrijving: is gone"),
    (COMMAND, shorter, "aanvraagtype: maxLength 200 exceeds 100"),
    (COMMAND, limited, "datum: pattern differs"),
    (COMMAND, other_type, "aanvraagtype: is integer on one side and string on the other"),
    (COMMAND, fewer_values, "swv: has other values"),
    (COMMAND, fewer_items, "uploadslots: minItems None is below 1"),
    (COMMAND, unknown_word, "uploadslots: uniqueItems is not known here, and differs"),
    (ANSWER, dropped, "geweigerd: is gone"),
    (ANSWER, not_always, "uploadslots: is not always there"),
    (ANSWER, may_be_null, "betreft: is string on one side and null on the other"),
    (ANSWER, other_format, "uploadslots[].uploadslot: format differs"),
    (ANSWER, other_map, "uploadslots[].velden.*: is string on one side and integer on the other"),
]


@pytest.mark.parametrize(("kind", "change", "said"), BREAKING, ids=lambda value: getattr(value, "__name__", None))
def test_a_change_that_breaks_a_builder_is_named(kind: str, change: Callable[[dict[str, Any]], None], said: str) -> None:
    changed = deepcopy(published()[kind])
    change(changed)
    assert breaks(published()[kind], changed, answer=is_answer(kind)) == [said]


def optional_field(schema: dict[str, Any]) -> None:
    schema["properties"]["toelichting"] = {"type": "string", "default": ""}


def longer(schema: dict[str, Any]) -> None:
    schema["properties"]["aanvraagtype"]["maxLength"] = 300


def no_longer_required(schema: dict[str, Any]) -> None:
    schema["required"].remove("aanvraagtype")


def promised(schema: dict[str, Any]) -> None:
    schema["required"].append("geweigerd")


@pytest.mark.parametrize(
    ("kind", "change"),
    [(COMMAND, optional_field), (COMMAND, longer), (COMMAND, no_longer_required), (ANSWER, optional_field), (ANSWER, promised)],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_a_builder_need_not_notice_is_no_break(kind: str, change: Callable[[dict[str, Any]], None]) -> None:
    changed = deepcopy(published()[kind])
    change(changed)
    assert breaks(published()[kind], changed, answer=is_answer(kind)) == []
