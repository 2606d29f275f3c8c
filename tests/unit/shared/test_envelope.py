"""The envelope: CloudEvents attributes, a chain of work, a bound on size, readers that ignore what they do not know."""

import json
import re
from typing import ClassVar
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import clock, context
from shared.contracts import bron_export, documents, intake, workflow
from shared.envelope import Data, Event
from shared.outbox import Outgoing


class Note(Data):
    """A text."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.probe.note.v1"

    text: str


def every_contract() -> list[type[Data]]:
    modules = (intake, workflow, documents, bron_export)
    found = [value for module in modules for value in vars(module).values() if isinstance(value, type)]
    return [kind for kind in found if issubclass(kind, Data) and kind is not Data]


def test_an_event_continues_the_chain_it_was_made_in() -> None:
    work = context.Work(uuid4(), uuid4())
    with context.bound(work):
        event = Event.about(Note(text="x"), subject="zaak-1", sequence=2)
    assert (event.correlationid, event.causationid) == (work.correlation_id, work.causation_id)


def test_an_event_outside_of_any_work_begins_a_chain() -> None:
    event = Event.about(Note(text="x"), subject="zaak-1", sequence=0)
    assert event.causationid is None
    assert event.correlationid != event.id


@given(st.text(), st.integers(0, 2**31))
def test_an_event_survives_the_bus(text: str, sequence: int) -> None:
    event = Event.about(Note(text=text), subject="zaak-1", sequence=sequence)
    body = Outgoing.event(event, "00-trace").body
    read = Event[Note].model_validate_json(body)
    assert read == event.model_copy(update={"traceparent": "00-trace"})


def test_a_reader_ignores_fields_it_does_not_know() -> None:
    event = Event.about(Note(text="x"), subject="zaak-1", sequence=0)
    document = json.loads(event.model_dump_json()) | {"later": 1}
    document["data"]["later"] = 2
    assert Event[Note].model_validate(document).data == event.data


def test_an_event_over_64_kilobytes_is_refused() -> None:
    with pytest.raises(ValueError, match="over 65536"):
        Outgoing.event(Event.about(Note(text="x" * 65536), subject="zaak-1", sequence=0), None)


@pytest.mark.parametrize("kind", every_contract(), ids=lambda kind: kind.__name__)
def test_every_type_follows_the_nl_gov_profile(kind: type[Data]) -> None:
    assert re.fullmatch(r"nl\.passend-onderwijs\.[a-z]+\.[a-z-]+\.v\d+", kind.TYPE)
    assert kind.__doc__
    attributes = set(Event.model_fields) - {"data"}
    assert all(re.fullmatch(r"[a-z0-9]{1,20}", name) for name in attributes)


def test_no_type_is_used_twice() -> None:
    types = [kind.TYPE for kind in every_contract()]
    assert len(set(types)) == len(types)


def test_new_ids_are_sorted_by_the_moment_they_were_made() -> None:
    ids = [clock.new_id() for _ in range(1000)]
    assert ids == sorted(ids)
    assert {one.version for one in ids} == {7}
