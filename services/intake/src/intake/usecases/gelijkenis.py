"""Dossiers that may be of one pupil: a person of the SWV says whether they are, and may take that back.

A pupil is known by school and leerlingid. Another dossier of the SWV with the same name and birth date is never put together
with it by itself: twins of two families share both, and a school must not learn of another school's dossier that way.
"""

from typing import Literal
from uuid import UUID

import asyncpg

from intake.store import gelijkenis as store
from shared import clock, roles
from shared.database import Transaction
from shared.errors import Conflict, Forbidden, NotFound
from shared.tokens import Actor

Staat = Literal["voorgesteld", "bevestigd", "afgewezen"]
LISTED = 200


async def view_pairs(tx: Transaction, actor: Actor) -> list[tuple[asyncpg.Record, asyncpg.Record, asyncpg.Record]]:
    """List pairs with both dossiers, what waits first. Raises Forbidden."""
    await _check(tx, actor)
    pairs = await store.listed(tx, actor.swv, LISTED)
    known = await store.dossiers(tx, list({pair[side] for pair in pairs for side in ("een", "ander")}))
    numbers = sorted({number for one in known.values() for number in one["nummers"] or ()})
    tx.audit("gelijkenissen.bekeken", subject=actor.swv, actor=actor.sub, dossiernummers=numbers)
    return [(pair, known[pair["een"]], known[pair["ander"]]) for pair in pairs]


async def decide(tx: Transaction, actor: Actor, wanted: UUID, staat: Staat) -> None:
    """Confirm or reject a pair, or take back what was decided (``voorgesteld``). Raises Forbidden, NotFound, Conflict."""
    await _check(tx, actor)
    pair = await store.lock(tx, wanted, actor.swv)
    if pair is None:
        raise NotFound("Dit voorstel bestaat niet, of is niet van uw samenwerkingsverband.")
    if pair["staat"] == staat:
        return
    if "voorgesteld" not in {pair["staat"], staat}:
        raise Conflict(f"Dit voorstel is al {pair['staat']}. Draai dat eerst terug.")
    await store.decide(tx, wanted, staat, actor.sub, clock.now())
    if await store.contradicts(tx, pair["een"]):
        raise Conflict(
            "Dit spreekt een eerdere beslissing over een derde dossier van deze leerling tegen. Draai die eerst terug."
        )
    for dossier in (pair["een"], pair["ander"]):
        tx.audit(f"gelijkenis.{staat}", subject=dossier, actor=actor.sub, gelijkenis=wanted)


async def _check(tx: Transaction, actor: Actor) -> None:
    """Raise Forbidden for who neither sorts what comes in nor manages accounts of this SWV."""
    decides = {rol.naam for rol in await roles.of_swv(tx, actor.swv) if rol.sorteert or rol.beheert_accounts}
    if actor.soort != "swv" or actor.organisatie != actor.swv or decides.isdisjoint(actor.rollen):
        raise Forbidden("De administratie van uw samenwerkingsverband beoordeelt of dossiers van dezelfde leerling zijn.")
