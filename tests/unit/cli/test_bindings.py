"""The models of the Python client say what the schemas say."""

from typing import Any

import pytest

from intake.adapters.contract import ANSWERS, COMMANDS, NEWS, published, type_of
from intake.adapters.examples import EXAMPLES
from schakel.bindings import render
from schakel_lvs import berichten
from schakel_lvs.base import Command, Heard
from shared.contracts import connector as contract


@pytest.mark.parametrize("kind", [*COMMANDS, *ANSWERS, *NEWS], ids=lambda kind: kind.__name__)
def test_a_message_of_the_client_is_the_message_of_the_contract(kind: type[contract.Public]) -> None:
    ours: type[Command | Heard] = getattr(berichten, kind.__name__)
    assert type_of(kind) == ours.TYPE
    assert set(kind.model_fields) == set(ours.model_fields)
    for example in EXAMPLES[kind].values():
        read = ours.model_validate(example).model_dump_json(by_alias=True, exclude_defaults=True)
        assert kind.model_validate_json(read) == kind.model_validate(example)
    limits = published()[type_of(kind)]["properties"]
    theirs = ours.model_json_schema()["properties"]
    if kind in COMMANDS:
        assert {name: without(field) for name, field in theirs.items()} == {
            name: without(field) for name, field in limits.items()
        }


def without(field: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in field.items() if key not in {"title", "default", "description"}}


def schema(name: str, **fields: Any) -> dict[str, Any]:
    return {"$id": f"urn:schakel:x.{name}.v1", "title": name, "type": "object", "properties": fields}


def test_what_several_messages_hold_is_written_once_and_before_them() -> None:
    held = {"Held": {"title": "Held", "type": "object", "properties": {"naam": {"type": "string"}}}}
    one = {**schema("One", held={"$ref": "#/$defs/Held"}), "$defs": held}
    two = {**schema("Two", held={"$ref": "#/$defs/Held"}), "$defs": held}
    text = render(commands=[one, two], answers=[schema("Yes")], news=[schema("News")])
    assert text.count("class Held(Value)") == 1
    assert text.index("class Held") < text.index("class One") < text.index("class Two")
    other = {"Held": {"title": "Held", "type": "object", "properties": {"naam": {"type": "integer"}}}}
    with pytest.raises(ValueError, match="two models are called Held"):
        render(commands=[one, {**two, "$defs": other}], answers=[schema("Yes")], news=[schema("News")])


def test_a_name_that_cannot_be_written_in_python_and_back_is_refused() -> None:
    with pytest.raises(ValueError, match="SHA"):
        render(commands=[schema("One", SHA={"type": "string"})], answers=[schema("Yes")], news=[schema("News")])
