"""A mail sink for these tests, emptied before each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from schakel_local.smtpsink import SmtpSink


@pytest.fixture(scope="session")
def one_sink(server_folder: Path) -> Iterator[SmtpSink]:
    server = SmtpSink(server_folder / "mail-of-notify")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def sink(one_sink: SmtpSink) -> Iterator[SmtpSink]:
    one_sink.start()  # a test may have ended with the server away
    one_sink.clear()
    yield one_sink
    one_sink.thaw()
