"""The mail addresses of an SWV's roles."""

from datetime import datetime

import asyncpg

from shared.database import Transaction

_SET = """
INSERT INTO postbus (swv, rol, email, gewijzigd_op) VALUES ($1, $2, $3, $4)
ON CONFLICT (swv, rol) DO UPDATE SET email = EXCLUDED.email, gewijzigd_op = EXCLUDED.gewijzigd_op
"""
_CLEAR = "DELETE FROM postbus WHERE swv = $1 AND rol = $2"
_SOME = "SELECT rol, email FROM postbus WHERE swv = $1 AND rol = ANY($2::text[])"
_ALL = "SELECT rol, email FROM postbus WHERE swv = $1 ORDER BY rol"


async def put(tx: Transaction, swv: str, rol: str, email: str | None, at: datetime) -> None:
    """Set the address of a role, or clear it."""
    if email is None:
        await tx.execute(_CLEAR, swv, rol)
    else:
        await tx.execute(_SET, swv, rol, email, at)


async def listed(tx: Transaction, swv: str) -> list[asyncpg.Record]:
    """The roles that have an address."""
    return await tx.fetch(_ALL, swv)


async def addresses(tx: Transaction, swv: str, rollen: list[str]) -> dict[str, str]:
    """The addresses of these roles, as far as they have one."""
    return {row["rol"]: row["email"] for row in await tx.fetch(_SOME, swv, rollen)} if rollen else {}
