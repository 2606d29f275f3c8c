"""What the present work belongs to: bound once per message or request, read by outbox, log, audit and database.

>>> with bound(Work(correlation_id=event.correlationid, causation_id=event.id)):
...     ...  # every event written here continues the chain
>>> with narrowed("PO2507"):
...     ...  # every transaction begun here sees rows of this SWV only
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from shared import clock


@dataclass(slots=True)
class Trail:
    """What a request leaves in the audit log: who asks, on what ground, and how many rows were written.

    ``who`` is what each row of this actor says beside its id: organisation, roles, ground, the end of access.
    """

    actor: str | None = None
    who: dict[str, Any] = field(default_factory=dict)
    recorded: int = 0


@dataclass(frozen=True, slots=True)
class Work:
    """The chain this work is part of.

    ``correlation_id`` is the id of the first message of the chain, ``causation_id`` of the message that caused this work.
    ``token`` is the API token by which a program asked for it, in place of a person who logged in.
    """

    correlation_id: UUID
    causation_id: UUID | None = None
    token: UUID | None = None
    trail: Trail = field(default_factory=Trail)


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


def by_token(token: UUID) -> None:
    """Note that the rest of the present work is done by an API token: the log says so in each row."""
    _current.set(replace(current(), token=token))


_swv: ContextVar[str | None] = ContextVar("swv", default=None)


def narrowed_to() -> str | None:
    """Return the SWV to which the present work is kept; None for the service's own work, which is for all."""
    return _swv.get()


@contextmanager
def narrowed(swv: str) -> Iterator[None]:
    """Keep every transaction begun inside the block to rows of one SWV (row-level security, see ``shared.database``)."""
    token = _swv.set(swv)
    try:
        yield
    finally:
        _swv.reset(token)
