"""Names and arguments of queues."""

import pytest

from shared.topology import rung, safe_arguments, work_arguments


@pytest.mark.parametrize(("delay", "name"), [(0.2, "200ms"), (10, "10s"), (60, "1m"), (90, "90s"), (600, "10m"), (3600, "60m")])
def test_a_rung_is_named_after_its_delay(delay: float, name: str) -> None:
    assert rung(delay) == name


def test_no_queue_drops_what_it_cannot_place() -> None:
    for arguments in (safe_arguments("dead"), work_arguments("intake.x")):
        assert arguments["x-queue-type"] == "quorum"
        assert arguments["x-overflow"] == "reject-publish"
        assert arguments["x-dead-letter-strategy"] == "at-least-once"
        assert arguments["x-dead-letter-exchange"]
