"""What is alike and costly is tried in turn: a part of it each day, all of it by ``make test-long``.

>>> @pytest.mark.in_turn(of=3)                      # a third of these cases today, another tomorrow
... @pytest.mark.parametrize("point", POINTS)
... async def test_x(point): ...
>>> pytestmark = pytest.mark.in_turn(of=3)          # or of the tests of a module

What has not its turn is marked ``long``. ``SCHAKEL_TEST_TURN=7`` makes it the day that is 7, so that a red run comes back.
"""

import os
from collections import Counter
from collections.abc import Iterable
from zlib import crc32

import pytest

from shared import clock

TURN = int(os.environ.setdefault("SCHAKEL_TEST_TURN", str(clock.today().toordinal())))
"""The same for all workers of a run: they inherit it from whoever imported this first."""


def deal(items: Iterable[pytest.Item]) -> None:
    """Mark ``long`` what has not its turn."""
    seen: Counter[str] = Counter()
    for item in items:
        for node, mark in item.iter_markers_with_node("in_turn"):
            group = item.nodeid.partition("[")[0] if node is item else node.nodeid
            begin = crc32(group.encode())  # groups do not all begin on the same day, so that each day has its share
            if (begin + seen[group] + TURN) % mark.kwargs["of"]:
                item.add_marker("long")
            seen[group] += 1
