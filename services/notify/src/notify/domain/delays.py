"""How long a mail waits for its next attempt, and when we stop (RFC 5321, 4.5.4.1: give up after four to five days at least).

``docs/architecture/notify.md`` shows this table with cumulated times; a test holds the two together.
"""

from datetime import timedelta

DELAYS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=8),
    timedelta(hours=12),
    timedelta(hours=24),
    timedelta(hours=24),
    timedelta(hours=24),
    timedelta(hours=24),
)
"""After attempt 1, 2, 3, …; after the attempt that follows the last one the mail is given up."""

SPREAD = 0.2
"""Each delay is between 20 % shorter and 20 % longer, so that what failed together does not come back together."""


def after(attempts: int, jitter: float) -> timedelta | None:
    """Give the wait after so many failed attempts, ``jitter`` from -1 to 1; None: no more attempts."""
    if attempts > len(DELAYS):
        return None
    return DELAYS[attempts - 1] * (1 + SPREAD * jitter)
