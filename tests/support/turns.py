"""What is alike and costly is tried in turn: a part of the cases each day, all of them by ``make test-long``.

>>> @pytest.mark.parametrize("point", in_turn(POINTS, of=3))

Each case keeps its name and can be run by it any day. ``SCHAKEL_TEST_TURN=7`` makes it the day that is 7.
"""

import os
from collections.abc import Iterable
from typing import Any

import pytest

from shared import clock

TURN = int(os.environ.setdefault("SCHAKEL_TEST_TURN", str(clock.today().toordinal())))
"""The same for all workers of a run: they inherit it from whoever imported this first."""


def in_turn(cases: Iterable[Any], *, of: int) -> list[Any]:
    """The cases as parameters. One in every ``of`` has its turn; the others are marked ``long``.

    A case is one argument, a tuple of several, or a ``pytest.param``.
    """
    return [param if (index + TURN) % of == 0 else _later(param) for index, param in enumerate(map(_param, cases))]


def _param(case: Any) -> Any:
    if isinstance(case, type(pytest.param())):
        return case
    return pytest.param(*case) if isinstance(case, tuple) else pytest.param(case)


def _later(param: Any) -> Any:
    return pytest.param(*param.values, marks=[*param.marks, pytest.mark.long], id=param.id)
