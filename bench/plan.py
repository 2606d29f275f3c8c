"""How much is measured: ``FULL`` for figures, ``QUICK`` to see that the bench itself works."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """Seconds and counts of one run."""

    floor_runs: int
    floor_messages: int
    latency: float
    sustained: float
    letters: int
    kills: tuple[str, ...]
    """Services to kill; the broker always."""
    away: float
    """Seconds without the mail server."""
    bare: int
    """Mails to measure the mail server alone with."""


FULL = Plan(
    floor_runs=3,
    floor_messages=8000,
    latency=60,
    sustained=60,
    letters=200,
    kills=("intake", "workflow", "notify", "documents", "bron-export", "gateway"),
    away=600,
    bare=3000,
)
QUICK = Plan(
    floor_runs=1,
    floor_messages=200,
    latency=2,
    sustained=2,
    letters=4,
    kills=("notify", "documents", "gateway"),
    away=2,
    bare=50,
)
