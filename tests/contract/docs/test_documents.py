"""docs/asyncapi, docs/openapi and docs/schemas: as the code has it today, valid by their own specifications, and true."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator, Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from schakel import docs
from schakel.config import SERVICES

ROOT = Path(__file__).parents[3]
SPECIFICATION = ROOT / "services/gateway/node_modules/@asyncapi/specs/schemas/3.0.0.json"
FOLDERS = ("asyncapi", "openapi", docs.SCHEMAS)


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    """Every document in git, by its path below docs/."""
    files = [path for folder in FOLDERS for path in (ROOT / "docs" / folder).iterdir() if path.is_file()]
    found = {str(path.relative_to(ROOT / "docs")): path.read_text(encoding="utf-8") for path in files}
    return {**found, docs.CLIENT: (ROOT / "docs" / docs.CLIENT).read_text(encoding="utf-8")}


def test_what_stands_in_docs_is_what_the_code_says(written: dict[str, str]) -> None:
    """Each run is a fresh process with its own hash seed, so this also shows that the order is fixed."""
    rendered = docs.render()
    assert sorted(written) == sorted(rendered), "run make docs"
    stale = [name for name, text in rendered.items() if written[name] != text]
    assert stale == [], "run make docs"


@pytest.mark.parametrize("service", SERVICES)
def test_an_asyncapi_document_is_valid_and_complete(written: dict[str, str], service: str) -> None:
    document = yaml.safe_load(written[f"asyncapi/{service}.yaml"])
    Draft7Validator(json.loads(SPECIFICATION.read_text(encoding="utf-8"))).validate(document)
    dangling = [reference for reference in references(document) if not resolves(document, reference)]
    assert dangling == []
    assert document["channels"]
    assert [name for name, channel in document["channels"].items() if not channel["messages"]] == []
    served = {operation["channel"]["$ref"].rpartition("/")[2] for operation in document["operations"].values()}
    answered = {op["reply"]["channel"]["$ref"].rpartition("/")[2] for op in document["operations"].values() if "reply" in op}
    assert served | answered == set(document["channels"])
    names = [name for section in document["components"].values() for name in section]
    assert [name for name in names if not re.fullmatch(r"[a-zA-Z0-9._-]+", name)] == []


def test_a_document_that_is_not_asyncapi_is_refused() -> None:
    validator = Draft7Validator(json.loads(SPECIFICATION.read_text(encoding="utf-8")))
    assert not validator.is_valid(
        {"asyncapi": "3.0.0", "info": {"title": "x", "version": "1"}, "channels": {"x": {"adres": 1}}}
    )


@pytest.mark.parametrize("service", SERVICES)
def test_an_openapi_document_is_valid_and_knows_our_errors_only(written: dict[str, str], service: str) -> None:
    document = json.loads(written[f"openapi/{service}.json"])
    OpenAPIV31SpecValidator(document).validate()
    assert [reference for reference in references(document) if not resolves(document, reference)] == []
    assert "ValidationError" not in written[f"openapi/{service}.json"]
    operations = [(path, operation) for path, item in document["paths"].items() for operation in item.values()]
    assert operations
    for path, operation in operations:
        assert "security" in operation, path
        failures = [answer for status, answer in operation["responses"].items() if not status.startswith(("2", "3"))]
        assert [answer for answer in failures if list(answer["content"]) != ["application/problem+json"]] == [], path
    Draft202012Validator.check_schema(document["components"]["schemas"]["Probleem"])


def references(value: Any) -> Iterator[str]:
    match value:
        case {"$ref": str(reference)}:
            yield reference
        case dict():
            for item in value.values():
                yield from references(item)
        case list():
            for item in value:
                yield from references(item)


def resolves(document: dict[str, Any], reference: str) -> bool:
    here: Any = document
    for part in reference.removeprefix("#/").split("/"):
        if not isinstance(here, dict) or part not in here:
            return False
        here = here[part]
    return True
