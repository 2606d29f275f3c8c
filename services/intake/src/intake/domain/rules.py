"""What a well-formed command may not say. Every fault is found, not only the first.

>>> judge(command, facts, today=clock.today())
[Fault(field='school', rule='geen-mandaat', message='…')]
"""

from collections.abc import Iterator
from datetime import date
from typing import assert_never
from uuid import UUID

from intake.domain.aanduiding import asked_faults, code_of, erased, known_faults, remove_faults, withdraw_faults
from intake.domain.bijlagen import bijlage_faults
from intake.domain.brieven import letter_faults
from intake.domain.facts import Facts
from intake.domain.reading import Command
from intake.domain.titels import title_faults
from shared.contracts.connector import (
    BijlagenToevoegen,
    BriefOphalen,
    HulpvraagIndienen,
    HulpvraagIntrekken,
    HulpvraagVerwijderen,
    KoppelingActiveren,
    KoppelingStoppen,
    LeerlingOpgave,
    StatusOpvragen,
    UploadslotsAanvragen,
)
from shared.errors import Fault

OLDEST = 30
"""Years. The oldest pupil of the voortgezet speciaal onderwijs is 20; more is a typing error in the year."""


def judge(command: Command, facts: Facts, *, today: date) -> list[Fault]:
    """Return every fault of a command, given what is known for its sender."""
    found: list[Fault] = []
    match command:
        case HulpvraagIndienen():
            found.extend(_addressed(command.swv, facts))
            found.extend(school_faults(command.swv, school_code(command), facts))
            found.extend(date_faults(command.datum, today, command.leerling))
            found.extend(pupil_faults(command.leerling, today))
            regels = facts.titels.get(command.swv)
            found.extend(title_faults(regels, command.aanvraagtype, "leerling", "LVS", command.leerling))
            found.extend(_repeated(command.uploadslots))
            found.extend(bijlage_faults(command, facts))
        case BijlagenToevoegen():
            found.extend(_numbered(command.dossiernummer, facts))
            found.extend(_repeated(command.uploadslots))
        case UploadslotsAanvragen():
            found.extend(_addressed(command.swv, facts))
        case BriefOphalen():
            found.extend(letter_faults(command, facts))
        case HulpvraagIntrekken():
            found.extend(withdraw_faults(command, facts))
        case HulpvraagVerwijderen():
            found.extend(remove_faults(command, facts))
        case StatusOpvragen():
            found.extend(asked_faults(command, facts))
        case KoppelingActiveren() | KoppelingStoppen():
            pass  # ``usecases.koppeling`` judges, for each counts for the next
        case _:
            assert_never(command)
    return found


def school_code(command: HulpvraagIndienen) -> str:
    """Return BRIN and vestiging in six positions."""
    return code_of(command.school)


def school_faults(swv: str, code: str, facts: Facts) -> Iterator[Fault]:
    """Judge for which school it is asked."""
    school = facts.schools.get(code)
    if school is None:
        yield Fault(field="school", rule="school-onbekend", message=f"De school {code} kennen wij niet.")
        return
    if facts.swvs.get(swv) is not None and school.swv != swv:
        message = f"De school {code} hoort niet bij samenwerkingsverband {swv}."
        yield Fault(field="school", rule="school-ander-swv", message=message)
    if not school.allowed:
        message = f"Voor de school {code} heeft u geen mandaat."
        yield Fault(field="school", rule="geen-mandaat", message=message)
    if not school.is_open:
        yield closed(code)


def closed(code: str) -> Fault:
    """Say that a school does not exist today: it ended, or has not begun."""
    message = f"De school {code} bestaat nu niet: zij is beëindigd of nog niet begonnen."
    return Fault(field="school", rule="school-gestopt", message=message)


def date_faults(datum: date, today: date, leerling: LeerlingOpgave | None) -> Iterator[Fault]:
    """Judge the date of the request."""
    if datum > today:
        yield Fault(field="datum", rule="toekomst", message="Deze datum ligt in de toekomst.")
    elif leerling is not None and datum < leerling.geboortedatum <= today:
        message = "Deze datum ligt voor de geboortedatum van de leerling. Klopt het jaar?"
        yield Fault(field="datum", rule="voor-geboorte", message=message)


def pupil_faults(leerling: LeerlingOpgave, today: date) -> Iterator[Fault]:
    """Judge what is said of the pupil."""
    born = leerling.geboortedatum
    if born > today:
        message = "Deze geboortedatum ligt in de toekomst."
        yield Fault(field="leerling.geboortedatum", rule="toekomst", message=message)
    elif (born.year + OLDEST, born.month, born.day) < (today.year, today.month, today.day):
        message = f"Met deze geboortedatum is de leerling ouder dan {OLDEST} jaar. Klopt het jaar?"
        yield Fault(field="leerling.geboortedatum", rule="te-lang-geleden", message=message)


def _addressed(swv: str, facts: Facts) -> Iterator[Fault]:
    allowed = facts.swvs.get(swv)
    if allowed is None:
        yield Fault(field="swv", rule="swv-onbekend", message=f"Het samenwerkingsverband {swv} kennen wij niet.")
    elif not allowed:
        message = f"Deze koppeling mag niet naar samenwerkingsverband {swv} sturen."
        yield Fault(field="swv", rule="swv-niet-toegestaan", message=message)


def _numbered(dossiernummer: int, facts: Facts) -> Iterator[Fault]:
    if dossiernummer in facts.vernietigd:
        yield erased("dossiernummer")
    else:
        yield from known_faults("dossiernummer", facts.hulpvragen.get(dossiernummer), facts)


def _repeated(slots: tuple[UUID, ...]) -> Iterator[Fault]:
    for place, slot in enumerate(slots):
        if slot in slots[:place]:
            yield Fault(field=f"uploadslots.{place}", rule="dubbel", message="Dit uploadslot staat er al eerder in.")
