"""What a connector hears at once: aanvaard with the dossiernummer, or geweigerd with every fault."""

from uuid import UUID

from intake.domain.bijlagen import bijlage_warnings
from intake.domain.facts import Facts
from intake.domain.texts import BSN
from intake.domain.waarschuwingen import warnings
from intake.store.outgoing import Answer, Outcome, encode
from intake.usecases.batch import Item
from shared import telemetry
from shared.contracts.connector import Aanvaard, Geweigerd, HulpvraagIndienen, KoppelingActiveren, KoppelingAntwoord, Public
from shared.errors import Fault


def accepted(item: Item, hulpvraag: UUID, dossiernummer: int, facts: Facts | None = None) -> Outcome:
    """Say under which number it is known, what had better been sent otherwise, and by ``facts`` what is still missing."""
    reading = item.reading
    message = Aanvaard(
        betreft=reading.betreft,
        eigen_referentie=reading.reference,
        dossiernummer=dossiernummer,
        waarschuwingen=_warnings(item, facts) or None,
    )
    return Outcome(item.number, "aanvaard", _answer(item, Aanvaard.TYPE, message), hulpvraag)


def refused(item: Item, faults: tuple[Fault, ...]) -> Outcome:
    """Name every fault. The original is kept, unless it holds a BSN, which is never kept (UAVG art. 46), or a code."""
    reading = item.reading
    message = Geweigerd(betreft=reading.betreft, eigen_referentie=reading.reference, fouten=faults)
    erase = any(fault.rule == BSN for fault in faults) or _holds_code(item)
    return Outcome(item.number, "geweigerd", _answer(item, Geweigerd.TYPE, message), erase=erase)


def told(item: Item, kind: str, message: Public, *, over: tuple[UUID, ...]) -> Outcome:
    """Answer a question; ``over`` are the hulpvragen that the answer tells of."""
    return Outcome(item.number, "beantwoord", _answer(item, kind, message), over=over)


def coupled(item: Item, school: str, omgeving: str, *, actief: bool) -> Outcome:
    """Say how the exchange stands. The code in it is not kept."""
    betreft = item.reading.betreft
    message = KoppelingAntwoord(betreft=betreft, school=school, omgeving=omgeving, actief=actief)
    return Outcome(item.number, "aanvaard", _answer(item, KoppelingAntwoord.TYPE, message), erase=_holds_code(item))


def _holds_code(item: Item) -> bool:
    """Whatever version of the command it was meant to be."""
    name, _, _ = KoppelingActiveren.TYPE.rpartition(".")
    return str(item.row["eigenschappen"].get("type")).startswith(f"{name}.")


def _warnings(item: Item, facts: Facts | None) -> tuple[Fault, ...]:
    match item.reading.command:
        case HulpvraagIndienen() as command:
            typed = warnings(command.omschrijving, command.leerling, command.contactpersoon)
            return (*typed, *(bijlage_warnings(command, facts) if facts else ()))
        case _:
            return ()


def _answer(item: Item, kind: str, message: Public) -> Answer:
    return Answer(kind, item.reading.betreft, encode(message), telemetry.current() or item.row["traceparent"])
