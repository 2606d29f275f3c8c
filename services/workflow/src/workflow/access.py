"""The one place that decides what an actor may see and do. Deny by default: what is not said here is not allowed.

==================  =================================================================================
staff of the SWV    every hulpvraag of that SWV, with a role the rule set knows as its own people's
staff, per platform  the hulpvragen of the schools of their platforms, and nothing that is set for all of the SWV
school              the hulpvragen of that school, with a role the rule set knows as a school's
figures only        how many there are (``counted``), and no hulpvraag
bestuur             the hulpvragen of its schools; it looks, and changes nothing (docs/decisions, roles-told-by-workflow)
extra access        one hulpvraag, until a moment; it looks, whoever it is (manual 003, 3.2)
overlegronde        one hulpvraag, until its deadline; it looks, whoever takes part (manual 002:272; 003, 2.9)
anyone else         nothing: not yours and not there look the same
==================  =================================================================================

A status may be visible to some roles only (``zichtbaar_voor``), or let some see little (``beperkt_voor``). Pure: it asks the
rules, never the database.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.errors import Forbidden, NotFound
from shared.tokens import Actor
from workflow.domain.hulpvraag import Hulpvraag
from workflow.domain.verloop import Regels

Handeling = Literal[
    "bijlage-toevoegen",
    "bijlagen-bekijken",
    "bijlage-downloaden",
    "oso-dossier-bekijken",
    "oso-dossier-downloaden",
    "logboek-bekijken",
    "inzage-maken",
]
_LOOKING: frozenset[Handeling] = frozenset({"bijlagen-bekijken", "bijlage-downloaden", "oso-dossier-bekijken"})
_INTERNAL: frozenset[Handeling] = frozenset({"logboek-bekijken", "inzage-maken", "oso-dossier-downloaden"})


@dataclass(frozen=True, slots=True)
class Bereik:
    """Which hulpvragen an actor may know of: those of this SWV, and if given of this school, board or platforms only."""

    swv: str
    school: str | None
    bestuur: str | None
    rollen: frozenset[str]
    intern: bool
    platforms: frozenset[str] | None = None

    @property
    def codes(self) -> list[str]:
        """What keeps a search within reach."""
        return [code for code in (self.swv, self.school, self.bestuur) if code is not None]


@dataclass(frozen=True, slots=True)
class Toegang:
    """What an actor is to one hulpvraag now. ``tot`` is when that ends; None where the rules set no end.

    ``beheert`` is who has a role of base ``beheerder``.

    Who is ``beperkt`` knows that it is there, and may add to it and take steps, but not see what it holds.
    """

    rollen: frozenset[str]
    intern: bool
    looks_only: bool
    beperkt: bool = False
    beheert: bool = False
    tot: datetime | None = None

    def may(self, handeling: Handeling) -> bool:
        """Whether this act is allowed. The log is for the SWV's own people, who answer for it; a copy is the beheerder's.

        So is an OSO dossier as the school's system made it: it may hold more than what was taken over.
        """
        if handeling in _INTERNAL:
            return self.intern and not self.beperkt and (self.beheert or handeling != "inzage-maken")
        return not self.beperkt if handeling in _LOOKING else not self.looks_only


@dataclass(frozen=True, slots=True)
class Verleend:
    """One way in to one hulpvraag that someone was given, until ``tot``.

    ``rollen`` are those of an overlegronde's organiser: who takes part sees what they see. A school talks a hulpvraag over with
    others before the SWV sees it (manual 002:158, 265). Extra access has none.
    """

    tot: datetime
    rollen: frozenset[str] = frozenset()


def reach(actor: Actor, regels: Regels) -> Bereik:
    """How far an actor sees. Raises Forbidden for one who sees nothing."""
    rollen = regels.rollen(actor.rollen, actor.soort) if actor.swv == regels.swv else frozenset()
    match actor.soort:
        case "swv" if rollen and actor.organisatie == actor.swv:
            # with platforms one is bound, also by rules from before the role was: a hulpvraag runs on those it began with
            is_bound = bool(actor.platforms) or regels.is_bound(actor.rollen)
            platforms = frozenset(actor.platforms) if is_bound else None
            return Bereik(actor.swv, None, None, rollen, intern=True, platforms=platforms)
        case "school" if rollen:
            return Bereik(actor.swv, actor.organisatie, None, rollen, intern=False)
        case "bestuur" if actor.swv == regels.swv:
            return Bereik(actor.swv, None, actor.organisatie, frozenset(), intern=False)
        case _:
            raise Forbidden


def whole(actor: Actor, regels: Regels) -> Bereik:
    """The reach of who may act on more than single hulpvragen. Raises Forbidden for who is bound to a platform."""
    bereik = reach(actor, regels)
    if bereik.platforms is not None:
        raise Forbidden("Dit geldt voor het hele samenwerkingsverband. Met uw rol werkt u voor een platform.")
    return bereik


def handover(actor: Actor, regels: Regels) -> Bereik:
    """How far an actor may hand over: of the SWV all, of a school its own, as the rules say. Raises Forbidden."""
    bereik = whole(actor, regels)
    require(bereik.rollen, regels.ruleset.overdragers)
    return bereik


def counted(actor: Actor, regels: Regels) -> Bereik:
    """Of which hulpvragen an actor may know how many there are: those it sees, or for figures only all. Raises Forbidden.

    Who is bound to a platform knows of that only, whatever else they hold.
    """
    is_bound = bool(actor.platforms) or regels.is_bound(actor.rollen)
    is_own = actor.soort == "swv" and actor.organisatie == actor.swv == regels.swv
    if is_own and regels.counts(actor.rollen) and not is_bound:
        return Bereik(actor.swv, None, None, regels.rollen(actor.rollen, "swv"), intern=True)
    return reach(actor, regels)


def require_manager(actor: Actor, regels: Regels) -> None:
    """Raise Forbidden for who does not manage the accounts and organisations of their SWV."""
    if not whole(actor, regels).intern or not regels.manages(actor.rollen):
        raise Forbidden("Dit beheert de applicatiebeheerder van uw samenwerkingsverband.")


def access(actor: Actor, regels: Regels, hulpvraag: Hulpvraag) -> Toegang:
    """What this actor may do with this hulpvraag, by the rules it runs on. Raises NotFound for one who may not know of it."""
    try:
        bereik = reach(actor, regels)
    except Forbidden:
        raise NotFound from None
    within = (
        hulpvraag.swv == bereik.swv
        and bereik.school in {None, hulpvraag.school}
        and bereik.bestuur in {None, hulpvraag.bestuur}
        and (bereik.platforms is None or hulpvraag.platform in bereik.platforms)
        and not (hulpvraag.zichtbaar_voor and hulpvraag.zichtbaar_voor.isdisjoint(bereik.rollen))
    )
    if not within:
        raise NotFound
    limited = _limited(regels, hulpvraag)
    beperkt = bool(limited) and bereik.rollen <= limited
    beheert = any(rol.basis == "beheerder" and rol.naam in bereik.rollen for rol in regels.ruleset.rollen)
    return Toegang(bereik.rollen, bereik.intern, bereik.bestuur is not None, beperkt, beheert)


def by_grant(regels: Regels, hulpvraag: Hulpvraag, grants: Iterable[Verleend]) -> Toegang:
    """What someone may do who was let in to this one hulpvraag: look, until the last of the ends. Raises NotFound without any.

    What only some roles may see at its status stays hidden, unless one of these goes with it; what is limited stays limited.
    """
    hidden = hulpvraag.zichtbaar_voor
    ends = [grant.tot for grant in grants if not hidden or not hidden.isdisjoint(grant.rollen)]
    if not ends:
        raise NotFound
    beperkt = bool(_limited(regels, hulpvraag))
    return Toegang(frozenset(), intern=False, looks_only=True, beperkt=beperkt, tot=max(ends))


def _limited(regels: Regels, hulpvraag: Hulpvraag) -> frozenset[str]:
    """The roles that see little of it at its status; a board then sees little, too."""
    verloop = regels.find(hulpvraag.ingediend.niveau, hulpvraag.aanvraagtype) if hulpvraag.aanvraagtype else None
    status = verloop.statussen.get(hulpvraag.status or "") if verloop else None
    return frozenset(status.beperkt_voor) if status else frozenset()


def require(rollen: frozenset[str], allowed: Iterable[str]) -> str:
    """The role by which this may be done. Raises Forbidden."""
    held = rollen.intersection(allowed)
    if not held:
        raise Forbidden
    return min(held)
