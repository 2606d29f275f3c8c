"""The composition root of documents."""

from datetime import timedelta
from functools import partial
from pathlib import Path

from documents import handlers
from documents.adapters.clamd import Clamd, NoScanner
from documents.adapters.s3 import S3
from documents.adapters.typst import Typst
from documents.api import osodossiers
from documents.api.routes import routes
from documents.metrics import OLDEST, WAITING
from documents.ports import Buckets, Scanner, StorageUnavailable
from documents.settings import Settings
from documents.store import bijlagen, brieven
from documents.usecases import anchoring, erasing, judging, letters, sweeping
from documents.usecases.work import Pace
from shared import clock
from shared.contracts.documents import (
    BijlagenToegevoegd,
    BriefGemaakt,
    BriefVerstrekt,
    OsoDossierBeoordeeld,
    UploadslotsUitgegeven,
)
from shared.log import get_logger
from shared.service import Service

log = get_logger()


class Documents(Service):
    """The service, which also has buckets to bring up to date."""

    def __init__(self, settings: Settings) -> None:
        super().__init__("documents", settings, title="Bijlagen en brieven")
        self.objects = S3(settings)
        self.typesetter = Typst(settings)
        self.scanner: Scanner = Clamd(settings) if settings.scanner == "clamd" else NoScanner()
        self.buckets = Buckets(
            settings.s3_bucket_uploads, settings.s3_bucket_bijlagen, settings.s3_bucket_brieven, settings.s3_bucket_logboek
        )
        self._age = timedelta(seconds=settings.orphan_age)
        self._add_workers(settings)
        self.publishes(UploadslotsUitgegeven, BijlagenToegevoegd, OsoDossierBeoordeeld, BriefGemaakt, BriefVerstrekt)
        wakes = {
            "wake_scans": self._wake_scans,
            "wake_letters": self._wake_letters,
            "wake_anchors": self._anchors.wake,
            "wake_sweep": self._sweeper.wake,
        }
        handlers.register(self, settings, self.objects, **wakes)
        self.http.include_router(routes(self.database, self.objects, self.typesetter, settings, wake_scans=self._wake_scans))
        self.http.include_router(osodossiers.routes(self.database, self.objects, settings))
        self.shows_log()
        self.erases(before=partial(erasing.remove_objects, self.database, self.objects, self.buckets))
        self.honours_tokens()
        self.during(self.objects.opened)
        self.during(self.typesetter.opened)

    async def prepare(self, migrator_url: str, migrations: Path) -> list[str]:
        """Bring schema, topology and buckets up to date."""
        applied = await super().prepare(migrator_url, migrations)
        return [*applied, *(f"bucket {name}" for name in await self.objects.prepare())]

    def _add_workers(self, settings: Settings) -> None:
        pace = Pace(settings.work_lease, settings.work_backoff)
        scan = partial(judging.judge_next, self.database, self.objects, self.scanner, self.buckets, pace)
        make = partial(letters.make_next, self.database, self.objects, self.typesetter, self.buckets, pace)
        self._scans = [self.worker(f"scan-{n}", scan, every=settings.work_poll) for n in range(settings.scans)]
        self._letters = [self.worker(f"letter-{n}", make, every=settings.work_poll) for n in range(settings.letters)]
        anchor = partial(anchoring.store_next, self.database, self.objects, self.buckets)
        self._anchors = self.worker("anchors", anchor, every=settings.work_poll)
        self._sweeper = self.worker("sweep", self._sweep, every=settings.sweep_every)
        self.worker("inspect", self._inspect, every=settings.inspect_every)

    def _wake_scans(self) -> None:
        for worker in self._scans:
            worker.wake()

    def _wake_letters(self) -> None:
        for worker in self._letters:
            worker.wake()

    async def _sweep(self) -> bool:
        for work, (count, oldest) in {
            "scan": await bijlagen.waiting(self.database.pool, clock.now()),
            "letter": await brieven.waiting(self.database.pool, clock.now()),
        }.items():
            WAITING.labels(work).set(count)
            OLDEST.labels(work).set(oldest)
        more = await sweeping.clear_judged(self.database.pool, self.objects, self.buckets)
        return await sweeping.clear_expired(self.database.pool, self.objects, self.buckets, age=self._age) or more

    async def _inspect(self) -> bool:
        try:
            await sweeping.inspect(self.database.pool, self.objects, self.buckets, age=self._age)
        except StorageUnavailable:
            log.warning("inspection_waits")
        return False


def make_service(settings: Settings | None = None) -> Documents:
    """Put the service together; settings come from the environment unless given."""
    return Documents(settings or Settings())
