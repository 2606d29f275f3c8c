"""What may happen to a hulpvraag now: pure questions to the rules, the only place that answers them.

>>> match change(verloop, "A&K aanmelding", verzoek, rollen=frozenset({"SCP"}), bijlagen=(), today=clock.today()):
...     case Wijziging(naar=naar): ...
...     case Weigering(slug=slug, stappen=stappen): ...
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import PurePath
from typing import Literal

from shared.contracts.common import Niveau
from shared.errors import Fault
from workflow.domain.ruleset import Gebeurtenis, Status
from workflow.domain.verloop import Regels, Stap, Verloop

Slug = Literal["onbekende-status", "overgang-niet-toegestaan", "geen-rechten", "niet-vervuld"]
FURTHEST = timedelta(days=366)
"""A date to discuss something lies within a year; further away is a typing error."""


@dataclass(frozen=True, slots=True)
class Verzoek:
    """A change as asked for."""

    status: str
    reden: str | None = None
    toelichting: str = ""
    bespreekdatum: date | None = None
    bevestigd: bool = False


@dataclass(frozen=True, slots=True)
class Wijziging:
    """A change that the rules permit. ``rol`` is the role by which it may be done."""

    naar: Status
    rol: str


@dataclass(frozen=True, slots=True)
class Weigering:
    """Why not, and what this actor may do instead."""

    slug: Slug
    stappen: tuple[Stap, ...]
    fouten: tuple[Fault, ...] = field(default=())


def begin(regels: Regels, niveau: Niveau, titel: str) -> tuple[Verloop, Status] | None:
    """The course and begin status of a new hulpvraag; None for an unknown title, which a person sorts."""
    verloop = regels.find(niveau, titel)
    return None if verloop is None else (verloop, verloop.begin)


def allowed_steps(verloop: Verloop | None, status: str | None, rollen: Collection[str]) -> tuple[Stap, ...]:
    """The steps from this status for someone with these roles, in the order of the rule set."""
    if verloop is None or status is None:
        return ()
    steps: dict[str, Stap] = {}
    for stap in verloop.stappen.get(status, ()):
        if not stap.rollen.isdisjoint(rollen):
            steps.setdefault(stap.naar.naam, stap)
    return tuple(steps.values())


def change(
    verloop: Verloop | None,
    status: str | None,
    verzoek: Verzoek,
    *,
    rollen: Collection[str],
    bijlagen: Collection[str],
    today: date,
) -> Wijziging | Weigering:
    """Judge a change by a person. ``bijlagen`` are the names of what stands with the hulpvraag, ``today`` the Dutch day."""
    allowed = allowed_steps(verloop, status, rollen)
    if verloop is None or status is None:
        return Weigering("overgang-niet-toegestaan", allowed)
    naar = verloop.namen.get(verzoek.status)
    if naar is None:
        return Weigering(
            "onbekende-status", allowed, (Fault(field="status", rule="onbekend", message="Deze status bestaat niet."),)
        )
    if all(stap.naar.naam != naar for stap in verloop.stappen.get(status, ())):
        return Weigering("overgang-niet-toegestaan", allowed)
    stap = next((stap for stap in allowed if stap.naar.naam == naar), None)
    if stap is None:
        return Weigering("geen-rechten", allowed)
    fouten = (*_unmet(stap, verzoek, bijlagen), *_unlikely(verzoek, today))
    if fouten:
        return Weigering("niet-vervuld", allowed, fouten)
    return Wijziging(stap.naar, min(stap.rollen.intersection(rollen)))


def automatic(verloop: Verloop | None, status: str | None, gebeurtenis: Gebeurtenis) -> Status | None:
    """The status that follows by itself from this event, or None when nothing does."""
    if verloop is None or status is None:
        return verloop.begin if verloop is not None and gebeurtenis is Gebeurtenis.INGEDIEND else None
    found = verloop.vanzelf.get((status, gebeurtenis))
    return found[0] if found else None


def _unmet(stap: Stap, verzoek: Verzoek, bijlagen: Collection[str]) -> list[Fault]:
    fouten = []
    for eis in stap.vereist:
        match eis.soort:
            case "reden" if not (verzoek.reden or "").strip():
                fouten.append(Fault(field="reden", rule="verplicht", message="Vul in waarom de status wijzigt."))
            case "datum" if verzoek.bespreekdatum is None:
                fouten.append(Fault(field="bespreekdatum", rule="verplicht", message="Vul in wanneer dit wordt besproken."))
            case "bevestiging" if not verzoek.bevestigd:
                fouten.append(Fault(field="bevestigd", rule="verplicht", message="Bevestig dat u deze stap wilt zetten."))
            case "formulier" if not _stands(eis.formulier or "", bijlagen):
                message = f"Voeg eerst het formulier ‘{eis.formulier}’ toe als bijlage met die naam."
                fouten.append(Fault(field="formulier", rule="verplicht", message=message))
            case _:
                pass
    return fouten


def _unlikely(verzoek: Verzoek, today: date) -> list[Fault]:
    day = verzoek.bespreekdatum
    if day is None or today <= day <= today + FURTHEST:
        return []
    rule, message = (
        ("verleden", "Deze dag is al geweest.") if day < today else ("te-ver", "Deze dag ligt meer dan een jaar vooruit.")
    )
    return [Fault(field="bespreekdatum", rule=rule, message=message)]


def _stands(formulier: str, bijlagen: Collection[str]) -> bool:
    return any(formulier.casefold() in {naam.casefold(), PurePath(naam).stem.casefold()} for naam in bijlagen)
