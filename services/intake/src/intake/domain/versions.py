"""Versions of a command side by side: an earlier one is read as it was agreed, and becomes the newest at the edge.

>>> EARLIER[HulpvraagIndienenV1.TYPE] = Earlier(HulpvraagIndienenV1, HulpvraagIndienen.TYPE, to_v2, {"datum": "aanvraagdatum"})

Behind this file there is only the newest. A builder who stayed behind hears of faults under the names that it sent.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.contracts.connector import COMMANDS, Public
from shared.errors import Fault


@dataclass(frozen=True, slots=True)
class Earlier:
    """A version that is still taken, and how it reads in the ``next``, which may be an earlier one too.

    ``fields``: paths in the next version that have another name in this one.
    """

    model: type[Public]
    next: str
    upcast: Callable[[Any], Public]
    fields: Mapping[str, str] = field(default_factory=dict)


EARLIER: dict[str, Earlier] = {}
"""By ``type``. Empty: every command is in its first version."""


def model_of(kind: str) -> type[Public] | None:
    """Return what a message of this type is read with; None for a type that nobody knows."""
    return EARLIER[kind].model if kind in EARLIER else COMMANDS.get(kind)


def newest_type(kind: str) -> str:
    """Return the type that this one becomes."""
    while kind in EARLIER:
        kind = EARLIER[kind].next
    return kind


def newest(kind: str, sent: Public) -> Public:
    """Bring a command to its newest version. Raises ValidationError when that asks more than this one could say."""
    while kind in EARLIER:
        sent, kind = EARLIER[kind].upcast(sent), EARLIER[kind].next
    return sent


def as_sent(kind: str, faults: Sequence[Fault]) -> tuple[Fault, ...]:
    """Name the fields of these faults as the sender of this version knows them."""
    passed = []
    while kind in EARLIER:
        passed.append(EARLIER[kind].fields)
        kind = EARLIER[kind].next
    for fields in reversed(passed):
        faults = [fault.model_copy(update={"field": _renamed(fault.field, fields)}) for fault in faults]
    return tuple(faults)


def _renamed(path: str, fields: Mapping[str, str]) -> str:
    known = next((known for known in fields if path == known or path.startswith(f"{known}.")), None)
    return path if known is None else fields[known] + path.removeprefix(known)
