"""Of which platform a school is, as intake told, for a service with a table ``platformschool`` of its own.

>>> await keep(tx, event.data)                              # on SchoolIngedeeld
>>> await of_school(tx, "PO2507", "99XA00")
'PO2507-WEST'
"""

from shared.contracts.intake import SchoolIngedeeld
from shared.database import Transaction

_KEEP = """
INSERT INTO platformschool (swv, school, platform, op) VALUES ($1, $2, $3, $4)
ON CONFLICT (swv, school) DO UPDATE SET platform = EXCLUDED.platform, op = EXCLUDED.op WHERE platformschool.op < EXCLUDED.op
"""
_OF_SCHOOL = "SELECT platform FROM platformschool WHERE swv = $1 AND school = $2"


async def keep(tx: Transaction, told: SchoolIngedeeld) -> None:
    """Remember what intake told; what is older than known changes nothing."""
    await tx.execute(_KEEP, told.swv, told.school, told.platform, told.op)


async def of_school(tx: Transaction, swv: str, school: str) -> str | None:
    """Return the platform of a school; None when it is of none."""
    platform: str | None = await tx.fetchval(_OF_SCHOOL, swv, school)
    return platform
