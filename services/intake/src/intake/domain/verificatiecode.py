"""A code by which a school lets in one environment of its pupil administration (Esis; manuals 002:276-304, 003:1976-2010).

>>> new_code("99XA00")
'99XA004T8K2…'

It begins with the six positions of the school and has 20 to 50 positions in all. It is made here, not thought up by a school:
nobody guesses 160 bits, so that a plain hash of it is enough to keep (docs/decisions/2026-11-27-who-may-send.md).
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from shared import clock
from shared.errors import Fault
from shared.guard import Guard

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O and U, which people misread."""
_RANDOM = 32
"""Positions of five bits behind the school."""
MOST = 20
"""Codes of one school that are not stopped: more environments no school has."""

CONNECTOR = Guard(free=20, window=timedelta(hours=1), first=timedelta(minutes=1))
"""Wrong codes of one connector, which sends for many schools."""
BRIN = Guard(free=5, window=timedelta(hours=24), first=timedelta(seconds=30))
"""Wrong codes that begin with one BRIN, whoever sends them."""


def new_code(school: str) -> str:
    """Make a code for a school."""
    return school + "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM))


def hash_of(code: str) -> bytes:
    """Return what is kept of a code."""
    return hashlib.sha256(code.encode()).digest()


def guards(connector: str, code: str) -> tuple[tuple[str, Guard], ...]:
    """Return under which names a wrong code counts, and how."""
    return (f"connector|{connector}", CONNECTOR), (f"brin|{code[:4]}", BRIN)


def unknown() -> Fault:
    """Refuse a code that opens nothing; which of the reasons it is, is not said."""
    text = "Deze verificatiecode kennen wij niet, of hij is gestopt. Neem de code letterlijk over, of laat een nieuwe maken."
    return Fault(field="code", rule="code-onbekend", message=text)


def in_use() -> Fault:
    """Refuse a code that another environment uses."""
    text = "Deze verificatiecode is in gebruik bij een andere omgeving. Laat voor elke omgeving een eigen code maken."
    return Fault(field="code", rule="code-in-gebruik", message=text)


def too_often(until: datetime) -> Fault:
    """Refuse to look at a code before this moment."""
    at = until.astimezone(clock.NETHERLANDS)
    text = f"Er zijn te veel onjuiste verificatiecodes gestuurd. Probeer het na {at:%H:%M} uur opnieuw."
    return Fault(field="code", rule="te-vaak-geprobeerd", message=text)
