"""Commands that were changed in their structure: each becomes what was sent, field by field, or faults that say why not."""

import json
from collections import Counter
from random import Random
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.domain.reading import Received, read
from shared.contracts.connector import COMMANDS
from support.commandmutant import mutant, sent

USER = "lvs-parnassys"


def hunt(count: int) -> Counter[bool]:
    """Try so many, the same each time; count what was taken."""
    taken: Counter[bool] = Counter()

    @settings(max_examples=count, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 2**64 - 1))
    def attempt(seed: int) -> None:
        kind, body = mutant(Random(seed))
        raw = json.dumps(body).encode()
        type_ = str(getattr(kind, "TYPE", ""))
        properties = {"message_id": str(uuid4()), "user_id": USER, "content_type": "application/json", "type": type_}
        reading = read(Received(properties, raw, len(raw)), user=USER, limit=262_144)
        taken[reading.command is not None] += 1
        assert (reading.command is None) == bool(reading.faults)
        assert all(fault.field and fault.rule and fault.message.strip() for fault in reading.faults)
        if reading.command is not None:
            assert isinstance(reading.command, COMMANDS[type_])
            assert reading.command.model_dump(mode="json", by_alias=True, exclude_unset=True) == sent(body)

    attempt()
    return taken


def test_what_is_taken_of_a_changed_command_is_what_was_sent() -> None:
    taken = hunt(300)
    assert taken[True] >= 0.4 * taken.total()
    assert taken[False] > 0


@pytest.mark.long
def test_ten_thousand_changed_commands_are_each_judged() -> None:
    taken = hunt(10_000)
    print(f"{taken.total()} commands, {taken[True]} taken")
    assert taken.total() >= 10_000
    assert taken[True] >= 0.4 * taken.total()
