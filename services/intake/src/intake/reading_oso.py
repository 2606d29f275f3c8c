"""The worker that reads OSO dossiers: fetch, read, bring the bijlagen to documents, and settle in one transaction.

Any step may be the last one of this process. The claim runs out, another replica begins again; what was uploaded before is
never offered and goes with its uploadslot::

    claim → fetch → read → judge → upload bijlagen ──► one transaction: data, findings, batches, what is told

>>> service.worker("oso", Reader(database, documents, settings, wake=lines.wake).step, every=settings.poll)
"""

import asyncio
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import asyncpg

from intake import metrics, oso
from intake.adapters.documents import Documents, DocumentsAway
from intake.domain import names
from intake.domain.osodossier import Oordeel, Verwacht, at_most, judge, name_of, refused_file, unreadable
from intake.settings import Settings
from intake.store import osodossiers as store
from intake.store import submissions
from intake.usecases.osodossiers import ClaimLost, settle
from shared import clock, context, failpoints, telemetry
from shared.contracts.connector import MAX_FILES
from shared.contracts.intake import Bestand, BijlagenAangeboden
from shared.database import Database, Transaction
from shared.envelope import Event
from shared.log import get_logger

log = get_logger()

failpoints.register(
    "oso.after-claim", "oso.after-fetch", "oso.after-read", "oso.after-upload", "oso.before-commit", "oso.after-commit"
)
_PATIENCE = 0.8
"""How much of its claim one dossier may take."""


@dataclass(frozen=True, slots=True)
class Verwerkt:
    """A dossier as judged, with the places of its bijlagen that were uploaded."""

    oordeel: Oordeel
    standaard: str | None = None
    profiel: str | None = None
    namen: tuple[str, ...] = ()
    uploadslots: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """``step`` is a worker's; ``wake`` is told which connector has something to read."""

    database: Database
    documents: Documents
    settings: Settings
    wake: Callable[[str], None]

    async def step(self) -> bool:
        """Read the dossier that waited longest. False: none is due, or documents is away and it pays to wait a while."""
        token = clock.new_id()
        async with self.database.transaction() as tx:
            row = await store.claim(tx, token, clock.now(), lease=self.settings.oso_lease, backoff=self.settings.oso_backoff)
        if row is None:
            return False
        failpoints.hit("oso.after-claim")
        work = context.Work(row["correlation_id"], row["causation_id"])
        with context.bound(work), telemetry.span("read oso dossier", row["traceparent"]):
            return await self._read(row, token)

    async def measure(self) -> bool:
        """Show how much waits; never has more to do."""
        count, oldest = await store.waiting(self.database.pool, clock.now())
        metrics.OSO_WAITING.set(count)
        metrics.OSO_WAITING_AGE.set(oldest)
        return False

    async def _read(self, row: asyncpg.Record, token: UUID) -> bool:
        try:
            async with asyncio.timeout(self.settings.oso_lease * _PATIENCE):
                done = await self._processed(row)
            async with self.database.transaction() as tx:
                connector = await self._settled(tx, row, token, done)
                failpoints.hit("oso.before-commit")
        except ClaimLost:
            return True
        except (DocumentsAway, TimeoutError) as error:
            log.warning("oso_waits", osodossier=str(row["id"]), attempt=row["pogingen"], error=type(error).__name__)
            await self._give_back(row["id"], token)
            return False
        except Exception:
            await self._give_back(row["id"], token)
            raise
        failpoints.hit("oso.after-commit")
        if connector is not None:
            self.wake(connector)
        return True

    async def _processed(self, row: asyncpg.Record) -> Verwerkt:
        rules: dict[str, Any] = {"xsd": self.settings.oso_xsd, "ernst": self.settings.oso_ernst}
        with tempfile.TemporaryDirectory(prefix="schakel-oso-") as folder, tempfile.TemporaryFile(prefix="schakel-oso-") as xml:
            digest = await self.documents.fetch(row["id"], row["bewijs"], xml, at_most=row["grootte"])
            if digest != row["sha256"]:
                raise DocumentsAway("Het controlegetal klopt niet.")
            xml.seek(0)
            failpoints.hit("oso.after-fetch")
            try:
                read = await asyncio.to_thread(oso.lees, xml, Path(folder), **rules)
            except oso.OsoOnleesbaar as error:
                return Verwerkt(unreadable(error.fault.rule, error.fault.message))
            failpoints.hit("oso.after-read")
            oordeel = judge(read, _expected(row), row["gegevensblokken"])
            done = Verwerkt(oordeel, read.versie, read.profiel)
            return await self._brought(row, done)

    async def _brought(self, row: asyncpg.Record, done: Verwerkt) -> Verwerkt:
        """Upload what may go on; what documents does not take becomes a finding."""
        oordeel = done.oordeel
        taken: list[str] = []
        slots: list[UUID] = []
        findings: list[oso.Bevinding] = []
        for at in range(0, len(oordeel.bijlagen), MAX_FILES):
            some = oordeel.bijlagen[at : at + MAX_FILES]
            places = await self.documents.places(row["id"], row["bewijs"], [_described(file) for file in some])
            for file, place in zip(some, places, strict=True):
                if place.uploadslot is None or file.pad is None:
                    findings.append(refused_file(file, place.regel, place.bericht))
                    continue
                await self.documents.send(place, file.pad)
                taken.append(name_of(file)[0])
                slots.append(place.uploadslot)
                failpoints.hit("oso.after-upload")
        judged = replace(oordeel, bevindingen=at_most((*oordeel.bevindingen, *findings)))
        return Verwerkt(judged, done.standaard, done.profiel, tuple(taken), tuple(slots))

    async def _settled(self, tx: Transaction, row: asyncpg.Record, token: UUID, done: Verwerkt) -> str | None:
        connector = await settle(
            tx,
            row["id"],
            token,
            done.oordeel,
            swv=row["swv"],
            hulpvraag=row["hulpvraag"],
            number=row["dossiernummer"],
            standaard=done.standaard,
            profiel=done.profiel,
            taken=done.namen,
        )
        for at in range(0, len(done.uploadslots), MAX_FILES):
            slots = done.uploadslots[at : at + MAX_FILES]
            places = await submissions.advance(tx, {row["hulpvraag"]: slots})
            data = BijlagenAangeboden(
                swv=row["swv"],
                hulpvraag=row["hulpvraag"],
                dossiernummer=row["dossiernummer"],
                batch=uuid5(row["id"], f"bijlagen/{at}"),
                aanbieder=names.aanbieder(row["connector"]),
                uploadslots=slots,
            )
            tx.publish(Event.about(data, subject=row["hulpvraag"], sequence=places[row["hulpvraag"]]))
        return connector

    async def _give_back(self, osodossier: UUID, token: UUID) -> None:
        async with self.database.transaction() as tx:
            await store.release(tx, osodossier, token)


def _expected(row: asyncpg.Record) -> Verwacht:
    pupil = row["leerling"]
    return Verwacht(
        leerlingid=row["sleutel"],
        achternaam=pupil["achternaam"],
        geboortedatum=date.fromisoformat(pupil["geboortedatum"]),
        scholen=frozenset({row["school"], row["gestuurd"]}),
    )


def _described(file: oso.OsoBijlage) -> Bestand:
    naam, omschrijving = name_of(file)
    return Bestand(naam=naam, grootte=file.grootte or 0, sha256=file.sha256 or "", omschrijving=omschrijving)
