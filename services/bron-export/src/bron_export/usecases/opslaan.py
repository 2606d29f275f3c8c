"""Store what changed about one decision and tell it: row, event and audit line in one transaction."""

from bron_export.domain.reeks import Reeks
from bron_export.domain.registratie import Registratie
from bron_export.store import registraties as store
from shared.contracts.bron_export import RegistratieGewijzigd
from shared.database import Transaction
from shared.envelope import Event

SELF = "bron-export"


async def store_changes(tx: Transaction, old: Reeks, new: Reeks, actor: object = SELF) -> None:
    """Save the difference; publish and audit every state that came to be, in order."""
    await store.save(tx, old, new)
    for each in new.wijzigingen:
        tx.publish(Event.about(_told(each), subject=each.hulpvraag, sequence=each.versie))
        tx.audit(
            "registratie.gewijzigd",
            subject=each.hulpvraag,
            actor=actor,
            registratie=each.id,
            staat=each.staat,
            versie=each.versie,
        )


def _told(registratie: Registratie) -> RegistratieGewijzigd:
    return RegistratieGewijzigd(
        swv=registratie.gegevens.swv,
        hulpvraag=registratie.hulpvraag,
        dossiernummer=registratie.dossiernummer,
        besluit=registratie.besluit,
        registratie=registratie.id,
        soort=registratie.gegevens.soort,
        staat=registratie.staat,
        versie=registratie.versie,
        signalen=registratie.signalen,
        gewijzigd_op=registratie.gewijzigd_op,
    )
