"""What a person may see: dossiers and schools of their own organisation. What is not theirs does not exist for them.

Who has no role of the SWV's rules never comes this far (``shared.roles``).
"""

from dataclasses import dataclass
from typing import NamedTuple, assert_never
from uuid import UUID

import asyncpg

from intake.store import gelijkenis, organisations, submissions
from shared.database import Transaction
from shared.errors import Forbidden, NotFound
from shared.tokens import Actor


class Bereik(NamedTuple):
    """Which school, board or platforms an actor is held to; without any of these it is the whole SWV."""

    school: str | None = None
    bestuur: str | None = None
    platforms: tuple[str, ...] | None = None


def scope(actor: Actor) -> Bereik:
    """Say how far an actor sees. Raises Forbidden for one who sees nothing."""
    match actor.soort:
        case "school":
            return Bereik(school=actor.organisatie)
        case "bestuur":
            return Bereik(bestuur=actor.organisatie)
        case "swv" if actor.organisatie == actor.swv:
            return Bereik(platforms=actor.platforms or None)
        case "swv" | "systeem" | "extern" | "ouder":
            raise Forbidden
        case _:
            assert_never(actor.soort)


@dataclass(frozen=True, slots=True)
class Seen:
    """A dossier, the others of the same pupil that this actor may see as well, and the hulpvragen of all of them."""

    dossier: asyncpg.Record
    gekoppeld: list[asyncpg.Record]
    hulpvragen: list[asyncpg.Record]


async def find_dossier(tx: Transaction, actor: Actor, wanted: UUID) -> asyncpg.Record:
    """Find one. Raises NotFound, also for one of another organisation."""
    scope(actor)  # who is of no organisation is refused, whether it exists or not
    dossier = await submissions.dossier(tx, wanted)
    if dossier is None or dossier["swv"] != actor.swv or not _is_within(actor, dossier):
        raise NotFound("Dit dossier bestaat niet, of is niet van uw organisatie.")
    return dossier


async def view_dossier(tx: Transaction, actor: Actor, wanted: UUID) -> Seen:
    """Return a dossier and its hulpvragen. Raises NotFound, also for one of another organisation.

    With it come the dossiers that the SWV confirmed to be of the same pupil, but those of another school for the SWV only, and
    of another platform not for who works for one: what a school may see does not change by that.
    """
    dossier = await find_dossier(tx, actor, wanted)
    linked = [one for one in await gelijkenis.linked(tx, wanted) if _is_within(actor, one)]
    also = [one["id"] for one in linked]
    tx.audit("dossier.bekeken", subject=wanted, actor=actor.sub, organisatie=actor.organisatie, gekoppeld=also)
    return Seen(dossier, linked, await submissions.of_dossiers(tx, [wanted, *also]))


def _is_within(actor: Actor, dossier: asyncpg.Record) -> bool:
    school, bestuur, platforms = scope(actor)
    return (
        school in {None, dossier["code"], dossier["opvolger"]}
        and bestuur in {None, dossier["bestuur"]}
        and (platforms is None or not set(platforms).isdisjoint(dossier["platforms"]))
    )


async def list_schools(tx: Transaction, actor: Actor) -> list[asyncpg.Record]:
    """List the schools whose hulpvragen an actor may see, by name."""
    return await organisations.schools(tx, actor.swv, *scope(actor))


def may_submit(actor: Actor) -> bool:
    """Tell whether this actor submits at all: schools for themselves, the SWV for its schools."""
    return actor.soort in {"school", "swv"}
