"""A later version of a command beside an earlier one: both are taken, and behind the edge there is only the newest."""

import json
from typing import Any
from uuid import uuid4

import pytest

from intake.domain.reading import Received, read
from intake.domain.versions import as_sent
from shared.contracts.connector import HulpvraagIndienen, SchoolOpgave
from shared.errors import Fault
from support.earlier import First, Second, first, second, side_by_side
from support.intake import hulpvraag

USER = "lvs-parnassys"


@pytest.fixture(autouse=True)
def earlier(monkeypatch: pytest.MonkeyPatch) -> None:
    side_by_side(monkeypatch)


def reading(body: dict[str, Any], kind: str) -> Any:
    raw = json.dumps(body).encode()
    properties = {"message_id": str(uuid4()), "user_id": USER, "content_type": "application/json", "type": kind}
    return read(Received(properties, raw, len(raw)), user=USER, limit=262_144)


def test_an_earlier_version_becomes_the_newest_also_over_two_steps() -> None:
    for body, kind in ((second(), Second.TYPE), (first(), First.TYPE)):
        command = reading(body, kind).command
        assert isinstance(command, HulpvraagIndienen)
        assert command.school == SchoolOpgave(brin="99XA", vestiging="00")
        assert command.datum.isoformat() == body["aanvraagdatum"]


def test_both_versions_are_read_side_by_side_and_each_takes_its_own_fields_only() -> None:
    assert reading(hulpvraag(), HulpvraagIndienen.TYPE).faults == ()
    for body, kind, field in (
        (hulpvraag(), Second.TYPE, "datum"),
        (second(), HulpvraagIndienen.TYPE, "aanvraagdatum"),
        (second(), First.TYPE, "school"),
    ):
        assert (field, "onbekend-veld") in {(fault.field, fault.rule) for fault in reading(body, kind).faults}


def test_what_only_the_newest_refuses_is_named_as_the_sender_wrote_it() -> None:
    faults = reading(first(email="niemand"), First.TYPE).faults
    assert [fault.field for fault in faults] == ["email"]


def test_a_fault_of_the_rules_is_named_as_the_sender_wrote_it() -> None:
    faults = [Fault(field=field, rule="x", message="X.") for field in ("datum", "school", "leerling.geboortedatum")]
    assert [fault.field for fault in as_sent(Second.TYPE, faults)] == ["aanvraagdatum", "school", "leerling.geboortedatum"]
    assert [fault.field for fault in as_sent(First.TYPE, faults)] == ["aanvraagdatum", "schoolcode", "leerling.geboortedatum"]
    assert [fault.field for fault in as_sent(HulpvraagIndienen.TYPE, faults)] == ["datum", "school", "leerling.geboortedatum"]
