"""The SQL of systems that speak OSO-SWV, and of what the register (OSR) said of mandates."""

from dataclasses import dataclass
from datetime import date, timedelta

from intake.domain.osomandaat import Antwoord, Partij
from shared import clock
from shared.database import Database, Transaction

_PUT = """
INSERT INTO las (connector, oin, adres, sleutel) VALUES ($1, $2, $3, $4)
ON CONFLICT (connector) DO UPDATE SET oin = excluded.oin, adres = excluded.adres, sleutel = excluded.sleutel
"""
_BY_KEY = "SELECT las.connector, oin, adres FROM las JOIN connector ON id = las.connector WHERE sleutel = $1 AND actief"
_OF = "SELECT connector, oin, adres FROM las WHERE connector = $1"
_REMEMBERED = "SELECT van, tot FROM osrmandaat WHERE brin = $1 AND leverancier = $2 AND dag = $3 AND gevraagd_op > $4"
_REMEMBER = """
INSERT INTO osrmandaat (brin, leverancier, dag, van, tot, gevraagd_op) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (brin, leverancier) DO UPDATE SET dag = excluded.dag, van = excluded.van, tot = excluded.tot,
    gevraagd_op = excluded.gevraagd_op
"""
_FORGET = "DELETE FROM osrmandaat WHERE brin = $1 AND leverancier = $2"


@dataclass(frozen=True, slots=True)
class Las:
    """A pupil administration system in the chain: its OIN, and the root of the only addresses that we send to for it."""

    connector: str
    oin: str
    adres: str


async def put(tx: Transaction, las: Las, sleutel: bytes) -> None:
    """Add or change one; ``sleutel`` is the hash of its key."""
    await tx.execute(_PUT, las.connector, las.oin, las.adres, sleutel)


async def by_key(database: Database, sleutel: bytes) -> Las | None:
    """Find who shows this key, by its hash; None as well for a connector that is stopped."""
    row = await database.pool.fetchrow(_BY_KEY, sleutel)
    return Las(**row) if row else None


async def of(tx: Transaction, connector: str) -> Las:
    """Return the one of a connector that has sent a notificatie."""
    row = await tx.fetchrow(_OF, connector)
    if row is None:
        raise LookupError(connector)
    return Las(**row)


async def remembered(database: Database, partij: Partij, brin: str, oin: str, dag: date, age: float) -> Antwoord | None:
    """Return what the register said about this day, when that is at most ``age`` seconds ago."""
    row = await database.pool.fetchrow(_REMEMBERED, brin, oin, dag, clock.now() - timedelta(seconds=age))
    return Antwoord(partij, gegeven=True, van=row["van"], tot=row["tot"]) if row else None


async def remember(database: Database, antwoord: Antwoord, brin: str, oin: str, dag: date) -> None:
    """Keep a yes; a no makes the earlier yes go."""
    if antwoord.gegeven:
        await database.pool.execute(_REMEMBER, brin, oin, dag, antwoord.van, antwoord.tot, clock.now())
    elif antwoord.gegeven is False:
        await database.pool.execute(_FORGET, brin, oin)
