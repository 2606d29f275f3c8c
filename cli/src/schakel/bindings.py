"""The models of the Python client (clients/python), written from the published JSON Schemas of the contract with connectors.

>>> text = render(commands=[schema, ...], answers=[schema, ...], news=[schema, ...])

There is one source, ``shared.contracts.connector``. The client cannot import it, for that would bring a builder the whole
server; what a builder generates in another language comes from the same files.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic.alias_generators import to_camel

Schema = dict[str, Any]
_HEAD = '"""Every message of the contract with connectors. Made by ``schakel docs`` from docs/schemas/connector."""'
_TYPES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
_FORMATS = {"date": "date", "date-time": "datetime", "uuid": "UUID"}
_LIMITS = {
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_length",
    "maxItems": "max_length",
    "pattern": "pattern",
    "minimum": "ge",
    "maximum": "le",
    "exclusiveMinimum": "gt",
    "exclusiveMaximum": "lt",
}
_IMPORTS = {"datetime": ("date", "datetime"), "typing": ("Annotated", "ClassVar", "Literal"), "uuid": ("UUID",)}
_LINE = 115
_BASES = ("Command", "Heard", "HeardValue", "Value")


def render(*, commands: Sequence[Schema], answers: Sequence[Schema], news: Sequence[Schema]) -> str:
    """Write the module. Each schema stands alone, with its ``$id``; a model that several of them hold is written once."""
    models: dict[str, tuple[Schema, str]] = {}
    for schemas, base in ((commands, "Command"), ((*answers, *news), "Heard")):
        _gather(models, schemas, base)
    heard = "".join(f"    {schema['title']}.TYPE: {schema['title']},\n" for schema in (*answers, *news))
    ends = [
        _either("Opdracht", commands, "What a connector may send."),
        _either("Antwoord", answers, "What answers a command."),
        _either("Bericht", news, "What comes later, about a hulpvraag."),
        f'HEARD: dict[str, type[Antwoord | Bericht]] = {{\n{heard}}}\n"""Everything a connector may hear, by ``type``."""\n',
    ]
    body = "\n\n".join([*(_class(*models[name]) for name in _in_order(models)), "\n".join(ends)])
    return "\n".join([_HEAD, "", *_imports(body), "", "", body])


def _gather(models: dict[str, tuple[Schema, str]], schemas: Sequence[Schema], base: str) -> None:
    """Add these messages and what they hold. Raises ValueError when one name would be two models."""
    messages = {schema["title"]: schema for schema in schemas}
    for schema in schemas:
        for name, held in schema.get("$defs", {}).items():
            if name not in messages:
                _add(models, name, held, "HeardValue" if base == "Heard" else "Value")
        _add(models, schema["title"], {key: value for key, value in schema.items() if key != "$defs"}, base)


def _add(models: dict[str, tuple[Schema, str]], name: str, schema: Schema, base: str) -> None:
    made = (_loose(schema) if base.startswith("Heard") else schema, base)
    if models.setdefault(name, made) != made:
        raise ValueError(f"two models are called {name}")


def _in_order(models: dict[str, tuple[Schema, str]]) -> list[str]:
    """What a model holds comes before it."""
    ordered: list[str] = []

    def place(name: str) -> None:
        for held in re.findall(r"#/\$defs/(\w+)", str(models[name][0])):
            place(held)
        if name not in ordered:
            ordered.append(name)

    for name in models:
        place(name)
    return ordered


def _class(schema: Schema, base: str) -> str:
    lines = [f"class {schema['title']}({base}):", f'    """{_told(schema)}"""']
    fields = [_field(name, field, name in schema.get("required", ())) for name, field in schema.get("properties", {}).items()]
    if "$id" in schema:
        lines += ["", f'    TYPE: ClassVar[str] = "{schema["$id"].rpartition(":")[2]}"']
    return "\n".join([*lines, "", *fields, ""])


def _told(schema: Schema) -> str:
    """As much of the description as stands on one line."""
    told = str(schema.get("description", schema["title"])).partition("\n\n")[0].replace("\n", " ")
    while len(told) > _LINE and (end := max(told.rfind("; "), told.rfind(". "))) > 0:
        told = told[:end] + "."
    return told


def _loose(schema: Schema) -> Schema:
    """The same without limits: who reads is content with more than was agreed."""
    return {name: _inside(value) for name, value in schema.items() if name not in _LIMITS}


def _inside(value: object) -> object:
    if isinstance(value, list):
        return [_inside(one) for one in value]
    return _loose(value) if isinstance(value, dict) else value


def _field(name: str, schema: Schema, required: bool) -> str:  # noqa: FBT001 - one of three facts about a field
    own = re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", name)
    if to_camel(own) != name:
        raise ValueError(f"{name} does not follow from {own}")
    default = schema.get("default")
    value = "" if required else f" = {'()' if default == [] else _quoted(default) if isinstance(default, str) else default}"
    return f"    {own}: {_type(schema)}{value}"


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(_type(branch) for branch in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return f"Literal[{', '.join(map(_quoted, schema.get('enum', [schema.get('const')])))}]"
    plain = _plain(schema)
    limits = [f"{ours}={_limit(schema[theirs])}" for theirs, ours in _LIMITS.items() if theirs in schema]
    return f"Annotated[{plain}, Field({', '.join(limits)})]" if limits else plain


def _plain(schema: Schema) -> str:
    match schema["type"]:
        case "null":
            return "None"
        case "array":
            return f"tuple[{_type(schema['items'])}, ...]"
        case "object":
            return f"dict[str, {_type(schema['additionalProperties'])}]"
        case kind:
            return _FORMATS.get(schema.get("format", ""), _TYPES[kind])


def _quoted(text: object) -> str:
    return '"' + str(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _limit(value: object) -> str:
    return f'r"{value}"' if isinstance(value, str) else str(value)


def _either(name: str, schemas: Sequence[Schema], told: str) -> str:
    titles = [schema["title"] for schema in schemas]
    line = f"{name} = {' | '.join(titles)}"
    if len(line) > _LINE:
        line = f"{name} = (\n    " + "\n    | ".join(titles) + "\n)"
    return f'{line}\n"""{told}"""'


def _imports(body: str) -> Iterator[str]:
    words = set(re.findall(r"\w+", re.sub(r'"""(.|\n)*?"""', "", body)))
    for module, names in _IMPORTS.items():
        if used := [name for name in names if name in words]:
            yield f"from {module} import {', '.join(used)}"
    if "Field" in words:
        yield from ("", "from pydantic import Field")
    yield from ("", f"from schakel_lvs.base import {', '.join(name for name in _BASES if name in words)}")
