"""Who may see and do what with registrations. Deny by default; whoever may not see something is not told that it exists.

=====================  ===================  =====================  ===================
actor                  see                  resend and correct     note a mandate
=====================  ===================  =====================  ===================
SWV, beheerrol         of its own SWV       of its own SWV         of its own SWV
SWV, other known role  of its own SWV       no                     no
SWV, for a platform    of its schools       of these, beheerrol    of these, beheerrol
school                 its own              its own                no
board                  of its schools       no                     of its schools
=====================  ===================  =====================  ===================

A beheerrol is one of ``registraties_door`` of the SWV's rules. Someone of a school or SWV without a role of those rules
never comes this far (``shared.roles``).
``Actor.swv`` is the SWV whose data is asked for: a school that belongs to two sees one at a time.
"""

from collections.abc import Collection
from typing import TypedDict

from bron_export.domain.registratie import Registratie
from shared.errors import Forbidden, NotFound
from shared.tokens import Actor


class Bereik(TypedDict):
    """The conditions under which an actor sees registrations; None: no such condition."""

    swv: str
    school: str | None
    bestuur: str | None
    platforms: tuple[str, ...] | None


def reach(actor: Actor) -> Bereik:
    """Say which registrations this actor sees. Raises Forbidden for one who sees none."""
    match actor.soort:
        case "swv" if actor.organisatie == actor.swv:
            return Bereik(swv=actor.swv, school=None, bestuur=None, platforms=actor.platforms or None)
        case "school":
            return Bereik(swv=actor.swv, school=actor.organisatie, bestuur=None, platforms=None)
        case "bestuur":
            return Bereik(swv=actor.swv, school=None, bestuur=actor.organisatie, platforms=None)
        case _:
            raise Forbidden


def may_see(actor: Actor, registratie: Registratie) -> bool:
    """Tell whether this registration is in the actor's reach."""
    try:
        allowed = reach(actor)
    except Forbidden:
        return False
    return (
        registratie.gegevens.swv == allowed["swv"]
        and allowed["school"] in {None, registratie.gegevens.school}
        and allowed["bestuur"] in {None, registratie.bestuur}
        and (allowed["platforms"] is None or registratie.platform in allowed["platforms"])
    )


def may_act(actor: Actor, beheerrollen: Collection[str]) -> bool:
    """Tell whether this actor may resend and correct what it sees."""
    return actor.soort == "school" or is_beheer(actor, beheerrollen)


def is_beheer(actor: Actor, beheerrollen: Collection[str]) -> bool:
    """Tell whether this is someone of the SWV's own administration."""
    return actor.soort == "swv" and actor.organisatie == actor.swv and not set(actor.rollen).isdisjoint(beheerrollen)


def seen(actor: Actor, registratie: Registratie | None) -> Registratie:
    """Return what this actor may see. Raises NotFound for what is unknown and for what is not the actor's, alike."""
    if registratie is None or not may_see(actor, registratie):
        raise NotFound("Deze registratie bestaat niet.")
    return registratie


def acted_on(actor: Actor, registratie: Registratie | None, beheerrollen: Collection[str]) -> Registratie:
    """Return what this actor may change. Raises NotFound, or Forbidden for one who may only look."""
    found = seen(actor, registratie)
    if not may_act(actor, beheerrollen):
        raise Forbidden("Alleen de school en de administratie van het samenwerkingsverband mogen dit.")
    return found
