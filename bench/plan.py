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
    bijlagen: int
    """Files of 10 MB at once."""
    kills: tuple[str, ...]
    """Services to kill; the broker always."""
    away: float
    """Seconds without the mail server."""
    bare: int
    """Mails to measure the mail server alone with."""
    changed: int
    """Hulpvragen that change status in turn."""
    changes: float
    """Seconds of status changes."""
    filled: tuple[int, int]
    """Fictional hulpvragen to ask lists over, few and many."""
    turns: int
    """How often each list is asked."""
    logins: float
    """Seconds of log-ins."""
    grants: int
    """Rows of extra access to decide among."""
    dossiers: int
    """OSO dossiers to read."""
    files: int
    """Files of 10 MB in one OSO dossier."""


FULL = Plan(
    floor_runs=3,
    floor_messages=8000,
    latency=60,
    sustained=60,
    letters=200,
    bijlagen=50,
    kills=("intake", "workflow", "notify", "documents", "bron-export", "gateway"),
    away=600,
    bare=3000,
    changed=500,
    changes=60,
    filled=(10_000, 1_000_000),
    turns=100,
    logins=20,
    grants=100_000,
    dossiers=300,
    files=50,
)
QUICK = Plan(
    floor_runs=1,
    floor_messages=200,
    latency=2,
    sustained=2,
    letters=4,
    bijlagen=2,
    kills=("notify", "documents", "gateway"),
    away=2,
    bare=50,
    changed=50,
    changes=2,
    filled=(200, 400),
    turns=2,
    logins=2,
    grants=100,
    dossiers=5,
    files=2,
)
