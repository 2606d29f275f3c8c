"""What was signed for an account before its epoch opens nothing any more, in no service.

>>> token_epoch.begin(tx, account)          # it was stopped, or access was withdrawn: tell all services
>>> token_epoch.check(await token_epoch.of(database, account), signed)  # raises Unauthenticated

Rights are read from rows at each request, and what is signed lives a minute at most. This ends what is under way in that
minute: a capability for a bijlage, once the access that it rests on is withdrawn. Each service learns it by
``TokensVervallen`` and keeps it until nothing that is older can be alive (ASVS 5.0, 7.4).
"""

from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from shared import clock
from shared.contracts.every_service import TokensVervallen
from shared.database import Database, Transaction
from shared.envelope import Event
from shared.errors import Unauthenticated

KEPT = timedelta(hours=1)
"""Many times what a token lives."""
_KEEP = """
INSERT INTO token_epoch (account, epoch) VALUES ($1, $2)
ON CONFLICT (account) DO UPDATE SET epoch = excluded.epoch WHERE token_epoch.epoch < excluded.epoch
"""
_OF = "SELECT epoch FROM token_epoch WHERE account = $1"
_PURGE = "DELETE FROM token_epoch WHERE epoch < $1"


def begin(tx: Transaction, account: UUID) -> None:
    """Let what was signed for this account until now open nothing, wherever that is honoured."""
    now = clock.now()
    told = TokensVervallen(account=account, voor=now)
    tx.publish(Event.about(told, subject=f"tokens:{account}", sequence=int(now.timestamp() * 1_000_000)))


async def keep(tx: Transaction, told: TokensVervallen) -> None:
    """Remember an epoch; the latest counts, in whatever order they come."""
    await tx.execute(_KEEP, told.account, told.voor)


async def of(database: Database, account: UUID) -> datetime | None:
    """Return the epoch of an account; None when it has none of late."""
    epoch: datetime | None = await database.pool.fetchval(_OF, account)
    return epoch


def check(epoch: datetime | None, signed: datetime | None) -> None:
    """Raise Unauthenticated for what was signed before the epoch."""
    if epoch is not None and (signed is None or signed < epoch):
        raise Unauthenticated("Het token is vervallen.")


async def purge(pool: "asyncpg.Pool[asyncpg.Record]") -> None:
    """Forget epochs before which nothing that lives can have been signed."""
    await pool.execute(_PURGE, clock.now() - KEPT)
