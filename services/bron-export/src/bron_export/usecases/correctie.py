"""A person acts on a registration: send it again, or mend what the register refused."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any
from uuid import UUID

from bron_export.domain import reeks as domain
from bron_export.domain.gegevens import Gegevens
from bron_export.domain.reeks import Reeks
from bron_export.domain.registratie import Registratie
from bron_export.store import logboek
from bron_export.store import registraties as store
from bron_export.usecases.opslaan import store_changes
from shared import clock
from shared.database import Transaction
from shared.errors import Conflict, Fault, InvalidInput, StaleVersion


async def resend(tx: Transaction, registratie: Registratie, expected: int, actor: UUID) -> Registratie:
    """Try again now: after a refusal as a new delivery, else by asking or trying at once.

    Raises StaleVersion when it is no longer ``expected``, Conflict when it is settled.
    """
    old, current = await _locked(tx, registratie, expected)
    if not current.may("opnieuw") and domain.handeling(old, current) is None:
        raise Conflict(_why_not(current), staat=current.staat)
    new = domain.verzend_opnieuw(old, registratie.id, clock.now())
    tx.audit("registratie.opnieuw", subject=current.hulpvraag, actor=actor, registratie=current.id)
    await store_changes(tx, old, new, actor)
    return new.vind(registratie.id)


async def correct(
    tx: Transaction, registratie: Registratie, expected: int, changes: Mapping[str, str | date], reden: str, actor: UUID
) -> Registratie:
    """Change ``begin``, ``eind``, ``omschrijving`` or ``begeleider``, with a reason, and send it again.

    Raises StaleVersion when it is no longer ``expected``, Conflict when it is under way or settled, InvalidInput for a field
    that this kind does not have or when nothing changes.
    """
    old, current = await _locked(tx, registratie, expected)
    replaced = current.besluitversie < old.versie
    if current.poging is not None or replaced or not current.may("gecorrigeerd"):
        raise Conflict(_why_not(current), staat=current.staat)
    changed: dict[str, Any] = {name: value for name, value in changes.items() if value != getattr(current.gegevens, name)}
    gegevens = replace(current.gegevens, **changed)
    _check(gegevens, changed)
    new = domain.corrigeer(old, registratie.id, gegevens, clock.now())
    mended = new.vind(registratie.id)
    before = asdict(current.gegevens)
    number = await logboek.corrected(tx, mended, reden, {name: before[name] for name in changed}, changed, actor)
    tx.audit(
        "registratie.gecorrigeerd",
        subject=current.hulpvraag,
        actor=actor,
        registratie=current.id,
        correctie=number,
        velden=sorted(changed),
    )
    await store_changes(tx, old, new, actor)
    return mended


async def _locked(tx: Transaction, registratie: Registratie, expected: int) -> tuple[Reeks, Registratie]:
    reeks = await store.load_locked(tx, registratie.besluit)
    current = reeks.vind(registratie.id)
    if current.versie != expected:
        raise StaleVersion("Deze registratie is ondertussen gewijzigd. Bekijk haar opnieuw.", versie=current.versie)
    return reeks, current


def _check(gegevens: Gegevens, changed: Mapping[str, object]) -> None:
    if not changed:
        raise InvalidInput([Fault(field="(bericht)", rule="geen-wijziging", message="Er verandert niets.")])
    if gegevens.soort == "TLV":
        faults = [
            Fault(field=name, rule="onbekend-veld", message="Een toelaatbaarheidsverklaring heeft dit gegeven niet.")
            for name in ("omschrijving", "begeleider")
            if name in changed
        ]
        if faults:
            raise InvalidInput(faults)
    if gegevens.begin is not None and gegevens.eind is not None and gegevens.eind < gegevens.begin:
        raise InvalidInput([Fault(field="eind", rule="volgorde", message="De einddatum ligt vóór de begindatum.")])


def _why_not(registratie: Registratie) -> str:
    match registratie.staat:
        case "geaccepteerd":
            return "Deze registratie is al geaccepteerd. Alleen een gecorrigeerd besluit kan haar nog veranderen."
        case "vervallen":
            return "Deze registratie is vervallen. Kijk bij de nieuwere versie van het besluit."
        case "te verzenden" | "verzonden" | "onbekend" | "afgekeurd":
            return "Deze registratie is nu onderweg naar het register. Wacht op het antwoord en probeer het dan opnieuw."
