"""What a school does from its LVS with a hulpvraag that runs: it changes it and sends it again, or withdraws it.

What status follows is for the rules of the SWV. Where they name none the status stays, the history says what happened, and what
needs a person gets a label. Each raises the version, so that nobody decides on what they have not seen.
"""

from dataclasses import replace

from shared.contracts.intake import HulpvraagGewijzigd, HulpvraagIngediend, HulpvraagIngetrokken
from shared.database import Transaction
from workflow.domain import stappen
from workflow.domain.hulpvraag import Hulpvraag
from workflow.domain.ruleset import Gebeurtenis
from workflow.domain.verloop import Verloop
from workflow.registry import RuleSets
from workflow.store import besluit as besluit_store
from workflow.store import inzending, rondom
from workflow.usecases.arrive import arrive, set_out, stay
from workflow.usecases.events import lock
from workflow.usecases.record import SYSTEM

INGETROKKEN = "ingetrokken door de school"
ANDER_AANVRAAGTYPE = "ander aanvraagtype gevraagd"
"""Labels for a person, where the rules leave it to one. Whoever has dealt with it takes the label off."""


async def take_change(tx: Transaction, rulesets: RuleSets, data: HulpvraagGewijzigd) -> None:
    """Take up the content as it is now; what is older than known is ignored (manuals 001:163, 002:111).

    A title that nobody knew, and one at whose begin status nobody worked yet, gets the course of the title as it is now. A
    course that was begun is kept: that another aanvraagtype is asked is for a person.
    """
    before = await lock(tx, data.hulpvraag)
    if data.versie <= before.inhoudsversie:
        return
    await inzending.put(tx, before, data.versie, HulpvraagIngediend.model_validate(data.model_dump()))
    tx.audit("hulpvraag.inhoud_gewijzigd", subject=before.id, actor=SYSTEM, versie=data.versie)
    hulpvraag = await lock(tx, data.hulpvraag)
    regels = await rulesets.pinned(tx.connection, hulpvraag.swv, hulpvraag.regels_versie)
    verloop, asked = regels.of(hulpvraag.ingediend.niveau, hulpvraag.aanvraagtype), regels.find(data.niveau, data.aanvraagtype)
    other = asked is None or verloop is None or asked.type.titel != verloop.type.titel
    if asked is not None and other and await _untouched(tx, hulpvraag, verloop):
        await set_out(tx, regels, asked, hulpvraag, Gebeurtenis.GEWIJZIGD)
        return
    if verloop is not None and other:
        hulpvraag = await _label(tx, hulpvraag, ANDER_AANVRAAGTYPE)
    status = stappen.automatic(verloop, hulpvraag.status, Gebeurtenis.GEWIJZIGD) if hulpvraag.status else None
    if verloop is not None and status is not None:
        await arrive(tx, regels, verloop, hulpvraag, status, Gebeurtenis.GEWIJZIGD)
    else:
        await stay(tx, regels, verloop, hulpvraag, Gebeurtenis.GEWIJZIGD)


async def take_withdrawal(tx: Transaction, rulesets: RuleSets, data: HulpvraagIngetrokken) -> None:
    """Let the status follow that the rules name (manual 000:893); else a person finds it by its label, with the reason."""
    hulpvraag = await lock(tx, data.hulpvraag)
    regels = await rulesets.pinned(tx.connection, hulpvraag.swv, hulpvraag.regels_versie)
    verloop = regels.of(hulpvraag.ingediend.niveau, hulpvraag.aanvraagtype)
    status = stappen.automatic(verloop, hulpvraag.status, Gebeurtenis.INGETROKKEN) if hulpvraag.status else None
    if verloop is not None and status is not None:
        await arrive(tx, regels, verloop, hulpvraag, status, Gebeurtenis.INGETROKKEN, reden=data.reden)
    else:
        hulpvraag = await _label(tx, hulpvraag, INGETROKKEN)
        await stay(tx, regels, verloop, hulpvraag, Gebeurtenis.INGETROKKEN, reden=data.reden)


async def _untouched(tx: Transaction, hulpvraag: Hulpvraag, verloop: Verloop | None) -> bool:
    """Whether nobody worked with it yet: it has no course, or stands at the begin of one without a decision."""
    if verloop is None:
        return True
    return hulpvraag.status == verloop.begin.naam and not await besluit_store.outcomes(tx, hulpvraag.id)


async def _label(tx: Transaction, hulpvraag: Hulpvraag, label: str) -> Hulpvraag:
    if label in hulpvraag.labels:
        return hulpvraag
    labels = (*hulpvraag.labels, label)
    await rondom.put_labels(tx, hulpvraag, labels)
    return replace(hulpvraag, labels=labels)
