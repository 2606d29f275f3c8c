"""What changed in the data of a dossier from one version to the next: field, before, after.

>>> changes([Versie(1, {"achternaam": "Voorbeeld"}, …), Versie(2, {"achternaam": "Verzonnen"}, …)])
[Wijziging(versie=2, velden=(Veld("achternaam", "Voorbeeld", "Verzonnen"),), …)]
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any


@dataclass(frozen=True, slots=True)
class Versie:
    """The data as one message brought them. ``connector`` is None for what a person typed in."""

    versie: int
    gegevens: Mapping[str, Any]
    vanaf: datetime
    connector: str | None
    dossiernummer: int | None


@dataclass(frozen=True, slots=True)
class Veld:
    """One field that changed; empty is not there."""

    veld: str
    oud: str
    nieuw: str


@dataclass(frozen=True, slots=True)
class Wijziging:
    """What one message changed."""

    versie: int
    vanaf: datetime
    connector: str | None
    dossiernummer: int | None
    velden: tuple[Veld, ...]


def changes(versies: Sequence[Versie]) -> list[Wijziging]:
    """List what each version changed in the one before it, the newest first."""
    return [
        Wijziging(after.versie, after.vanaf, after.connector, after.dossiernummer, _between(before.gegevens, after.gegevens))
        for before, after in pairwise(versies)
    ][::-1]


def _between(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Veld, ...]:
    old, new = dict(_leaves(before)), dict(_leaves(after))
    values = ((name, old.get(name, ""), new.get(name, "")) for name in sorted({*old, *new}))
    return tuple(Veld(name, was, now) for name, was, now in values if was != now)


def _leaves(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Walk over what is inside objects and lists, with dotted paths."""
    match value:
        case Mapping():
            parts: Iterator[tuple[object, object]] = iter(value.items())
        case list() | tuple():
            parts = iter(enumerate(value))
        case _:
            yield path, "" if value is None else str(value)
            return
    for name, part in parts:
        yield from _leaves(part, f"{path}.{name}" if path else str(name))
