"""JSON Schemas of the contract with connectors (draft 2020-12).

A command is closed: a field that is unknown is a fault. An answer is open: a builder ignores what it does not know, so that
a later release may tell more. ``alone`` makes one schema that needs no other, for docs/schemas/connector.
"""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_HERE = "#/$defs/{model}"


def of_commands(kinds: Iterable[type[BaseModel]], at: str) -> dict[str, dict[str, Any]]:
    """Return the schemas of these models and what they hold, by name; ``at`` is where they will stand (``{model}``)."""
    _, found = models_json_schema([(kind, "validation") for kind in kinds], ref_template=at)
    models: dict[str, dict[str, Any]] = found["$defs"]
    return models


def of_answers(kinds: Iterable[type[BaseModel]], at: str) -> dict[str, dict[str, Any]]:
    """Return the same, of what a connector reads."""
    return {
        name: {key: value for key, value in schema.items() if (key, value) != ("additionalProperties", False)}
        for name, schema in of_commands(kinds, at).items()
    }


def alone(kind: type[BaseModel], type_: str, *, answer: bool) -> dict[str, Any]:
    """Return the schema of one message with everything it refers to."""
    models = (of_answers if answer else of_commands)([kind], _HERE)
    own = models.pop(kind.__name__)
    return {"$schema": DIALECT, "$id": f"urn:schakel:{type_}", **own} | ({"$defs": models} if models else {})
