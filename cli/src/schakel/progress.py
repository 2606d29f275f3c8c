"""How far files are, on a terminal: a bar for each that is large. Anywhere else, and for small files, nothing.

>>> with Bars() as bars:
...     await lvs.place("PO2507", files, progress=bars.move)
"""

import sys
from typing import Any, Self

import typer

LARGE = 1024 * 1024
"""Bytes from which a file is worth a bar."""


class Bars:
    """One bar at a time: files go one after another."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._name = ""
        self._done = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def move(self, name: str, done: int, size: int) -> None:
        """Tell that so many bytes of a file are done."""
        if size < LARGE or not sys.stderr.isatty():
            return
        if self._bar is None or name != self._name or done < self._done:
            self._close()
            self._name, self._done = name, 0
            self._bar = typer.progressbar(length=size, label=name, file=sys.stderr)
            self._bar.__enter__()
        self._bar.update(done - self._done)
        self._done = done

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
            self._bar = None
