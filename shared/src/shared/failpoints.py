"""Named points at which a test may end the process with SIGKILL, or freeze it.

Each point is a call ``failpoints.hit("relay.after-confirm")``. It does nothing unless ``SCHAKEL_FAILPOINT`` names it, as
``relay.after-confirm``, ``relay.after-confirm:3`` (the third time) or ``relay.after-confirm:3:SIGSTOP``. ``POINTS`` is the full
list; a test walks it, and ``hit`` refuses a name that is not on it, so that no point goes untested.
"""

import asyncio
import os
import signal

POINTS = frozenset(
    {
        "inbox.before-transaction",
        "inbox.in-transaction",
        "inbox.before-commit",
        "inbox.after-commit",
        "inbox.after-ack",
        "inbox.before-retry-publish",
        "inbox.after-retry-publish",
        "inbox.before-dead-publish",
        "inbox.after-dead-publish",
        "publisher.unconfirmed",
        "relay.after-claim",
        "relay.before-publish",
        "relay.after-publish",
        "relay.after-confirm",
        "relay.after-mark",
        "dead.before-store",
        "dead.after-store",
    }
)
"""The points of the chassis. A service registers its own with ``register``."""

_points = set(POINTS)
_armed = ""
_left = 0
_signal = signal.SIGKILL


def arm(text: str) -> None:
    """Choose the point, the time and the signal, or none with the empty text; at import by the environment."""
    global _armed, _left, _signal  # noqa: PLW0603 - one point per process
    _armed, times, how, *_ = (*text.split(":"), "", "")
    _left = int(times or 1)
    _signal = signal.Signals[how or "SIGKILL"]


arm(os.environ.get("SCHAKEL_FAILPOINT", ""))


def register(*names: str) -> None:
    """Add a service's own points, once, at import."""
    _points.update(names)


def known() -> frozenset[str]:
    """Return every point of this process."""
    return frozenset(_points)


def hit_soon(name: str, delay: float) -> None:
    """End the process a moment from now, while the caller waits for an answer."""
    if name == _armed:
        asyncio.get_running_loop().call_later(delay, hit, name)


def hit(name: str) -> None:
    """End or freeze the process here, when this point is armed."""
    if not _armed:
        return
    if name not in _points:
        msg = f"unknown failpoint: {name}"
        raise LookupError(msg)
    global _left  # noqa: PLW0603 - counts down over the life of the process
    if name == _armed:
        _left -= 1
        if _left == 0:
            os.kill(os.getpid(), _signal)
