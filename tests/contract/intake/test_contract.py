"""The contract with connectors as docs/asyncapi has it: complete, and its examples are messages that both sides take."""

import json
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml
from jsonschema import Draft202012Validator

from intake.adapters.contract import COMMANDS, NEWS, PREFIX, describe, published, type_of
from intake.adapters.examples import EXAMPLES
from intake.domain.reading import Received, read
from intake.domain.versions import EARLIER, Earlier
from schakel_lvs.berichten import HEARD as KINDS
from shared.contracts import connector as contract

DOCUMENT = yaml.safe_load((Path(__file__).parents[3] / "docs/asyncapi/intake.yaml").read_text(encoding="utf-8"))
CASES = [(kind, name) for kind, examples in EXAMPLES.items() for name in examples]


def message(kind: type[contract.Public]) -> dict[str, Any]:
    found: dict[str, Any] = DOCUMENT["components"]["messages"][PREFIX + kind.__name__]
    return found


def payload(kind: type[contract.Public], name: str) -> dict[str, Any]:
    (found,) = [example["payload"] for example in message(kind)["examples"] if example["name"] == name]
    assert isinstance(found, dict)
    return found


def test_the_document_holds_both_channels_and_every_message_of_the_contract() -> None:
    channels = DOCUMENT["channels"]
    assert channels["connector.in"]["address"] == "lvs.{connector}.in"
    assert channels["connector.uit"]["address"] == "lvs.{connector}.uit"
    sent = {DOCUMENT["components"]["messages"][PREFIX + name]["name"] for name in channels["connector.in"]["messages"]}
    received = {DOCUMENT["components"]["messages"][PREFIX + name]["name"] for name in channels["connector.uit"]["messages"]}
    assert sent == set(contract.COMMANDS)
    assert received == {kind.TYPE for kind in vars(contract).values() if hasattr(kind, "TYPE")} - sent
    assert received == set(KINDS)


def test_every_command_names_its_answers_and_the_rest_is_news() -> None:
    replies = {
        name.removeprefix(PREFIX): [item["$ref"].rpartition("/")[2] for item in operation["reply"]["messages"]]
        for name, operation in DOCUMENT["operations"].items()
        if name.startswith(PREFIX) and "reply" in operation
    }
    assert replies == {command.__name__: [answer.__name__ for answer in answers] for command, answers in COMMANDS.items()}
    news = [item["$ref"].rpartition("/")[2] for item in DOCUMENT["operations"]["connector.berichten"]["messages"]]
    assert news == [kind.__name__ for kind in NEWS]


@pytest.mark.parametrize(("kind", "name"), CASES, ids=lambda value: value if isinstance(value, str) else value.__name__)
def test_an_example_fits_its_schema_and_its_model(kind: type[contract.Public], name: str) -> None:
    example = payload(kind, name)
    schema = {"$ref": f"#/components/schemas/{PREFIX}{kind.__name__}", "components": DOCUMENT["components"]}
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    validator.validate(example)
    assert validator.is_valid({**example, "onbekendVeld": 1}) == (kind not in COMMANDS), (
        "a reader ignores what it does not know"
    )
    body = json.dumps(example)
    if kind in COMMANDS:
        user = "lvs-demo"
        sent = {"message_id": "0198f3a1-7c1e-7d2a-9a55-2f6b1c9d4e01", "user_id": user, "type": type_of(kind)}
        properties = {**sent, "content_type": "application/json"}
        assert set(message(kind)["headers"]["required"]) == set(properties)
        reading = read(Received(properties, body.encode(), len(body)), user=user, limit=262_144)
        assert reading.faults == ()
        assert isinstance(reading.command, kind)
    else:
        written = json.loads(KINDS[type_of(kind)].model_validate_json(body).model_dump_json(by_alias=True, exclude_none=True))
        assert written | example == written


def test_an_earlier_version_stands_in_the_document_beside_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    class BriefOphalenV0(contract.BriefOphalen):
        """As it was."""

        TYPE: ClassVar[str] = "nl.passend-onderwijs.brief.ophalen.v0"

    earlier = Earlier(BriefOphalenV0, contract.BriefOphalen.TYPE, lambda sent: contract.BriefOphalen(**sent.model_dump()))
    monkeypatch.setitem(EARLIER, BriefOphalenV0.TYPE, earlier)
    monkeypatch.setitem(EXAMPLES, BriefOphalenV0, EXAMPLES[contract.BriefOphalen])  # type: ignore[misc]  # a class as key
    document: dict[str, Any] = {"channels": {}, "operations": {}, "components": {"schemas": {}, "messages": {}}}
    describe(document)
    asked = [document["operations"][PREFIX + name] for name in ("BriefOphalen", "BriefOphalenV0")]
    assert asked[0]["reply"] == asked[1]["reply"]
    assert document["components"]["messages"]["connector.BriefOphalenV0"]["name"] == BriefOphalenV0.TYPE
    assert {BriefOphalenV0.TYPE, contract.BriefOphalen.TYPE} <= published().keys()


def test_describing_adds_and_leaves_what_stood_there() -> None:
    document: dict[str, Any] = {
        "channels": {"x": 1},
        "operations": {"x": 2},
        "components": {"schemas": {"x": 3}, "messages": {"x": 4}},
    }
    describe(document)
    assert (document["channels"]["x"], document["operations"]["x"]) == (1, 2)
    assert (document["components"]["schemas"]["x"], document["components"]["messages"]["x"]) == (3, 4)
    assert len(document["components"]["messages"]) == 1 + len(contract.COMMANDS) + len(KINDS)
