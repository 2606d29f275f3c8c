"""Rows of the audit log as records of Logius: every field, one record for each child, and no child to be read from them."""

from datetime import datetime
from typing import Any, cast

from asyncpg import Record

from schakel.ldv import records
from shared import clock

FIELDS = {"trace_id", "operation_id", "parent_operation_id", "name", "start_time", "end_time", "status_code", "resource"}


def row(action: str, subject: str, **details: Any) -> Record:
    made = {"id": clock.new_id(), "correlation_id": clock.new_id(), "at": datetime(2026, 11, 27, tzinfo=clock.UTC)}
    return cast("Record", {**made, "action": action, "subject": subject, "actor": "account-1", "details": details})


def test_a_list_of_three_children_is_three_records() -> None:
    found = list(records("workflow", row("hulpvragen.doorzocht", "PO2507", dossiernummers=[1, 2, 3], grond="swv")))
    assert len({record["attributes"]["dpl.core.data_subject_id"] for record in found}) == 3
    assert len({record["operation_id"] for record in found}) == 3
    assert all(set(record) == FIELDS | {"attributes"} for record in found)
    assert {record["attributes"]["schakel.grond"] for record in found} == {"swv"}


def test_a_refusal_is_an_error_and_the_subject_cannot_be_read() -> None:
    (found,) = records("workflow", row("verzoek.geweigerd", "dossiernummer:100001"))
    assert found["status_code"] == 2
    assert "100001" not in str(found)
    assert found["attributes"]["dpl.core.processing_activity_id"] == "urn:schakel:verwerking:hulpvragen-behandelen"
