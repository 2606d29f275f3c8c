"""What a service says of its messages: AsyncAPI 3.0, from FastStream, with the names that the specification allows.

>>> document(broker, title="Schakel intake", version="1.0.0")["channels"].keys()

Pure data in a fixed order (FastStream keeps its subscribers in a set), so that a service may add channels that FastStream does
not serve (intake: those of the connectors).
"""

import re
from typing import Any

from faststream.rabbit import RabbitBroker
from faststream.specification import AsyncAPI, License

_NOT_IN_A_KEY = re.compile(r"[^\w.-]+")
"""AsyncAPI 3.0, Components Object: keys match ``^[a-zA-Z0-9.\\-_]+$``; FastStream writes ``Event[X]`` and ``x:Message``."""
_ESCAPED = re.compile(r"%[0-9A-F]{2}")


def document(broker: RabbitBroker, *, title: str, version: str) -> dict[str, Any]:
    """Describe what ``broker`` handles and sends."""
    made = AsyncAPI(
        broker, title=title, version=version, license=License(name="EUPL-1.2", url="https://eupl.eu/1.2/nl/")
    ).to_specification()
    found: dict[str, Any] = _tidy(made.to_jsonable())
    components = found.setdefault("components", {})
    for holder, section in ((components, "schemas"), (components, "messages"), (found, "channels"), (found, "operations")):
        holder[section] = {_key(name): item for name, item in sorted(holder.get(section, {}).items())}
    return found


def _tidy(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Follow the renamed components in every reference."""
    match value:
        case {"$ref": str(reference)}:
            return {"$ref": "/".join(map(_reference, reference.split("/")))}
        case dict():
            return {name: _tidy(item) for name, item in value.items()}
        case list():
            return [_tidy(item) for item in value]
        case _:
            return value


def _reference(part: str) -> str:
    return part if part == "#" else _key(_ESCAPED.sub(".", part))


def _key(name: str) -> str:
    return _NOT_IN_A_KEY.sub(".", name).strip(".")
