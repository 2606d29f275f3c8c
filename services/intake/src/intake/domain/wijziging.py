"""What may not change when a hulpvraag is sent again with other content (manual 002:111).

>>> change_faults(known, command)
[Fault(field="leerling.leerlingid", rule="andere-leerling", message="…")]
"""

from dataclasses import dataclass
from uuid import UUID

from intake.domain.facts import HulpvraagFact
from shared.contracts.connector import HulpvraagIndienen
from shared.errors import Fault


@dataclass(frozen=True, slots=True)
class Known:
    """A hulpvraag that was sent before under the same reference, and what it held last.

    ``leerlingid`` is the pupil's key in the LVS; ``uploadslots`` were offered with it, at first or with a change, those of OSO
    dossiers among them.
    """

    fact: HulpvraagFact
    leerlingid: str
    fingerprint: bytes
    uploadslots: frozenset[UUID]

    def further(self, command: HulpvraagIndienen) -> tuple[UUID, ...]:
        """Return the uploadslots that were not sent with this hulpvraag before."""
        return tuple(slot for slot in command.uploadslots if slot not in self.uploadslots)

    def brings(self, command: HulpvraagIndienen) -> bool:
        """Tell whether a file or an OSO dossier comes along that did not before."""
        return bool(self.further(command)) or (command.oso_dossier is not None and command.oso_dossier not in self.uploadslots)


def change_faults(known: Known, command: HulpvraagIndienen) -> list[Fault]:
    """Return why this may not be changed so. A number never goes over to another pupil: people were let in to that one."""
    fact = known.fact
    if fact.ingetrokken:
        return [_over("ingetrokken", f"U trok deze hulpvraag in (dossiernummer {fact.dossiernummer}).")]
    if fact.einde:
        return [_over("afgesloten", f"Deze hulpvraag is afgesloten (dossiernummer {fact.dossiernummer}).")]
    found = []
    if command.leerling.leerlingid != known.leerlingid:
        message = (
            f"De hulpvraag met deze eigenReferentie (dossiernummer {fact.dossiernummer}) gaat over een leerling met een ander "
            "leerlingid. Gebruik voor een andere leerling een nieuwe referentie."
        )
        found.append(Fault(field="leerling.leerlingid", rule="andere-leerling", message=message))
    if command.swv != fact.swv:
        message = f"Deze hulpvraag loopt bij {fact.swv}. Gebruik voor een ander samenwerkingsverband een nieuwe referentie."
        found.append(Fault(field="swv", rule="ander-swv", message=message))
    return found


def _over(rule: str, said: str) -> Fault:
    message = f"{said} Wijzigen kan niet meer. Gebruik voor een nieuwe hulpvraag een nieuwe referentie."
    return Fault(field="eigenReferentie", rule=rule, message=message)
