"""Commands of connectors with changes that a builder could make: another value, the wrong kind of value, a field less or more.

>>> kind, body = mutant(Random(7))
>>> sent(body) == command.model_dump(mode="json", by_alias=True, exclude_unset=True)    # of one that was taken
"""

import copy
import re
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from intake.adapters.examples import EXAMPLES
from shared.contracts.connector import COMMANDS, Public

BODIES: list[tuple[type[Public], dict[str, Any]]] = [
    (kind, body) for kind, examples in EXAMPLES.items() if getattr(kind, "TYPE", None) in COMMANDS for body in examples.values()
]
WORDS = ("Noor", "O'Brien-Jansen", "Łukasz", "  spaties  ", "Ça va?", "groep 3", "Zie het verslag.", "x" * 60, "\u0069\u0308")
WRONG: tuple[Any, ...] = (
    None,
    0,
    -1,
    1.5,
    True,
    "",
    "\u0000",
    "x" * 5000,
    [],
    {},
    [1, "a"],
    {"a": {"b": []}},
    "123456782",
    10**30,
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d$")
_MAIL = re.compile(r"\S+@\S+$")


def mutant(chance: Random) -> tuple[type[Public], dict[str, Any]]:
    """Give the kind and the body of one, with up to three changes; half of the changes are meant to be right."""
    kind, good = chance.choice(BODIES)
    body = copy.deepcopy(good)
    for _ in range(chance.randint(0, 3)):
        holder, key = chance.choice(list(_places(body)))
        match chance.choices(("like", "wrong", "gone", "more"), (70, 10, 15, 5))[0]:
            case "like":
                holder[key] = _like(holder[key], chance)
            case "wrong":
                holder[key] = copy.deepcopy(chance.choice(WRONG))
            case "gone":
                del holder[key]
            case _ if isinstance(holder, dict):
                holder[chance.choice(("onbekend", "BSN", ""))] = copy.deepcopy(chance.choice(WRONG))
        if not body:
            break
    return kind, body


def sent(value: Any) -> Any:
    """What is to be read of a body: texts without the spaces around them."""
    match value:
        case str():
            return value.strip()
        case list():
            return [sent(one) for one in value]
        case dict():
            return {key: sent(one) for key, one in value.items()}
        case _:
            return value


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])


def _like(value: Any, chance: Random) -> Any:
    match value:
        case bool():
            return not value
        case int():
            return chance.randint(1, 10**9)
        case str():
            return _like_text(value, chance)
        case list():
            return [*value, *copy.deepcopy(value[:1])] if chance.random() < 0.3 else value[:1]
        case _:
            return value


def _like_text(value: str, chance: Random) -> str:
    if _is_uuid(value):
        return str(UUID(int=chance.getrandbits(128)))
    if _DATE.match(value):
        return (date.fromisoformat(value) - timedelta(days=chance.randint(0, 2000))).isoformat()
    if _MAIL.match(value):
        return f"{chance.choice(('ina', 'o.brien', 'a+b'))}@school.example"
    return chance.choice(WORDS)


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
