"""Of which platform a school is."""

from shared.contracts.intake import SchoolIngedeeld
from shared.database import Transaction

_KEEP = """
INSERT INTO platformschool (swv, school, platform, op) VALUES ($1, $2, $3, $4)
ON CONFLICT (swv, school) DO UPDATE SET platform = EXCLUDED.platform, op = EXCLUDED.op WHERE platformschool.op < EXCLUDED.op
"""


async def keep(tx: Transaction, told: SchoolIngedeeld) -> None:
    """Remember what intake told; what is older than known changes nothing."""
    await tx.execute(_KEEP, told.swv, told.school, told.platform, told.op)
