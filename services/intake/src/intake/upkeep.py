"""What is done by the clock: figures for the operator, and clearing what is past its term."""

from dataclasses import dataclass
from datetime import timedelta

from intake import metrics
from intake.lines import Lines
from intake.settings import Settings
from intake.store import koppelingen, upkeep
from shared import clock
from shared.database import Database

_ROUNDS = 12
"""One round in so many also clears."""


@dataclass
class Upkeep:
    """``step`` is a worker's, every few seconds."""

    database: Database
    lines: Lines
    settings: Settings
    rounds: int = 0

    async def step(self) -> bool:
        """Measure; once in a while clear."""
        for row in await upkeep.figures(self.database.pool, clock.now()):
            connector = row["connector"]
            metrics.WAITING.labels(connector).set(row["waiting"])
            metrics.WAITING_AGE.labels(connector).set(row["waiting_age"])
            metrics.FAILING.labels(connector).set(row["failing"])
            metrics.UNSENT.labels(connector).set(row["unsent"])
            metrics.UNSENT_AGE.labels(connector).set(row["unsent_age"])
        for connector, unread in self.lines.unread().items():
            metrics.UNREAD.labels(connector).set(unread)
        self.rounds += 1
        if self.rounds % _ROUNDS == 0:
            pool, now = self.database.pool, clock.now()
            await upkeep.forget_refused(pool, now - timedelta(days=self.settings.refused_keep_days))
            await upkeep.forget_answers(pool, now - timedelta(days=self.settings.answer_keep_days))
            await koppelingen.forget_wrong(pool, now - timedelta(days=1))
            await upkeep.forget_kinds(pool, now - timedelta(days=1))
        return False
