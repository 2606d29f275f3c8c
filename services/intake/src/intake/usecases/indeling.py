"""Keeping an organisation, and telling the others when a school is of another platform now.

>>> await place(tx, Organisatie(soort="school", code="99XA00", platform="PO2507-WEST", …))
"""

from uuid import NAMESPACE_URL, uuid5

from intake.domain.organisatie import Organisatie
from intake.store import register
from shared import clock
from shared.contracts.intake import SchoolIngedeeld
from shared.database import Transaction
from shared.envelope import Event


async def place(tx: Transaction, one: Organisatie) -> None:
    """Add or change one."""
    if await register.put(tx, one):
        at = clock.now()
        told = SchoolIngedeeld(swv=one.swv, school=one.code, platform=one.platform or None, op=at)
        subject = uuid5(NAMESPACE_URL, f"urn:nld:schakel:school:{one.swv}:{one.code}")
        tx.publish(Event.about(told, subject=subject, sequence=int(at.timestamp() * 1_000_000)))
