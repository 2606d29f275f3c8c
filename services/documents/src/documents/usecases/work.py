"""Work that a row asks for and a worker does later: how it is paced, and how it continues the chain it was asked in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from shared import context, telemetry


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a claim lasts and how far apart two tries may get, in seconds."""

    lease: float
    backoff: float


def chain() -> tuple[UUID, UUID | None, str | None]:
    """Return correlation, causation and trace of the present work, to be stored with a row."""
    work = context.current()
    return work.correlation_id, work.causation_id, telemetry.current()


@contextmanager
def continued(row: asyncpg.Record, name: str) -> Iterator[None]:
    """Go on with the chain that this row was made in."""
    work = context.Work(row["correlation_id"], row["causation_id"])
    with context.bound(work), telemetry.span(name, row["traceparent"]):
        yield
