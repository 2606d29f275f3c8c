"""What in a newer JSON Schema breaks a builder of connectors who holds to an older one.

>>> breaks(old, new, answer=False)
['leerling.voornaam: is required now']

A command that was good must stay good: the new schema takes all that the old one took. An answer must stay readable: the new
schema gives nothing that the old one would not have given, but for fields that the old one does not know, which a reader
ignores; and no field goes away. Kept to what our schemas use: a keyword that is not known here is a break when it differs.
"""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

_WORDS = {"title", "description", "default", "examples", "$schema", "$id", "$defs"}
"""Say nothing of what is valid."""
_AT_MOST = ("maxLength", "maxItems", "maximum", "exclusiveMaximum")
_AT_LEAST = ("minLength", "minItems", "minimum", "exclusiveMinimum")
_EQUAL = ("pattern", "format")
_SHAPE = {"type", "properties", "required", "additionalProperties", "items", "anyOf", "enum", "const", "$ref"}


def breaks(old: Schema, new: Schema, *, answer: bool) -> list[str]:
    """Return every break, each with the path of its field."""
    if answer:
        return list(_exceeds(new, old, new, old, "", answer=True))
    return list(_exceeds(old, new, old, new, "", answer=False))


def _exceeds(sub: Schema, sup: Schema, sub_root: Schema, sup_root: Schema, path: str, *, answer: bool) -> Iterator[str]:
    """Say where something valid under ``sub`` is not valid under ``sup``."""
    sub, sup = _found(sub, sub_root), _found(sup, sup_root)
    here = path or "(bericht)"
    if "anyOf" in sub or "anyOf" in sup:
        for one in sub.get("anyOf", [sub]):
            ways = [list(_exceeds(one, other, sub_root, sup_root, path, answer=answer)) for other in sup.get("anyOf", [sup])]
            if all(ways):
                yield from min(ways, key=len)
        return
    values, allowed = _values(sub), _values(sup)
    if allowed is not None:
        if values is None or not values <= allowed:
            yield f"{here}: has other values"
        return
    if values is None and sub.get("type") != sup.get("type") and (sub.get("type"), sup.get("type")) != ("integer", "number"):
        yield f"{here}: is {sup.get('type')} on one side and {sub.get('type')} on the other"
        return
    yield from (f"{here}: {what}" for what in _limits(sub, sup))
    if "items" in sup and "items" in sub:
        yield from _exceeds(sub["items"], sup["items"], sub_root, sup_root, f"{path}[]", answer=answer)
    if sup.get("type") == "object":
        yield from _objects(sub, sup, sub_root, sup_root, path, answer=answer)


def _objects(sub: Schema, sup: Schema, sub_root: Schema, sup_root: Schema, path: str, *, answer: bool) -> Iterator[str]:
    ours, theirs = sub.get("properties", {}), sup.get("properties", {})
    at = f"{path}." if path else ""
    for name in sorted(set(sup.get("required", ())) - set(sub.get("required", ()))):
        yield f"{at}{name}: is not always there" if answer else f"{at}{name}: is required now"
    for name, field in ours.items():
        if name in theirs:
            yield from _exceeds(field, theirs[name], sub_root, sup_root, at + name, answer=answer)
        elif sup.get("additionalProperties") is False:
            yield f"{at}{name}: is gone"
    if answer:
        yield from (f"{at}{name}: is gone" for name in theirs if name not in ours)
    inner, outer = sub.get("additionalProperties", True), sup.get("additionalProperties", True)
    if isinstance(inner, dict) and isinstance(outer, dict):
        yield from _exceeds(inner, outer, sub_root, sup_root, f"{at}*", answer=answer)
    elif not answer and inner is not False and outer is False:
        yield f"{path or '(bericht)'}: takes no unknown fields any more"


def _limits(sub: Schema, sup: Schema) -> Iterator[str]:
    for word in _AT_MOST:
        if word in sup and sub.get(word, float("inf")) > sup[word]:
            yield f"{word} {sub.get(word)} exceeds {sup[word]}"
    for word in _AT_LEAST:
        if word in sup and sub.get(word, float("-inf")) < sup[word]:
            yield f"{word} {sub.get(word)} is below {sup[word]}"
    for word in _EQUAL:
        if word in sup and sub.get(word) != sup[word]:
            yield f"{word} differs"
    for word in (sub.keys() | sup.keys()) - _WORDS - _SHAPE - {*_AT_MOST, *_AT_LEAST, *_EQUAL}:
        if sub.get(word) != sup.get(word):
            yield f"{word} is not known here, and differs"


def _values(schema: Schema) -> set[str] | None:
    found = schema.get("enum", [schema["const"]] if "const" in schema else None)
    return None if found is None else {repr(value) for value in found}


def _found(schema: Schema, root: Schema) -> Schema:
    while "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        schema = {**root["$defs"][name], **{key: value for key, value in schema.items() if key != "$ref"}}
    return schema
