"""What may happen to a hulpvraag now: pure questions to the rules, the only place that answers them.

>>> match change(verloop, "A&K aanmelding", verzoek, Voorhanden({}), rollen=frozenset({"SCP"}), today=clock.today()):
...     case Wijziging(naar=naar): ...
...     case Weigering(slug=slug, stappen=stappen): ...
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import PurePath
from typing import Literal

from shared.contracts.common import Niveau
from shared.errors import Fault
from workflow.domain import zoek
from workflow.domain.ruleset import Formulier, Gebeurtenis, Status, Uitkomst
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
class Voorhanden:
    """What stands with a hulpvraag: names of bijlagen, outcomes decided; ``formulieren`` are those of the rule set."""

    formulieren: Mapping[str, Formulier]
    bijlagen: Collection[str] = ()
    besluiten: Collection[Uitkomst] = ()


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
    voorhanden: Voorhanden,
    *,
    rollen: Collection[str],
    today: date,
    niet_voor: date | None = None,
) -> Wijziging | Weigering:
    """Judge a change by a person. ``today`` is the Dutch day.

    ``niet_voor`` is the first day on which it may be discussed: of a request that missed the deadline of its year.
    """
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
    fouten = (*_unmet(stap, verzoek, voorhanden), *_unlikely(verzoek, today, niet_voor))
    if fouten:
        return Weigering("niet-vervuld", allowed, fouten)
    return Wijziging(stap.naar, min(stap.rollen.intersection(rollen)))


def automatic(verloop: Verloop | None, status: str | None, gebeurtenis: Gebeurtenis, over: str | None = None) -> Status | None:
    """The status that follows by itself from this event, or None when nothing does.

    ``over`` is what the event is about: the form that was filled in, the term that was reached.
    """
    if verloop is None or status is None:
        return verloop.begin if verloop is not None and gebeurtenis is Gebeurtenis.INGEDIEND else None
    found = verloop.vanzelf.get((status, gebeurtenis, over))
    return found.naar if found else None


def completed(verloop: Verloop | None, formulieren: Mapping[str, Formulier], bijlagen: Collection[str]) -> list[str]:
    """The forms that these bijlagen stand for, by title, as far as a change may follow from them."""
    if verloop is None:
        return []
    asked = {over for _, op, over in verloop.vanzelf if op is Gebeurtenis.FORMULIER_INGEVULD and over}
    return [titel for titel, form in formulieren.items() if titel in asked and stands(form, bijlagen)]


def stands(formulier: Formulier, bijlagen: Collection[str]) -> bool:
    """Whether a bijlage stands for this form: it has the form's title or alias as its name, or its name begins with that."""
    wanted = [_plain(name) for name in (formulier.titel, *formulier.aliassen)]
    names = [_plain(PurePath(naam).stem) + " " for naam in bijlagen]
    return any(naam.startswith(f"{want} ") for want in wanted for naam in names)


def _plain(text: str) -> str:
    return " ".join(zoek.words(text))


def _unmet(stap: Stap, verzoek: Verzoek, voorhanden: Voorhanden) -> list[Fault]:
    fouten = []
    for eis in stap.vereist:
        match eis.soort:
            case "reden" if not (verzoek.reden or "").strip():
                fouten.append(Fault(field="reden", rule="verplicht", message="Vul in waarom de status wijzigt."))
            case "datum" if verzoek.bespreekdatum is None:
                fouten.append(Fault(field="bespreekdatum", rule="verplicht", message="Vul in wanneer dit wordt besproken."))
            case "bevestiging" if not verzoek.bevestigd:
                fouten.append(Fault(field="bevestigd", rule="verplicht", message="Bevestig dat u deze stap wilt zetten."))
            case "formulier" if not stands(voorhanden.formulieren[eis.formulier or ""], voorhanden.bijlagen):
                message = f"Voeg eerst het formulier ‘{eis.formulier}’ toe als bijlage met die naam."
                fouten.append(Fault(field="formulier", rule="verplicht", message=message))
            case "besluit" if eis.besluit not in voorhanden.besluiten:
                message = f"Leg eerst het besluit vast: {eis.besluit}."
                fouten.append(Fault(field="besluit", rule="verplicht", message=message))
            case _:
                pass
    return fouten


def _unlikely(verzoek: Verzoek, today: date, niet_voor: date | None) -> list[Fault]:
    day = verzoek.bespreekdatum
    if day is not None and niet_voor is not None and today <= day < niet_voor:
        message = f"Deze aanvraag kwam na de jaarlijkse deadline en wordt op zijn vroegst op {niet_voor:%d-%m-%Y} besproken."
        return [Fault(field="bespreekdatum", rule="na-de-zomer", message=message)]
    if day is None or today <= day <= today + FURTHEST:
        return []
    rule, message = (
        ("verleden", "Deze dag is al geweest.") if day < today else ("te-ver", "Deze dag ligt meer dan een jaar vooruit.")
    )
    return [Fault(field="bespreekdatum", rule=rule, message=message)]
