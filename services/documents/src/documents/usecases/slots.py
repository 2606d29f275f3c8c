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


async def answer(
    tx: Transaction, objects: Objects, asked: UploadslotsGevraagd, *, bucket: str, lifetime: timedelta, oso_max: int
) -> None:
    """Give a connector a slot for each file whose name and size are right, and the rule for each other one."""
    places = await place(
        tx,
        objects,
        asked.bestanden,
        aanbieder=asked.aanbieder,
        swv=asked.swv,
        hulpvraag=None,
        bucket=bucket,
        lifetime=lifetime,
        oso_max=oso_max,
    )
    given = tuple(one for one in places if isinstance(one, Uploadslot))
    refused = tuple(one for one in places if isinstance(one, BijlageGeweigerd))
    data = UploadslotsUitgegeven(aanvraag=asked.aanvraag, aanbieder=asked.aanbieder, uploadslots=given, geweigerd=refused)
    tx.publish(Event.about(data, subject=asked.aanvraag, sequence=1))
    tx.audit("uploadslots.uitgegeven", subject=asked.aanvraag, actor=asked.aanbieder, aantal=len(given), geweigerd=len(refused))


async def place(
    tx: Transaction,
    objects: Objects,
    bestanden: Sequence[Bestand],
    *,
    aanbieder: str,
    swv: str,
    hulpvraag: UUID | None,
    bucket: str,
    lifetime: timedelta,
    oso_max: int = 0,
) -> list[Uploadslot | BijlageGeweigerd]:
    """Give a slot, or the rule that is broken, for each file in their order. An OSO dossier is at most ``oso_max`` bytes."""
    checked: list[Bestand | BijlageGeweigerd] = []
    for bestand in bestanden:
        try:
            checked.append(_checked(bestand, oso_max))
        except Geweigerd as refusal:
            checked.append(BijlageGeweigerd(naam=bestand.naam, regel=refusal.regel, bericht=refusal.bericht))
    good = [one for one in checked if isinstance(one, Bestand)]
    given = iter(
        await _issue(tx, objects, good, aanbieder=aanbieder, swv=swv, hulpvraag=hulpvraag, bucket=bucket, lifetime=lifetime)
    )
    return [next(given) if isinstance(one, Bestand) else one for one in checked]


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
    """Give a person slots for bijlagen of one hulpvraag. Raises InvalidInput with every fault: all of the files, or none."""
    good: list[Bestand] = []
    faults: list[Fault] = []
    for number, bestand in enumerate(bestanden):
        try:
            good.append(_checked(bestand.model_copy(update={"soort": "bijlage"})))
        except Geweigerd as refusal:
            field = "grootte" if refusal.regel in {"leeg-bestand", "te-groot"} else "naam"
            faults.append(Fault(field=f"bestanden.{number}.{field}", rule=refusal.regel, message=refusal.bericht))
    if faults:
        raise InvalidInput(faults)
    given = await _issue(tx, objects, good, aanbieder=aanbieder, swv=swv, hulpvraag=hulpvraag, bucket=bucket, lifetime=lifetime)
    tx.audit("uploadslots.uitgegeven", subject=hulpvraag, actor=aanbieder, aantal=len(given))
    return given


def _checked(bestand: Bestand, oso_max: int = 0) -> Bestand:
    is_oso = bestand.soort == "oso-dossier"
    naam = bestandsnaam.controleer(bestand.naam, ("xml",)) if is_oso else bestandsnaam.controleer(bestand.naam)
    if bestand.grootte < 1:
        raise Geweigerd("leeg-bestand")
    if is_oso and bestand.grootte > oso_max:
        raise Geweigerd("te-groot-dossier")
    if not is_oso and bestand.grootte > MAX_FILE:
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
    new = [
        store.NewSlot(clock.new_id(), file.naam, file.omschrijving, file.grootte, file.sha256, file.soort) for file in bestanden
    ]
    if new:
        await store.insert(tx, new, aanbieder=aanbieder, swv=swv, hulpvraag=hulpvraag, now=now, expires=expires)
    return [_described(objects, slot, file, bucket, expires) for slot, file in zip(new, bestanden, strict=True)]


def _described(objects: Objects, slot: store.NewSlot, file: Bestand, bucket: str, expires: datetime) -> Uploadslot:
    form = objects.form(bucket, str(slot.id), size=slot.grootte, expires=expires)
    return Uploadslot(
        uploadslot=slot.id,
        naam=slot.naam,
        url=form.url,
        velden=form.fields,
        verloopt_op=expires,
        bijlagesoort=file.bijlagesoort,
    )
