"""Rows of the audit logs as records of Logius Logboek Dataverwerkingen, one for each data subject.

>>> list(records("workflow", row))
[{'trace_id': '0198…', 'operation_id': '9f3c…', 'name': 'hulpvraag.bekeken', 'status_code': 1, …}]

``trace_id`` is the correlation id of the chain of work, ``operation_id`` the end of the row's own id. An act is a moment: start
and end are the same. ``status_code``: 1 is done, 2 refused. A data subject is the SHA-256 of the hulpvraag's id or number: who
has the hulpvraag finds its records. Source: github.com/Logius-standaarden/logboek-dataverwerkingen.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from asyncpg import Record

ACTIVITIES = {
    "account": "toegang-beheren",
    "session": "toegang-beheren",
    "login": "toegang-beheren",
    "mail": "betrokkenen-berichten",
    "registratie": "registreren-bij-het-register",
    "dossier.vernietigd": "bewaren-en-vernietigen",
    "logboek": "inzage-verantwoorden",
}
"""What the register of processing calls it, by the beginning of an act's name; anything else is the work itself."""
WORK = "hulpvragen-behandelen"


def records(service: str, row: Record) -> Iterator[dict[str, Any]]:
    """Give the records of one row: one for each hulpvraag that a list showed, else one."""
    details: dict[str, Any] = row["details"]
    shown = details.get("dossiernummers")
    subjects = [f"dossiernummer:{number}" for number in shown] if shown else [row["subject"]]
    for place, subject in enumerate(subjects):
        yield {
            "trace_id": row["correlation_id"].hex,
            "operation_id": f"{(row['id'].int + place) % 2**64:016x}",
            "parent_operation_id": None,
            "name": row["action"],
            "start_time": row["at"].isoformat(),
            "end_time": row["at"].isoformat(),
            "status_code": 2 if row["action"] in {"verzoek.geweigerd", "login.refused", "bericht.geweigerd"} else 1,
            "resource": {"service.name": service},
            "attributes": {
                "dpl.core.processing_activity_id": f"urn:schakel:verwerking:{_activity(row['action'])}",
                "dpl.core.data_subject_id": hashlib.sha256(subject.encode()).hexdigest(),
                "schakel.actor": row["actor"],
                "schakel.organisatie": details.get("organisatie"),
                "schakel.rollen": details.get("rollen"),
                "schakel.grond": details.get("grond"),
            },
        }


def _activity(action: str) -> str:
    return next((name for start, name in ACTIVITIES.items() if action.startswith(start)), WORK)
