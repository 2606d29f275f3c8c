"""One stack with every server for all tests here; they kill and freeze its servers, and start them again."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from schakel_local.stack import Stack
from support import room

IDENTITIES = {"documents": ["Read:bijlagen/*", "Write:bijlagen/*", "List:bijlagen"]}


@pytest.fixture(scope="package")
def open_folder() -> Iterator[Path]:
    """A folder that servers can enter; pytest's own is closed to other users."""
    folder = room.server_folder()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="package")
def stack(open_folder: Path, rabbitmq_root: Path | None) -> Iterator[Stack]:
    with Stack(open_folder / "stack", identities=IDENTITIES, rabbitmq_root=rabbitmq_root) as stack:
        yield stack
