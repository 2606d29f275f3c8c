"""A dossier of OSO-SWV on its way to a hulpvraag: what documents and intake's own rules say of it.

The steps between stand in ``doorgeven.py``. Each function is inside a transaction of the caller.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from intake.store import notificaties as store
from intake.store import terugkoppelingen
from intake.store.notificaties import Rij
from intake.store.outgoing import Outcome
from intake.usecases.batch import Item
from intake.usecases.notificaties import regels, weiger
from shared.contracts.connector import Aanvaard, Geweigerd
from shared.contracts.documents import UploadslotsUitgegeven
from shared.database import Transaction
from shared.errors import Fault

MERK = "notificatie"
"""The property of a row of ``ontvangst`` that names the notificatie it is of. No message from outside has it (``wire``)."""


async def neem_plaats(tx: Transaction, told: UploadslotsUitgegeven) -> None:
    """Note where documents lets a dossier go, so that it is brought there; or refuse it. Nothing for what others asked."""
    rij = await store.asked(tx, told.aanvraag)
    if rij is None:
        return
    if not told.uploadslots:
        faults = tuple(Fault(field="(dossier)", rule=one.regel, message=one.bericht) for one in told.geweigerd)
        await weiger(tx, rij, "dossier-geweigerd", faults)
        return
    await store.place(tx, rij, told.uploadslots[0])
    await store.settle(tx, rij, rij.staat, wait=timedelta())


async def rond_af(tx: Transaction, items: Sequence[Item], outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Write what became of dossiers whose command is settled, and tell the LAS.

    Nothing goes to the queue of its connector then, which it never reads. Returns what there is to settle.
    """
    of_row = {item.number: UUID(item.row["eigenschappen"][MERK]) for item in items if MERK in item.row["eigenschappen"]}
    if not of_row:
        return list(outcomes)
    rows = {rij.id: rij for rij in await store.handed_in(tx, list(of_row.values()))}
    kept = []
    for outcome in outcomes:
        notificatie = of_row.get(outcome.row)
        rij = rows.get(notificatie) if notificatie else None
        if rij is not None and outcome.answer is not None:
            await _rond_af(tx, rij, outcome.hulpvraag, outcome.answer.body)
            kept.append(replace(outcome, answer=None))
        else:
            kept.append(outcome)
    return kept


async def _rond_af(tx: Transaction, rij: Rij, hulpvraag: UUID | None, answer: bytes) -> None:
    if hulpvraag is None:
        await weiger(tx, rij, "hulpvraag-geweigerd", Geweigerd.model_validate_json(answer).fouten)
        return
    told = Aanvaard.model_validate_json(answer)
    await store.settle(tx, rij, "verwerkt", hulpvraag=hulpvraag)
    await store.drop_dossier(tx, rij)
    inhoud = {"resultaat": "aanvaard", "dossiernummer": str(told.dossiernummer)}
    if told.waarschuwingen:
        inhoud["toelichting"] = regels(told.waarschuwingen)
    await terugkoppelingen.plan(tx, rij.id, rij.swv, 0, inhoud, hulpvraag)
