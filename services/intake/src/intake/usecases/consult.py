"""What a person may see: dossiers and schools of their own organisation. What is not theirs does not exist for them.

Who has no role of the SWV's rules never comes this far (``shared.roles``).
"""

from typing import assert_never
from uuid import UUID

import asyncpg

from intake.store import organisations, submissions
from shared.database import Transaction
from shared.errors import Forbidden, NotFound
from shared.tokens import Actor


def scope(actor: Actor) -> tuple[str | None, str | None]:
    """Return which school and which board an actor is held to; (None, None) is the whole SWV. Raises Forbidden."""
    match actor.soort:
        case "school":
            return actor.organisatie, None
        case "bestuur":
            return None, actor.organisatie
        case "swv" if actor.organisatie == actor.swv:
            return None, None
        case "swv" | "systeem" | "extern" | "ouder":
            raise Forbidden
        case _:
            assert_never(actor.soort)


async def view_dossier(tx: Transaction, actor: Actor, wanted: UUID) -> tuple[asyncpg.Record, list[asyncpg.Record]]:
    """Return a dossier and its hulpvragen. Raises NotFound, also for one of another organisation."""
    school, bestuur = scope(actor)
    dossier = await submissions.dossier(tx, wanted)
    if (
        dossier is None
        or dossier["swv"] != actor.swv
        or school not in {None, dossier["code"], dossier["opvolger"]}
        or bestuur not in {None, dossier["bestuur"]}
    ):
        raise NotFound("Dit dossier bestaat niet, of is niet van uw organisatie.")
    tx.audit("dossier.bekeken", subject=wanted, actor=actor.sub, organisatie=actor.organisatie)
    return dossier, await submissions.of_dossier(tx, wanted)


async def list_schools(tx: Transaction, actor: Actor) -> list[asyncpg.Record]:
    """List the schools whose hulpvragen an actor may see, by name."""
    school, bestuur = scope(actor)
    return await organisations.schools(tx, actor.swv, school, bestuur)


def may_submit(actor: Actor) -> bool:
    """Tell whether this actor submits at all: schools for themselves, the SWV for its schools."""
    return actor.soort in {"school", "swv"}
