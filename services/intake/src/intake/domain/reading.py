"""From bytes and properties to a command, or to every fault that can be seen without asking anyone.

>>> reading = read(message, user="lvs-parnassys", limit=1_048_576)
>>> reading.command or reading.faults

Never raises, whatever was sent.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, cast
from uuid import UUID

from pydantic import ValidationError

from intake.domain.texts import text_faults
from intake.domain.versions import as_sent, model_of, newest
from shared.contracts.connector import (
    COMMANDS,
    BijlagenToevoegen,
    BriefOphalen,
    HulpvraagIndienen,
    HulpvraagIntrekken,
    HulpvraagVerwijderen,
    KoppelingActiveren,
    KoppelingStoppen,
    Public,
    StatusOpvragen,
    UploadslotsAanvragen,
)
from shared.errors import Fault
from shared.faults import faults_of

Command = (
    HulpvraagIndienen
    | BijlagenToevoegen
    | UploadslotsAanvragen
    | BriefOphalen
    | HulpvraagIntrekken
    | HulpvraagVerwijderen
    | StatusOpvragen
    | KoppelingActiveren
    | KoppelingStoppen
)

MESSAGE = "(bericht)"
"""The path of a fault that concerns the message as a whole."""
_PREFIX = "nl.passend-onderwijs."
MOST = 100
"""Faults that one answer names."""


@dataclass(frozen=True, slots=True)
class Received:
    """A message as it came in. ``properties`` are its AMQP properties; ``body`` is None when it was over the limit.

    ``reused``: its ``message_id`` belongs to an earlier message with another content.
    """

    properties: Mapping[str, Any]
    body: bytes | None
    size: int
    reused: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message turned out to be: a command in its newest version, or faults.

    ``betreft`` is its id as sent, ``kind`` its type as sent.
    """

    betreft: str
    identity: UUID | None = None
    command: Command | None = None
    reference: str | None = None
    faults: tuple[Fault, ...] = ()
    kind: str = ""


def identity_of(properties: Mapping[str, Any], user: str) -> UUID | None:
    """Return what makes a message the same message: its id, when it is a UUID and the broker vouched for the sender."""
    value = properties.get("message_id")
    if properties.get("user_id") != user or not isinstance(value, str) or len(value) > 40:
        return None
    try:
        return UUID(value)
    except ValueError:
        return None


def read(message: Received, *, user: str, limit: int) -> Reading:
    """Read one message of the connector whose RabbitMQ user is ``user``; ``limit`` is in bytes."""
    betreft = _short_string(message.properties.get("message_id"))
    stranger = _sender(message.properties, user)
    if stranger:  # who sends under another's name learns nothing more
        return Reading(betreft, faults=stranger)
    identity = identity_of(message.properties, user)
    faults = [*_identity(message, identity), *_wrapping(message, limit)]
    document, unreadable = _document(message.body)
    reference = _reference(document)
    kind = str(message.properties.get("type"))
    model = model_of(kind)
    command: Command | None = None
    faults.extend(unreadable)
    if document is not None:
        faults.extend(text_faults(document))
    if model is None:
        faults.append(_unknown_type(message.properties.get("type")))
    elif document is not None and message.body is not None:
        try:
            sent = model.model_validate_json(message.body, strict=True)
        except ValidationError as error:
            faults.extend(_faults(error))
        else:
            command, unwelcome = _newest(kind, sent)
            faults.extend(unwelcome)
    return Reading(betreft, identity, None if faults else command, reference, at_most(faults), kind)


def _newest(kind: str, sent: Public) -> tuple[Command | None, tuple[Fault, ...]]:
    """Bring a command to its newest version; what that does not take is named as the sender knows it."""
    try:
        return cast("Command", newest(kind, sent)), ()
    except ValidationError as error:
        return None, as_sent(kind, _faults(error))


def _faults(error: ValidationError) -> list[Fault]:
    return faults_of(list(error.errors(include_url=False, include_input=False)))


def at_most(faults: Sequence[Fault]) -> tuple[Fault, ...]:
    """Keep an answer readable, and within what a message may weigh: so many faults, with paths of a decent length."""
    kept = [fault if len(fault.field) <= 200 else _shortened(fault) for fault in faults[:MOST]]
    if len(faults) > MOST:
        kept.append(Fault(field=MESSAGE, rule="meer", message=f"En nog {len(faults) - MOST} fouten."))
    return tuple(kept)


def _short_string(value: object) -> str:
    """Keep what fits in an AMQP short string, for it goes back in one."""
    return str(value or "").encode()[:255].decode(errors="ignore")


def _shortened(fault: Fault) -> Fault:
    return fault.model_copy(update={"field": fault.field[:200]})


def _sender(properties: Mapping[str, Any], user: str) -> tuple[Fault, ...]:
    given = properties.get("user_id")
    if given == user:
        return ()
    if not given:
        text = "Zet uw RabbitMQ-gebruiker in user_id. De broker controleert die, en zo weten wij zeker wie dit stuurt."
        return (Fault(field="user_id", rule="verplicht", message=text),)
    text = "De gebruiker in user_id hoort niet bij deze koppeling."
    return (Fault(field="user_id", rule="afzender", message=text),)


def _identity(message: Received, identity: UUID | None) -> list[Fault]:
    if not message.properties.get("message_id"):
        text = "Geef elk bericht een eigen message_id (een UUID), zodat u het zonder gevolgen nog eens kunt sturen."
        return [Fault(field="message_id", rule="verplicht", message=text)]
    if identity is None:
        return [Fault(field="message_id", rule="uuid", message="Dit is geen UUID. Geef elk bericht een eigen UUID.")]
    if message.reused:
        text = "Onder dit message_id stuurde u eerder iets anders. Geef een bericht met een andere inhoud een nieuw message_id."
        return [Fault(field="message_id", rule="al-gebruikt", message=text)]
    return []


def _wrapping(message: Received, limit: int) -> list[Fault]:
    """Judge size and content type."""
    faults = []
    if message.body is None:
        text = f"Het bericht is {message.size} bytes en mag hoogstens {limit} bytes zijn. Stuur bestanden via uploadslots."
        faults.append(Fault(field=MESSAGE, rule="te-groot", message=text))
    kind = str(message.properties.get("content_type") or "").partition(";")[0].strip().lower()
    if kind != "application/json":
        faults.append(Fault(field="content_type", rule="content-type", message="Zet content_type op application/json."))
    return faults


def _document(body: bytes | None) -> tuple[dict[str, Any] | None, list[Fault]]:
    """Decode the body, or say why it cannot be."""
    if body is None:
        return None, []
    try:
        found = json.loads(body.decode())
    except UnicodeDecodeError:
        return None, [Fault(field=MESSAGE, rule="utf-8", message="De tekst van het bericht is geen UTF-8.")]
    except (ValueError, RecursionError):
        return None, [Fault(field=MESSAGE, rule="json", message="Dit is geen geldige JSON.")]
    if not isinstance(found, dict):
        return None, [Fault(field=MESSAGE, rule="object", message="Het bericht moet een JSON-object zijn.")]
    return found, []


def _unknown_type(sent: object) -> Fault:
    choices = ", ".join(COMMANDS)
    if not sent:
        return Fault(field="type", rule="verplicht", message=f"Zet in type welke opdracht dit is. Mogelijk: {choices}.")
    known = {name.removeprefix(_PREFIX): name for name in COMMANDS}  # all begin alike, and would all look near
    near = get_close_matches(str(sent)[:200].removeprefix(_PREFIX), known, n=2, cutoff=0.6)
    hint = f"Bedoelt u {' of '.join(known[name] for name in near)}?" if near else f"Mogelijk: {choices}."
    return Fault(field="type", rule="onbekend-type", message=f"Deze opdracht kennen wij niet. {hint}")


def _reference(document: dict[str, Any] | None) -> str | None:
    """Find the sender's own reference, also in a message that is refused, so that a person can find it back."""
    value = document.get("eigenReferentie") if document else None
    return value if isinstance(value, str) and 0 < len(value) <= 64 and value.isprintable() else None
