"""Stored messages of one connector, processed in order of arrival, many in one transaction.

When a batch fails for a reason nobody foresaw, it is done again row by row, each in a transaction of its own: a savepoint would
not catch what goes wrong at the commit. The row that fails is put aside, visibly, and tried again later; the others go on.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import asyncpg

from intake import metrics
from intake.store import received
from intake.usecases.batch import Connector, item_of
from intake.usecases.process import BATCH, process
from shared import clock, failpoints
from shared.database import Database, is_outage
from shared.log import get_logger

log = get_logger()

_PATIENCE = 0.02
failpoints.register("intake.before-commit", "intake.after-commit")


@dataclass
class Processor:
    """``step`` is a worker's, ``expect`` tells that something was stored; ``answered`` follows a commit with answers."""

    connector: Connector
    database: Database
    limit: int
    answered: Callable[[], None]
    expecting: bool = True

    def expect(self) -> None:
        """Something was stored for this connector."""
        self.expecting = True

    async def step(self) -> bool:
        """Process one batch; True: there may be more."""
        if not (self.expecting or await received.waits(self.database.pool, self.connector.id, clock.now())):
            return False
        self.expecting = False
        try:
            done = await self._batch(BATCH)
        except Exception as error:
            if is_outage(error):
                raise
            log.exception("batch_failed", connector=self.connector.id)
            await self._one_by_one()
            self.expecting = True
            return True
        if done is None:  # another replica is at it, and may have looked before our row was there
            await asyncio.sleep(_PATIENCE)
        self.expecting = self.expecting or done is not False
        return self.expecting

    async def _batch(self, most: int, taken: list[int] | None = None) -> bool | None:
        """Process at most so many rows, and name them in ``taken``; True: there may be more, None: another replica is at it."""
        done, rows = 0, []
        async with self.database.transaction() as tx:
            if not await received.lock(tx, self.connector.id):
                return None
            rows = await received.claim(tx, self.connector.id, clock.now(), most)
            if rows:
                if taken is not None:
                    taken.extend(row["id"] for row in rows)
                done = await process(tx, self.connector, rows, limit=self.limit)
                tx.after_commit(self.answered)
                failpoints.hit("intake.before-commit")
        if done:
            failpoints.hit("intake.after-commit")
            metrics.PROCESSED.labels(self.connector.id).inc(done)
        return len(rows) == most or done < len(rows)

    async def _one_by_one(self) -> None:
        """Get past the row that fails: at most a batch of rows, then the fast way again."""
        for _ in range(BATCH):
            taken: list[int] = []
            try:
                if not await self._batch(1, taken):
                    return
            except Exception as error:
                if is_outage(error):
                    raise
                await self._put_aside(taken, type(error).__name__)
                return

    async def _put_aside(self, rows: list[int], reason: str) -> None:
        async with self.database.transaction() as tx:
            for row in await received.find(tx, rows):
                attempts = await received.failed(tx, row["id"], reason, self._key(row), clock.now())
                log.error("row_put_aside", connector=self.connector.id, row=row["id"], reason=reason, attempts=attempts)

    def _key(self, row: asyncpg.Record) -> str | None:
        with suppress(Exception):  # what failed may be the reading itself
            return item_of(row, self.connector, self.limit).dossier_key
        return None
