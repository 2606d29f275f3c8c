"""What may not stand in any text of a message, wherever it stands: a BSN, or a character that nobody can type.

>>> text_faults({"leerling": {"bsn": "123456782"}})
[Fault(field='leerling.bsn', rule='bsn', …)]

It looks at the JSON as sent and not at the command, so that it also sees what a refused message holds.
"""

import re
from collections.abc import Iterator
from itertools import islice

from intake.domain.bsn import contains_bsn
from shared.errors import Fault

BSN = "bsn"
"""The rule of which the original is not kept."""
_OPAQUE = frozenset(
    {"eigenReferentie", "telefoon", "sha256", "email", "dossiernummer", "dossiernummers", "naDossiernummer", "grootte"}
)
"""Fields in which nine digits are no person: keys of a system, telephone numbers, sizes."""
_PROSE = frozenset({"omschrijving"})
"""Fields that may hold more than one line."""
_MOST = 5_000
"""Values that are looked at: far more than any command holds, so that a message made to keep us busy does not."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_CONTROL_IN_PROSE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def text_faults(document: object) -> list[Fault]:
    """Judge every text, and every number that could be a BSN, in a decoded JSON document."""
    found = []
    for raw, value in islice(_leaves(document), _MOST):
        path = raw.encode(errors="replace").decode() or "(bericht)"
        field = next((part for part in reversed(path.split(".")) if not part.isdigit()), path)
        if isinstance(value, str) and (_CONTROL_IN_PROSE if field in _PROSE else _CONTROL).search(value):
            found.append(Fault(field=path, rule="stuurteken", message="Hier staat een onzichtbaar teken dat niet mag."))
        if field not in _OPAQUE and contains_bsn(str(value)):
            message = "Hier lijkt een burgerservicenummer te staan. Haal het weg: dat nummer mogen wij niet ontvangen."
            found.append(Fault(field=path, rule=BSN, message=message))
    return found


def _leaves(document: object) -> Iterator[tuple[str, str | int]]:
    """Walk over texts and whole numbers in order, with their paths; without recursion, for a message may be deep on purpose."""
    waiting: list[tuple[str, object]] = [("", document)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend((f"{path}.{key}" if path else str(key), value[key]) for key in reversed(value))
        elif isinstance(value, list):
            waiting.extend((f"{path}.{place}", value[place]) for place in reversed(range(len(value))))
        elif isinstance(value, str) or (type(value) is int and 0 <= value < 10**9):
            yield path, value
