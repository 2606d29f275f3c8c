"""Places to upload files to: one file each, of an announced size, for a short time.

A slot is only a place. A file counts after documents itself read the object and found the announced size and SHA-256.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from documents.domain import bestandsnaam
from documents.domain.tekst import clean
from documents.domain.weigering import Geweigerd
from documents.ports import Objects
from documents.store import slots as store
from shared import clock
from shared.contracts.connector import MAX_FILE
from shared.contracts.documents import BijlageGeweigerd, Uploadslot, UploadslotsUitgegeven
from shared.contracts.intake import Bestand, UploadslotsGevraagd
from shared.database import Transaction
from shared.envelope import Event
from shared.errors import Fault, InvalidInput


async def answer(tx: Transaction, objects: Objects, asked: UploadslotsGevraagd, *, bucket: str, lifetime: timedelta) -> None:
    """Give a connector a slot for each file whose name and size are right, and the rule for each other one."""
    good: list[Bestand] = []
    refused: list[BijlageGeweigerd] = []
    for bestand in asked.bestanden:
        try:
            good.append(_checked(bestand))
        except Geweigerd as refusal:
            refused.append(BijlageGeweigerd(naam=bestand.naam, regel=refusal.regel, bericht=refusal.bericht))
    given = await _issue(
        tx, objects, good, aanbieder=asked.aanbieder, swv=asked.swv, hulpvraag=None, bucket=bucket, lifetime=lifetime
    )
    data = UploadslotsUitgegeven(
        aanvraag=asked.aanvraag, aanbieder=asked.aanbieder, uploadslots=tuple(given), geweigerd=tuple(refused)
    )
    tx.publish(Event.about(data, subject=asked.aanvraag, sequence=1))
    tx.audit("uploadslots.uitgegeven", subject=asked.aanvraag, actor=asked.aanbieder, aantal=len(given), geweigerd=len(refused))


async def issue(
    tx: Transaction,
    objects: Objects,
    bestanden: Sequence[Bestand],
    *,
    aanbieder: str,
    swv: str,
    hulpvraag: UUID,
    bucket: str,
    lifetime: timedelta,
) -> list[Uploadslot]:
    """Give a person slots for one hulpvraag. Raises InvalidInput with every fault: all of the files, or none."""
    good: list[Bestand] = []
    faults: list[Fault] = []
    for number, bestand in enumerate(bestanden):
        try:
            good.append(_checked(bestand))
        except Geweigerd as refusal:
            field = "grootte" if refusal.regel in {"leeg-bestand", "te-groot"} else "naam"
            faults.append(Fault(field=f"bestanden.{number}.{field}", rule=refusal.regel, message=refusal.bericht))
    if faults:
        raise InvalidInput(faults)
    given = await _issue(tx, objects, good, aanbieder=aanbieder, swv=swv, hulpvraag=hulpvraag, bucket=bucket, lifetime=lifetime)
    tx.audit("uploadslots.uitgegeven", subject=hulpvraag, actor=aanbieder, aantal=len(given))
    return given


def _checked(bestand: Bestand) -> Bestand:
    naam = bestandsnaam.controleer(bestand.naam)
    if bestand.grootte < 1:
        raise Geweigerd("leeg-bestand")
    if bestand.grootte > MAX_FILE:
        raise Geweigerd("te-groot")
    return bestand.model_copy(update={"naam": naam, "omschrijving": clean(bestand.omschrijving)})


async def _issue(
    tx: Transaction,
    objects: Objects,
    bestanden: Sequence[Bestand],
    *,
    aanbieder: str,
    swv: str,
    hulpvraag: UUID | None,
    bucket: str,
    lifetime: timedelta,
) -> list[Uploadslot]:
    now = clock.now()
    expires = now + lifetime
    new = [store.NewSlot(clock.new_id(), file.naam, file.omschrijving, file.grootte, file.sha256) for file in bestanden]
    if new:
        await store.insert(tx, new, aanbieder=aanbieder, swv=swv, hulpvraag=hulpvraag, now=now, expires=expires)
    return [_described(objects, slot, bucket, expires) for slot in new]


def _described(objects: Objects, slot: store.NewSlot, bucket: str, expires: datetime) -> Uploadslot:
    form = objects.form(bucket, str(slot.id), size=slot.grootte, expires=expires)
    return Uploadslot(uploadslot=slot.id, naam=slot.naam, url=form.url, velden=form.fields, verloopt_op=expires)
