"""A decision was taken or corrected: plan what the register must know of it."""

from bron_export.domain.gegevens import te_registreren
from bron_export.domain.reeks import neem_op
from bron_export.domain.registratie import Registratie
from bron_export.store import registraties as store
from bron_export.usecases.opslaan import store_changes
from shared import clock, context, telemetry
from shared.contracts.workflow import BesluitGenomen
from shared.database import Transaction
from shared.log import get_logger

log = get_logger()


async def record_decision(tx: Transaction, besluit: BesluitGenomen) -> None:
    """Plan the registration of this version of a decision. Known and older versions change nothing."""
    gegevens = te_registreren(besluit)
    if gegevens is None and besluit.registratie is not None and besluit.toegekend:
        log.warning("registration_refused", besluit=str(besluit.besluit), niveau=besluit.niveau)
    reeks = await store.load_locked(tx, besluit.besluit)
    nu = clock.now()
    new = None
    if gegevens is not None:
        new = Registratie(
            id=clock.new_id(),
            besluit=besluit.besluit,
            besluitversie=besluit.versie,
            hulpvraag=besluit.hulpvraag,
            dossiernummer=besluit.dossiernummer,
            bestuur=besluit.school.bestuur,
            gegevens=gegevens,
            gewijzigd_op=nu,
            correlation_id=context.current().correlation_id,
            traceparent=telemetry.current(),
        )
    await store_changes(tx, reeks, neem_op(reeks, besluit.versie, new, nu))
