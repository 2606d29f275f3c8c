"""Batches: the files that were saved at one moment, offered by their uploadslots and told of by one event.

Nothing is known of the bytes here. Each file becomes a bijlage that ``wordt gescand``; ``judging`` does the rest.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from documents.domain.weigering import BERICHTEN, Regel
from documents.store import batches, bijlagen
from documents.store import slots as slots_store
from documents.store.bijlagen import NewBijlage
from documents.usecases.work import chain
from shared import clock
from shared.contracts.connector import Soort
from shared.contracts.documents import BijlageGeweigerd, BijlagenToegevoegd, BijlageSchoon, OsoDossierBeoordeeld
from shared.contracts.intake import BijlagenAangeboden, OsoDossierAangeboden
from shared.database import Transaction
from shared.envelope import Event
from shared.errors import Conflict, Fault, InvalidInput


async def accept(tx: Transaction, offered: BijlagenAangeboden, *, offered_at: datetime, wake: Callable[[], None]) -> None:
    """Take a batch of a connector. A slot that is wrong becomes a refused file: the connector hears of it with the others."""
    new = _new(await _taken(tx, offered), offered.uploadslots, offered.hulpvraag, offered_at)
    await _store(tx, offered, new, wake)


async def accept_oso(tx: Transaction, offered: OsoDossierAangeboden, *, offered_at: datetime, wake: Callable[[], None]) -> None:
    """Take an OSO dossier, as a batch of one that intake may fetch against its proof."""
    given = offered.model_dump(include={"swv", "hulpvraag", "dossiernummer", "aanbieder"})
    batch = BijlagenAangeboden(**given, batch=offered.osodossier, uploadslots=(offered.uploadslot,))
    new = _new(await _taken(tx, batch), batch.uploadslots, offered.hulpvraag, offered_at, "oso-dossier")
    await _store(tx, batch, new, wake, bewijs=offered.bewijs)


async def add(
    tx: Transaction,
    *,
    swv: str,
    hulpvraag: UUID,
    dossiernummer: int,
    aanbieder: str,
    uploadslots: Sequence[UUID],
    wake: Callable[[], None],
) -> tuple[UUID, list[NewBijlage]]:
    """Take a batch of a person. Raises InvalidInput for slots that are wrong: all of the files, or none."""
    known = await batches.known_number(tx, hulpvraag)
    if known not in {None, dossiernummer}:
        raise Conflict("Het dossiernummer hoort niet bij deze hulpvraag.")
    offered = BijlagenAangeboden(
        swv=swv,
        hulpvraag=hulpvraag,
        dossiernummer=dossiernummer,
        batch=clock.new_id(),
        aanbieder=aanbieder,
        uploadslots=tuple(uploadslots),
    )
    new = _new(await _taken(tx, offered), uploadslots, hulpvraag, clock.now())
    faults = [
        Fault(field=f"uploadslots.{number}", rule=item.regel, message=BERICHTEN[item.regel])
        for number, item in enumerate(new)
        if item.regel
    ]
    if faults:
        raise InvalidInput(faults)
    await _store(tx, offered, new, wake)
    return offered.batch, new


async def publish_when_judged(tx: Transaction, batch: UUID) -> None:
    """Tell of a batch once every file in it is judged; once."""
    row = await batches.lock(tx, batch)
    files = await bijlagen.of_batch(tx, batch)
    if row["gepubliceerd_op"] or any(file["staat"] == "wordt gescand" for file in files):
        return
    if files[0]["soort"] == "oso-dossier":
        tx.publish(Event.about(_judged(row, files[0]), subject=row["hulpvraag"], sequence=0))
        await batches.mark_published(tx, batch, clock.now())
        return
    data = BijlagenToegevoegd(
        swv=row["swv"],
        hulpvraag=row["hulpvraag"],
        dossiernummer=row["dossiernummer"],
        batch=batch,
        aanbieder=row["aanbieder"],
        schoon=tuple(_clean(file) for file in files if file["staat"] == "beschikbaar"),
        geweigerd=tuple(_refused(file) for file in files if file["staat"] == "geweigerd"),
    )
    tx.publish(Event.about(data, subject=row["hulpvraag"], sequence=0))  # a batch is no version of the hulpvraag
    await batches.mark_published(tx, batch, clock.now())


async def _taken(tx: Transaction, offered: BijlagenAangeboden) -> dict[UUID, asyncpg.Record]:
    return await slots_store.take(tx, offered.uploadslots, aanbieder=offered.aanbieder, swv=offered.swv)


async def _store(
    tx: Transaction,
    offered: BijlagenAangeboden,
    new: Sequence[NewBijlage],
    wake: Callable[[], None],
    *,
    bewijs: str | None = None,
) -> None:
    now = clock.now()
    is_new = await batches.insert(
        tx,
        offered.batch,
        swv=offered.swv,
        hulpvraag=offered.hulpvraag,
        dossiernummer=offered.dossiernummer,
        aanbieder=offered.aanbieder,
        bewijs=bewijs,
        now=now,
        work=chain(),
    )
    if not is_new:
        return
    soort = "bestand" if bewijs is None else "oso-dossier"
    await bijlagen.insert(tx, new, soort=soort, batch=offered.batch, swv=offered.swv, hulpvraag=offered.hulpvraag, now=now)
    await slots_store.mark_used(tx, [item.uploadslot for item in new if item.uploadslot])
    await publish_when_judged(tx, offered.batch)
    tx.audit(
        "bijlagen.aangeboden",
        subject=offered.hulpvraag,
        actor=offered.aanbieder,
        batch=offered.batch,
        bijlagen=[item.id for item in new],
    )
    tx.after_commit(wake)


def _new(
    slots: dict[UUID, asyncpg.Record],
    asked: Sequence[UUID],
    hulpvraag: UUID,
    offered_at: datetime,
    soort: Soort = "bijlage",
) -> list[NewBijlage]:
    new: list[NewBijlage] = []
    used: set[UUID] = set()
    for slot in asked:
        row = slots.get(slot)
        rule = "uploadslot-gebruikt" if slot in used else _rule(row, hulpvraag, offered_at, soort)
        if row is None or rule == "uploadslot-onbekend":
            new.append(NewBijlage(clock.new_id(), f"uploadslot {slot}", regel="uploadslot-onbekend"))
        elif rule:
            new.append(NewBijlage(clock.new_id(), row["naam"], row["omschrijving"], regel=rule))
        else:
            file = (row["naam"], row["omschrijving"], slot, row["grootte"], row["sha256"])
            new.append(NewBijlage(clock.new_id(), *file))
        used.add(slot)
    return new


def _rule(slot: asyncpg.Record | None, hulpvraag: UUID, offered_at: datetime, soort: Soort) -> Regel | None:
    """Say what is wrong. A foreign one does not exist. What counts is when the batch was saved, not when we got to it."""
    if slot is None or slot["hulpvraag"] not in {None, hulpvraag}:
        return "uploadslot-onbekend"
    if slot["soort"] != soort:
        return "uploadslot-soort"
    if slot["staat"] == "gebruikt":
        return "uploadslot-gebruikt"
    return "uploadslot-verlopen" if offered_at > slot["verloopt_op"] else None


def _judged(batch: asyncpg.Record, file: asyncpg.Record) -> OsoDossierBeoordeeld:
    is_refused = file["staat"] == "geweigerd"
    return OsoDossierBeoordeeld(
        swv=batch["swv"],
        hulpvraag=batch["hulpvraag"],
        dossiernummer=batch["dossiernummer"],
        osodossier=batch["id"],
        bijlage=file["id"],
        grootte=None if is_refused else file["grootte"],
        sha256=None if is_refused else file["sha256"],
        geweigerd=_refused(file) if is_refused else None,
    )


def _clean(file: asyncpg.Record) -> BijlageSchoon:
    return BijlageSchoon(
        bijlage=file["id"], naam=file["naam"], mediatype=file["mediatype"], grootte=file["grootte"], sha256=file["sha256"]
    )


def _refused(file: asyncpg.Record) -> BijlageGeweigerd:
    rule: Regel = file["regel"]
    return BijlageGeweigerd(naam=file["naam"], regel=rule, bericht=BERICHTEN[rule])
