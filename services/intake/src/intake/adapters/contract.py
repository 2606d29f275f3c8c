"""The contract with connectors in intake's AsyncAPI document: two channels, every command with its answers, what comes later.

>>> describe(document)                     # adds to ``channels``, ``operations`` and ``components``

Everything stands under names that begin with ``connector.``, apart from the events between services. Schemas come from
``shared.contracts.connector``, the places from ``intake.domain.names``, the texts from the docstrings of the models.
"""

import inspect
from collections.abc import Iterable
from typing import Any

from intake.adapters import schemas
from intake.adapters.examples import EXAMPLES
from intake.domain import names
from intake.domain.versions import EARLIER, newest_type
from intake.sending import VOLGNUMMER
from shared.contracts import connector as contract

COMMANDS: dict[type[contract.Public], tuple[type[contract.Public], ...]] = {
    contract.HulpvraagIndienen: (contract.Aanvaard, contract.Geweigerd),
    contract.BijlagenToevoegen: (contract.Aanvaard, contract.Geweigerd),
    contract.UploadslotsAanvragen: (contract.Uploadslots, contract.Geweigerd),
    contract.HulpvraagIntrekken: (contract.Aanvaard, contract.Geweigerd),
    contract.HulpvraagVerwijderen: (contract.Aanvaard, contract.Geweigerd),
    contract.StatusOpvragen: (contract.Statussen, contract.Geweigerd),
    contract.KoppelingActiveren: (contract.KoppelingAntwoord, contract.Geweigerd),
    contract.KoppelingStoppen: (contract.KoppelingAntwoord, contract.Geweigerd),
    contract.BriefOphalen: (contract.BriefLink, contract.Geweigerd),
}
"""Each command and what may answer it."""
NEWS = (contract.StatusBericht, contract.BijlagenBericht, contract.BriefBericht, contract.DossierBericht)
"""What a connector hears of its hulpvragen after that."""
PREFIX = "connector."
_BINDING = "0.3.0"
_IN, _UIT = PREFIX + "in", PREFIX + "uit"
ANSWERS = (
    contract.Aanvaard,
    contract.Geweigerd,
    contract.Uploadslots,
    contract.BriefLink,
    contract.Statussen,
    contract.KoppelingAntwoord,
)
_PARAMETERS = {"connector": {"description": "the id of the connector, given by the operator", "examples": ["parnassys"]}}
_SENT: dict[str, Any] = {
    "message_id": {"type": "string", "format": "uuid", "description": "of your choice; the same message again keeps its id"},
    "user_id": {"type": "string", "description": "your own RabbitMQ user; the broker checks it"},
    "content_type": {"const": "application/json"},
}
_RECEIVED: dict[str, Any] = {
    "message_id": {"type": "string", "format": "uuid", "description": "the same when a message must be sent again"},
    "content_type": {"const": "application/json"},
    "delivery_mode": {"const": 2},
    VOLGNUMMER: {"type": "integer", "minimum": 1, "description": "AMQP header: 1, 2, 3 per connector, without gaps"},
}
_ABOUT: dict[str, Any] = {"correlation_id": {"type": "string", "description": "the message_id of your command, as sent"}}


def describe(document: dict[str, Any]) -> None:
    """Add the contract to an AsyncAPI document."""
    commands = taken()
    document["channels"] |= {
        _IN: {
            "address": names.exchange("{connector}"),
            "description": "Where a connector publishes, mandatory and with publisher confirms, without a routing key.",
            "parameters": _PARAMETERS,
            "messages": _listed(commands),
            "bindings": _binding("routingKey", exchange={"name": names.exchange("{connector}"), "type": "fanout"}),
        },
        _UIT: {
            "address": names.uit("{connector}"),
            "description": "Where a connector reads, in order: answers to its commands, and news of its hulpvragen.",
            "parameters": _PARAMETERS,
            "messages": _listed((*ANSWERS, *NEWS)),
            "bindings": _binding("queue", queue={"name": names.uit("{connector}"), "exclusive": False}),
        },
    }
    document["operations"] |= {
        PREFIX + command.__name__: {
            "action": "receive",
            "summary": _summary(command),
            "channel": _ref("channels", _IN),
            "messages": _used(_IN, (command,)),
            "reply": {"channel": _ref("channels", _UIT), "messages": _used(_UIT, answers)},
        }
        for command, answers in commands.items()
    }
    document["operations"][PREFIX + "berichten"] = {
        "action": "send",
        "summary": "News of hulpvragen that came from this connector.",
        "channel": _ref("channels", _UIT),
        "messages": _used(_UIT, NEWS),
    }
    at = f"#/components/schemas/{PREFIX}{{model}}"
    models = schemas.of_commands(commands, at) | schemas.of_answers((*ANSWERS, *NEWS), at)
    document["components"]["schemas"] |= {PREFIX + name: schema for name, schema in models.items()}
    kinds: tuple[type[contract.Public], ...] = (*commands, *ANSWERS, *NEWS)
    document["components"]["messages"] |= {PREFIX + kind.__name__: _message(kind) for kind in kinds}


def taken() -> dict[type[contract.Public], tuple[type[contract.Public], ...]]:
    """Return every command that is taken today with its answers, earlier versions beside the newest."""
    answers = {type_of(command): replies for command, replies in COMMANDS.items()}
    return COMMANDS | {earlier.model: answers[newest_type(kind)] for kind, earlier in EARLIER.items()}


def published() -> dict[str, dict[str, Any]]:
    """Return the JSON Schema of each type of message, by type."""
    return {type_of(kind): schemas.alone(kind, type_of(kind), answer=False) for kind in taken()} | {
        type_of(kind): schemas.alone(kind, type_of(kind), answer=True) for kind in (*ANSWERS, *NEWS)
    }


def type_of(kind: type[contract.Public]) -> str:
    """Return the AMQP ``type`` of a message."""
    found: str = kind.TYPE  # type: ignore[attr-defined]  # only a value inside a message has none
    return found


def _message(kind: type[contract.Public]) -> dict[str, Any]:
    properties: dict[str, Any] = {"type": {"const": type_of(kind)}}
    where = "AMQP properties"
    if kind not in {*ANSWERS, *NEWS}:
        properties |= _SENT
    else:
        properties |= _RECEIVED
        where = f"AMQP properties, and the header {VOLGNUMMER}"
    about: dict[str, Any] = {}
    if kind in ANSWERS:
        properties |= _ABOUT
        about = {"correlationId": {"location": "$message.header#/correlation_id"}}
    return {
        "name": type_of(kind),
        "title": kind.__name__,
        "summary": _summary(kind),
        "contentType": "application/json",
        **about,
        "headers": {"type": "object", "description": where, "properties": properties, "required": sorted(properties)},
        "payload": _ref("components", "schemas", PREFIX + kind.__name__),
        "bindings": {"amqp": {"messageType": type_of(kind), "bindingVersion": _BINDING}},
        "examples": [{"name": name, "payload": payload} for name, payload in EXAMPLES[kind].items()],
    }


def _summary(kind: type[contract.Public]) -> str:
    return (inspect.getdoc(kind) or "").partition("\n\n")[0].replace("\n", " ")


def _listed(kinds: Iterable[type[contract.Public]]) -> dict[str, Any]:
    return {kind.__name__: _ref("components", "messages", PREFIX + kind.__name__) for kind in kinds}


def _used(channel: str, kinds: Iterable[type[contract.Public]]) -> list[dict[str, str]]:
    return [_ref("channels", channel, "messages", kind.__name__) for kind in kinds]


def _ref(*path: str) -> dict[str, str]:
    return {"$ref": "/".join(("#", *path))}


def _binding(kind: str, **what: dict[str, Any]) -> dict[str, Any]:
    described = {name: {**settings, "durable": True, "autoDelete": False, "vhost": "/"} for name, settings in what.items()}
    return {"amqp": {"is": kind, **described, "bindingVersion": _BINDING}}
