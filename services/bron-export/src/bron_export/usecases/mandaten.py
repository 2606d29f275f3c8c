"""Mandates: the leave of a school's bevoegd gezag to register for it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from bron_export.domain.mandaat import Mandaat, geldend
from bron_export.store import mandaten as store
from bron_export.toegang import is_beheer
from shared import clock, platforms
from shared.contracts.intake import OrganisatieGewijzigd
from shared.database import Transaction
from shared.errors import Fault, Forbidden, InvalidInput, NotFound, StaleVersion
from shared.tokens import Actor


@dataclass(frozen=True, slots=True)
class Periode:
    """From ``van`` up to and including ``tot``; None: until further notice."""

    van: date
    tot: date | None


async def show_mandate(tx: Transaction, actor: Actor, school: str) -> Mandaat:
    """Return the mandate that counts for this school, valid or not. Raises NotFound."""
    bestuur = await _visible(tx, actor, school)
    found = geldend(await store.mandates(tx, actor.swv, school), bestuur)
    if found is None:
        raise NotFound("Voor deze school is geen mandaat vastgelegd.")
    return found


async def put_mandate(
    tx: Transaction,
    actor: Actor,
    school: str,
    periode: Periode,
    *,
    expected: int | None,
    beheerrollen: Collection[str],
) -> Mandaat:
    """Note a mandate, change its period or end it. The same period again changes nothing.

    ``expected`` is the version the actor saw; None is for the first one. Raises StaleVersion, NotFound and Forbidden.
    """
    bestuur = await _visible(tx, actor, school)
    if not (actor.soort == "bestuur" or is_beheer(actor, beheerrollen)):
        raise Forbidden("Alleen het schoolbestuur en de administratie van het samenwerkingsverband leggen een mandaat vast.")
    if periode.tot is not None and periode.tot < periode.van:
        raise InvalidInput([Fault(field="tot", rule="volgorde", message="De einddatum ligt vóór de begindatum.")])
    await store.lock_mandates(tx, actor.swv, school)
    known = await store.mandates(tx, actor.swv, school)
    present = geldend(known, bestuur)
    if present is not None and (present.van, present.tot) == (periode.van, periode.tot):
        return present
    if expected != (present.versie if present else None):
        raise StaleVersion("Het mandaat is ondertussen gewijzigd, of u noemde de versie (If-Match) niet.")
    new = Mandaat(
        id=clock.new_id(),
        swv=actor.swv,
        school=school,
        versie=max((each.versie for each in known), default=0) + 1,
        gever_soort="bestuur" if actor.soort == "bestuur" else "swv",
        gever=actor.organisatie,
        van=periode.van,
        tot=periode.tot,
    )
    await store.add_mandate(tx, new, actor.sub)
    await store.try_again(tx, actor.swv, school)
    tx.audit("mandaat.vastgelegd", subject=f"school:{school}", actor=actor.sub, mandaat=new.id, versie=new.versie)
    return new


async def school_moved(tx: Transaction, data: OrganisatieGewijzigd, at: datetime) -> None:
    """Let the board that a school has now give and see its mandates; that of before does so no more. ``at``: when it was told.

    What was decided under the old board is still registered by its mandate (docs/decisions, schools-that-move).
    """
    school = data.naar if data.versie == 1 else data.van
    await store.put_bestuur(tx, data.swv, school.code, school.bestuur, at)


async def _visible(tx: Transaction, actor: Actor, school: str) -> str | None:
    """Return the board whose mandates count, for one who may see them. Raises NotFound for any other.

    Until the first decision about a pupil of the school, or until it went elsewhere, its board is not known here. The gateway
    asks intake first whether the school is the board's; and a mandate counts only if the decision names the same board.
    """
    known = await store.known_bestuur(tx, actor.swv, school)
    match actor.soort:
        case "swv" if actor.organisatie == actor.swv and await _is_of_platforms(tx, actor, school):
            return known
        case "school" if actor.organisatie == school:
            return known
        case "bestuur" if known in {None, actor.organisatie}:
            return actor.organisatie
        case _:
            raise NotFound("Deze school bestaat niet.")


async def _is_of_platforms(tx: Transaction, actor: Actor, school: str) -> bool:
    """Whether a school is of the platforms of this actor; for who is bound to none each is."""
    return not actor.platforms or await platforms.of_school(tx, actor.swv, school) in actor.platforms
