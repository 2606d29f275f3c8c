"""Which hulpvraag a command is about, and what may not be done with it. Another's hulpvraag is not there.

>>> about(command, facts)
HulpvraagFact(dossiernummer=100001, …)
>>> list(pointed_faults(command, facts))
[Fault(field="dossiernummer", rule="dossiernummer-onbekend", message="…")]
"""

from collections.abc import Iterator

from intake.domain.facts import Facts, HulpvraagFact
from shared.contracts.connector import HulpvraagIntrekken, HulpvraagVerwijderen, SchoolOpgave, StatusOpvragen
from shared.errors import Fault

LARGEST_NUMBER = 2**63 - 1
"""What a dossiernummer can be at most in the database; a larger one is nobody's."""


def code_of(school: SchoolOpgave) -> str:
    """Return BRIN and vestiging in six positions."""
    return school.brin + school.vestiging


def key_of(command: HulpvraagIntrekken | HulpvraagVerwijderen | StatusOpvragen) -> tuple[str, str] | None:
    """Return school and own reference, when the command names its hulpvraag so."""
    if command.school is None or command.eigen_referentie is None:
        return None
    return code_of(command.school), command.eigen_referentie


def about(command: HulpvraagIntrekken | HulpvraagVerwijderen, facts: Facts) -> HulpvraagFact | None:
    """Find the one hulpvraag that a command names."""
    if command.dossiernummer is not None:
        return facts.hulpvragen.get(command.dossiernummer)
    key = key_of(command)
    return facts.referenties.get(key) if key else None


def withdraw_faults(command: HulpvraagIntrekken, facts: Facts) -> Iterator[Fault]:
    """Judge a withdrawal: of what is not closed. What was withdrawn before stays withdrawn."""
    yield from _pointed(command, facts)
    hulpvraag = about(command, facts)
    if hulpvraag is not None and hulpvraag.einde and not hulpvraag.ingetrokken:
        message = "Deze hulpvraag is al afgesloten. Intrekken kan alleen zolang zij loopt."
        yield Fault(field=_field(command), rule="afgesloten", message=message)


def remove_faults(command: HulpvraagVerwijderen, facts: Facts) -> Iterator[Fault]:
    """Judge taking something off one's own list: only what is closed (manual 002:111)."""
    yield from _pointed(command, facts)
    hulpvraag = about(command, facts)
    if hulpvraag is not None and not hulpvraag.einde and not hulpvraag.verwijderd:
        message = "Deze hulpvraag loopt nog. Verwijderen kan pas als zij is afgesloten. Is zij niet nodig, trek haar dan in."
        yield Fault(field=_field(command), rule="niet-afgesloten", message=message)


def asked_faults(command: StatusOpvragen, facts: Facts) -> Iterator[Fault]:
    """Judge a question how hulpvragen stand. Numbers that are not there are no fault: the answer names them."""
    if command.dossiernummers and (command.school or command.eigen_referentie):
        message = "Noem dossiernummers, of een school, en niet allebei."
        yield Fault(field="dossiernummers", rule="een-van-beide", message=message)
    elif not command.dossiernummers and command.school is None:
        field = "school" if command.eigen_referentie else "dossiernummers"
        message = "Noem dossiernummers, een eigenReferentie met de school, of alleen de school."
        yield Fault(field=field, rule="verplicht", message=message)
    if command.school is not None:
        code = code_of(command.school)
        if (school := facts.schools.get(code)) is None or not school.allowed:
            yield Fault(field="school", rule="geen-mandaat", message=f"Voor de school {code} heeft u geen mandaat.")
        elif (key := key_of(command)) and not is_listed(facts.referenties.get(key), facts):
            yield _unknown("eigenReferentie")


def known_faults(field: str, hulpvraag: HulpvraagFact | None, facts: Facts) -> Iterator[Fault]:
    """Judge whether the sender may still speak of this hulpvraag; ``field`` is where it names it."""
    if hulpvraag is None:
        yield _unknown(field)
    elif not facts.swvs.get(hulpvraag.swv):
        message = f"Deze koppeling mag niet meer naar samenwerkingsverband {hulpvraag.swv} sturen."
        yield Fault(field=field, rule="swv-niet-toegestaan", message=message)
    elif not _may(hulpvraag, facts):
        message = f"Voor de school van deze hulpvraag ({hulpvraag.school}) heeft u geen mandaat meer."
        yield Fault(field=field, rule="geen-mandaat", message=message)


def is_listed(hulpvraag: HulpvraagFact | None, facts: Facts) -> bool:
    """Tell whether this stands on the sender's own list: its own, within its mandate of today, and not taken off."""
    return hulpvraag is not None and _may(hulpvraag, facts) and not hulpvraag.verwijderd


def _pointed(command: HulpvraagIntrekken | HulpvraagVerwijderen, facts: Facts) -> Iterator[Fault]:
    numbered, named = command.dossiernummer is not None, command.eigen_referentie is not None
    if numbered and (named or command.school):
        message = "Noem het dossiernummer, of de eigenReferentie met de school, en niet allebei."
        yield Fault(field="dossiernummer", rule="een-van-beide", message=message)
    elif not numbered and not named:
        message = "Noem het dossiernummer, of de eigenReferentie met de school."
        yield Fault(field="dossiernummer", rule="verplicht", message=message)
    elif named and command.school is None:
        message = "Noem bij een eigenReferentie ook de school waarvoor u haar gebruikte."
        yield Fault(field="school", rule="verplicht", message=message)
    elif command.dossiernummer in facts.vernietigd:
        yield erased("dossiernummer")
    else:
        yield from known_faults(_field(command), about(command, facts), facts)


def erased(field: str) -> Fault:
    """Say that nothing is left of a hulpvraag after its term."""
    message = "Deze hulpvraag is na de bewaartermijn vernietigd. Er kan niets meer aan worden toegevoegd of veranderd."
    return Fault(field=field, rule="dossier-vernietigd", message=message)


def _may(hulpvraag: HulpvraagFact, facts: Facts) -> bool:
    school = facts.schools.get(hulpvraag.school)
    return school is not None and school.allowed and facts.swvs.get(hulpvraag.swv, False)


def _field(command: HulpvraagIntrekken | HulpvraagVerwijderen) -> str:
    return "dossiernummer" if command.dossiernummer is not None else "eigenReferentie"


def _unknown(field: str) -> Fault:
    rule, named = (
        ("dossiernummer-onbekend", "dit dossiernummer")
        if field == "dossiernummer"
        else ("referentie-onbekend", "deze eigenReferentie")
    )
    return Fault(field=field, rule=rule, message=f"Onder {named} kennen wij geen hulpvraag van u.")
