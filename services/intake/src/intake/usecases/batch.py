"""Rows of ``ontvangst`` in hand: read, and grouped so that one statement can serve all of them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

import asyncpg
from opentelemetry.trace import SpanKind

from intake.domain.reading import Command, Reading, Received, identity_of, read
from intake.domain.rules import school_code
from shared import context, telemetry
from shared.contracts.connector import (
    BijlagenToevoegen,
    HulpvraagIndienen,
    HulpvraagIntrekken,
    HulpvraagVerwijderen,
    KoppelingActiveren,
    KoppelingStoppen,
)

C = TypeVar("C", bound=Command)


@dataclass(frozen=True, slots=True)
class Connector:
    """A pupil administration system that sends hulpvragen, and its RabbitMQ user; what it may send, where that is its own."""

    id: str
    gebruiker: str
    max_bericht: int | None = None
    per_minuut: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a batch, and what it says."""

    row: asyncpg.Record
    reading: Reading

    @property
    def number(self) -> int:
        """The row's number: order of arrival."""
        number: int = self.row["id"]
        return number

    @property
    def dossier_key(self) -> str | None:
        """What orders messages about one pupil: a later one waits for an earlier one that failed."""
        command = self.reading.command
        if not isinstance(command, HulpvraagIndienen):
            return None
        return f"{command.swv}/{school_code(command)}/{command.leerling.leerlingid}"

    def keys(self) -> Iterator[tuple[object, ...]]:
        """Yield what no other row of the same batch may touch."""
        match self.reading.command:
            case HulpvraagIndienen() as command:
                yield ("referentie", school_code(command), command.eigen_referentie)
                yield ("dossier", self.dossier_key)
            case BijlagenToevoegen() as command:
                yield ("hulpvraag", command.dossiernummer)
            case _:
                pass

    @property
    def alone(self) -> bool:
        """Whether this needs a batch of its own: others could be about the same hulpvraag, or are judged by what it changes."""
        kinds = HulpvraagIntrekken | HulpvraagVerwijderen | KoppelingActiveren | KoppelingStoppen
        return isinstance(self.reading.command, kinds)


@dataclass(frozen=True, slots=True)
class Accepted(Generic[C]):
    """A row that asks something that passed every rule."""

    item: Item
    command: C
    identity: UUID

    @contextmanager
    def at_work(self, what: str) -> Iterator[None]:
        """Continue the sender's trace, and begin the chain of events with its message."""
        work = context.Work(self.identity, self.identity)
        with context.bound(work), telemetry.span(f"take {what}", self.item.row["traceparent"], SpanKind.CONSUMER):
            yield


def item_of(row: asyncpg.Record, connector: Connector, limit: int) -> Item:
    """Read one row; ``limit`` in bytes. A ``message_id`` without a place of its own was used before, for something else."""
    reused = row["bericht"] is None and identity_of(row["eigenschappen"], connector.gebruiker) is not None
    message = Received(row["eigenschappen"], row["body"], row["grootte"], reused)
    return Item(row, read(message, user=connector.gebruiker, limit=limit))


def distinct(items: Sequence[Item]) -> Sequence[Item]:
    """Cut before the first row that shares a key with an earlier one, or goes alone; the rest is for the next batch."""
    seen: set[tuple[object, ...]] = set()
    for place, item in enumerate(items):
        keys = set(item.keys())
        if keys & seen or (place and (item.alone or items[0].alone)):
            return items[:place]
        seen |= keys
    return items
