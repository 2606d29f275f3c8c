"""What the present work belongs to: bound once per message or request, read by outbox, log and audit.

>>> with bound(Work(correlation_id=event.correlationid, causation_id=event.id)):
...     ...  # every event written here continues the chain
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from shared import clock


@dataclass(frozen=True, slots=True)
class Work:
    """The chain this work is part of.

    ``correlation_id`` is the id of the first message of the chain, ``causation_id`` of the message that caused this work.
    """

    correlation_id: UUID
    causation_id: UUID | None = None


_current: ContextVar[Work | None] = ContextVar("work", default=None)


def current() -> Work:
    """Return the present work; outside of any, a new chain."""
    return _current.get() or Work(clock.new_id())


def bound_work() -> Work | None:
    """Return the present work, or None outside of any."""
    return _current.get()


@contextmanager
def bound(work: Work) -> Iterator[None]:
    """Make ``work`` the present work inside the block."""
    token = _current.set(work)
    try:
        yield
    finally:
        _current.reset(token)
