"""Runs of a module side by side, each in a sandbox of its own, while its tests ask for the outcomes one by one.

A scenario waits more than it works, so a handful at once takes little longer than one::

    @pytest.fixture(scope="module")
    async def reports(request) -> AsyncIterator[Ahead[Report]]:
        async with ahead(request, "reports", killed_at) as reports:
            yield reports

    @pytest.mark.parametrize("point", POINTS)
    async def test_x(reports, point):
        report = await reports[point]       # what killed_at(point) returned, or raised
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

import pytest

AT_ONCE = 3  # another worker of pytest has as many

T = TypeVar("T")


class Ahead(Generic[T]):
    """Outcomes by the parameters of the test that asks."""

    def __init__(self, tasks: dict[tuple[str, ...], asyncio.Task[T]]) -> None:
        self._tasks = tasks

    def __getitem__(self, parameters: str | tuple[str, ...]) -> asyncio.Task[T]:
        return self._tasks[parameters if isinstance(parameters, tuple) else (parameters,)]


@asynccontextmanager
async def ahead(
    request: pytest.FixtureRequest, fixture: str, run: Callable[..., Awaitable[T]], *, at_once: int = AT_ONCE
) -> AsyncIterator[Ahead[T]]:
    """Start ``run(*parameters)`` for every selected test of this module that uses the fixture, in their order."""
    gate = asyncio.Semaphore(at_once)

    async def one(parameters: tuple[str, ...]) -> T:
        async with gate:
            return await run(*parameters)

    asking = [
        item
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.path == request.path and fixture in item.fixturenames
    ]
    keys = [tuple(map(str, item.callspec.params.values())) for item in asking]
    tasks = {parameters: asyncio.create_task(one(parameters)) for parameters in keys}
    try:
        yield Ahead(tasks)
    finally:
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)
