"""What a connector puts on the wire, read without ever failing.

AMQP 0-9-1 wants short strings in UTF-8 and timestamps in seconds, but RabbitMQ passes on whatever a client wrote, and pamqp
then raises, which ends the connection; the same message comes again and ends the next one. ``tolerate`` makes it read such
values as well as it can. The message then has no proper id or type, and is refused with an answer like any other.

>>> tolerate()                                     # once, before the first connection
>>> properties = properties_of(incoming)           # JSON that PostgreSQL takes
"""

import math
import struct
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import aio_pika
from pamqp import decode
from pamqp.common import FieldValue

_NAMES = (
    "message_id",
    "type",
    "user_id",
    "content_type",
    "content_encoding",
    "correlation_id",
    "reply_to",
    "app_id",
    "timestamp",
    "expiration",
    "priority",
    "delivery_mode",
)
_DEEPEST = 32
_UNREADABLE = (ValueError, OverflowError, OSError, LookupError, RecursionError, struct.error)


def tolerate() -> None:
    """Replace pamqp's decoders of short strings, timestamps and tables in this process by ones that do not raise."""
    decode.METHODS.update(shortstr=_short_string, timestamp=_timestamp, table=_table)
    decode.TABLE_MAPPING.update({b"T": _timestamp, b"F": _table})


def properties_of(message: aio_pika.abc.AbstractIncomingMessage) -> dict[str, Any]:
    """Return every property that was set, as JSON without anything that PostgreSQL refuses."""
    found = {name: plain(value) for name in _NAMES if (value := getattr(message, name)) is not None}
    if message.headers:
        found["headers"] = plain(message.headers)
    return found


def plain(value: object, depth: int = 0) -> Any:  # noqa: ANN401, PLR0911 - JSON; one return per kind of value
    """Turn a value of an AMQP table into JSON: no NUL, no lone surrogate, no NaN, not endlessly deep."""
    match value:
        case None | bool():
            return value
        case int():
            return int(value)
        case float():
            return value if math.isfinite(value) else str(value)
        case str():
            return value.encode(errors="replace").decode().replace("\0", "\ufffd")
        case bytes() | bytearray():
            return plain(bytes(value).decode(errors="replace"))
        case datetime() | date():
            return value.isoformat()
        case Mapping() if depth < _DEEPEST:
            return {plain(str(key)): plain(item, depth + 1) for key, item in value.items()}
        case list() | tuple() if depth < _DEEPEST:
            return [plain(item, depth + 1) for item in value]
        case Decimal():
            return str(value)
        case _:
            return "(onleesbaar)"


def _short_string(value: bytes) -> tuple[int, str]:
    end = value[0] + 1
    return end, value[1:end].decode(errors="replace")


def _timestamp(value: bytes) -> tuple[int, FieldValue]:
    try:
        return decode.timestamp(value)
    except _UNREADABLE:
        return 8, None


def _table(value: bytes) -> tuple[int, FieldValue]:
    return _or_raw(decode.field_table, value)


def _or_raw(decoder: Callable[[bytes], tuple[int, FieldValue]], value: bytes) -> tuple[int, FieldValue]:
    """Decode a table, or keep its bytes when that fails: its length stands in the first four."""
    try:
        return decoder(value)
    except _UNREADABLE:
        end = 4 + int.from_bytes(value[:4], "big")
        return end, {"onleesbaar": bytes(value[4:end]).hex()}
