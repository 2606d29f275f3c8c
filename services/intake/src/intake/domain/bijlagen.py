"""Which bijlagen must come along with a hulpvraag from an LVS, by the rules of its SWV (manuals 000:210, 003:392).

>>> list(missing(command, facts))
[VereisteBijlage(naam="Toelichting onderwijsbehoeften", soort="toelichting-onderwijsbehoeften", ontbreekt="waarschuwen")]

A connector says of each uploadslot what the file is; what came with the hulpvraag before counts. A person adds bijlagen after
the hulpvraag was sent, so nothing is missing then.
"""

from collections.abc import Iterator

from intake.domain.aanduiding import code_of
from intake.domain.facts import Facts
from shared.contracts.connector import HulpvraagIndienen
from shared.contracts.workflow import VereisteBijlage
from shared.errors import Fault

RULE = "bijlage-ontbreekt"


def missing(command: HulpvraagIndienen, facts: Facts) -> Iterator[VereisteBijlage]:
    """Yield what the rules ask for, and neither the uploadslots nor the hulpvraag has. Unknown rules ask for nothing."""
    regels = facts.titels.get(command.swv)
    asked = regels.bijlagen.get(("leerling", command.aanvraagtype), ()) if regels else ()
    known = facts.referenties.get((code_of(command.school), command.eigen_referentie))
    there = {facts.soorten.get(slot) for slot in command.uploadslots} | (known.bijlagesoorten if known else set())
    for bijlage in asked:
        if bijlage.soort not in there:
            yield bijlage


def bijlage_faults(command: HulpvraagIndienen, facts: Facts) -> Iterator[Fault]:
    """Refuse what lacks a bijlage without which the SWV takes nothing."""
    for bijlage in missing(command, facts):
        if bijlage.ontbreekt == "weigeren":
            message = f"De bijlage ‘{bijlage.naam}’ ontbreekt. Zonder die bijlage neemt {command.swv} deze aanvraag niet aan."
            yield Fault(
                field="uploadslots", rule=RULE, message=f"{message} Vraag een uploadslot met bijlagesoort {bijlage.soort}."
            )


def bijlage_warnings(command: HulpvraagIndienen, facts: Facts) -> Iterator[Fault]:
    """Name what may follow later."""
    for bijlage in missing(command, facts):
        if bijlage.ontbreekt == "waarschuwen":
            message = f"De bijlage ‘{bijlage.naam}’ ontbreekt. Voeg haar toe aan deze hulpvraag; dien geen nieuwe in."
            yield Fault(field="uploadslots", rule=RULE, message=message)
