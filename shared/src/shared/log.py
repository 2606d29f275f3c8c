"""Structured logs: one JSON object a line on stdout, an event name and keys from docs/log-events.md.

>>> log = get_logger()
>>> log.warning("message_retried", queue="notify.status-gewijzigd", attempt=2, reason="smtp-geweigerd")

Never a name, address, text or other personal data: identifiers only.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, cast

import structlog

from shared import clock, context


def _stamp(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event["time"] = clock.now().isoformat(timespec="milliseconds")
    work = context.bound_work()
    if work is not None:
        event["correlation_id"] = str(work.correlation_id)
    return event


def _failure(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep the type of an error and where it came from; its text may quote a child's name and is dropped."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if isinstance(info, tuple) and info[0] is not None:
        frames = traceback.extract_tb(info[2])
        event["error"] = info[0].__name__
        event["where"] = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames[-8:]]
    return event


class _ToStructlog(logging.Handler):
    """Libraries log sentences; keep their name, level and the type of their error, drop what might quote a message."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        structlog.get_logger().log(
            record.levelno, "library_message", library=record.name, text=str(record.msg).partition("\n")[0][:200], error=error
        )


def configure(service: str, level: str = "info") -> None:
    """Set up logging for this process. Called once, by the composition root."""
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            _stamp,
            _failure,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stdout),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    root = logging.getLogger()
    root.handlers = [_ToStructlog()]
    root.setLevel(max(number, logging.WARNING))


def configure_command() -> None:
    """Set up logging for a command: warnings alone, on stderr, so that stdout holds nothing but its answer."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )


def get_logger() -> structlog.typing.FilteringBoundLogger:
    """Return the logger; cheap, call it at module level."""
    return cast("structlog.typing.FilteringBoundLogger", structlog.get_logger())
