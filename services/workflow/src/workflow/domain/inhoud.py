"""What a school changed when it sent its hulpvraag again: names of fields, never what stood there.

>>> changed({"omschrijving": "Rekenen."}, {"omschrijving": "Rekenen en spelling."})
["omschrijving"]
"""

from collections.abc import Iterator, Mapping
from typing import Any

_OF_SCHOOL = ("aanvraagtype", "omschrijving", "opp", "leerling", "groep", "contactpersoon")
"""What a school writes itself; the rest is ours, or said elsewhere (bijlagen)."""


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Name the fields of one content that are otherwise in the next, with a dot where they are of something."""
    old, new = dict(_fields(before)), dict(_fields(after))
    return [name for name in dict.fromkeys((*old, *new)) if old.get(name) != new.get(name)]


def _fields(inhoud: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    for name in _OF_SCHOOL:
        match inhoud.get(name):
            case dict() as parts:
                yield from ((f"{name}.{part}", value) for part, value in parts.items() if part != "dossier")
            case value:
                yield name, value
