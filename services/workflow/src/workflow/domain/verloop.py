"""An aanvraagtype worked out for use: each status, and the steps from it, found in one look.

>>> regels = Regels(ruleset)
>>> verloop = regels.find("leerling", "A&K")
>>> [stap.naar.naam for stap in verloop.stappen[verloop.begin.naam]]

A name with a placeholder (``Doorzetten [functie]``, manuals 000–003) is one rule with a list of parameters: here it becomes one
status per value, and a transition that names the placeholder twice keeps the value.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import product
from re import findall
from typing import Literal

from shared.contracts.common import Niveau
from workflow.domain.kalender import Dagen
from workflow.domain.ruleset import Aanvraagtype, Basis, Eis, Gebeurtenis, Rol, RuleSet, Status, Statusmail, Termijn

Soort = Literal["swv", "bestuur", "school", "extern", "ouder", "systeem"]
_BASES: dict[Soort, tuple[Basis, ...]] = {
    "swv": ("intern", "beheerder"),
    "school": ("school",),
    "systeem": ("connector",),
    "bestuur": ("bestuur",),
    "extern": (),
    "ouder": (),
}


def soort_of(basis: Basis) -> Soort | None:
    """The kind of organisation whose people hold a role of this base kind; None: people of no organisation here."""
    if basis == "cijfers":
        return "swv"
    return next((soort for soort, bases in _BASES.items() if basis in bases), None)


@dataclass(frozen=True, slots=True)
class Stap:
    """One permitted step: to where, by whom, and what it asks for."""

    van: str
    naar: Status
    rollen: frozenset[str]
    vereist: tuple[Eis, ...]
    bron: str


@dataclass(frozen=True, slots=True)
class Vanzelf:
    """What follows by itself from an event at a status."""

    naar: Status
    bron: str


@dataclass(frozen=True, slots=True)
class Verloop:
    """The course of one aanvraagtype. ``namen`` leads from every name and alias of a status to its full name."""

    type: Aanvraagtype
    begin: Status
    statussen: Mapping[str, Status]
    namen: Mapping[str, str]
    stappen: Mapping[str, tuple[Stap, ...]]
    vanzelf: Mapping[tuple[str, Gebeurtenis, str | None], Vanzelf]

    @property
    def eindstatussen(self) -> frozenset[str]:
        """The final statuses."""
        return frozenset(naam for naam, status in self.statussen.items() if status.einde)

    @property
    def heeft_termijnen(self) -> bool:
        """Whether there is a term to keep; the deadline of a year is none, it is looked at when it matters."""
        return any(termijn.vanaf != "jaardag" for termijn in self.type.termijnen)

    @property
    def coordinatorrol(self) -> str | None:
        """The role whose mail goes to the coordinator of a hulpvraag, once it has one."""
        return self.type.coordinator.rol if self.type.coordinator else None


class Regels:
    """A rule set in use. It must have passed ``workflow.domain.checks``."""

    def __init__(self, ruleset: RuleSet) -> None:
        self.ruleset = ruleset
        self.swv = ruleset.swv
        self.versie = ruleset.versie
        self.verlopen = tuple(course_of(ruleset.geheel(type_)) for type_ in ruleset.aanvraagtypes)
        self._by_title = {
            (verloop.type.niveau, titel): verloop
            for verloop in self.verlopen
            for titel in (verloop.type.titel, *verloop.type.aliassen)
        }
        self.dagen = Dagen(ruleset.kalender)
        self.formulieren = {formulier.titel: formulier for formulier in ruleset.formulieren}
        self._rollen = {rol.naam: rol for rol in ruleset.rollen}
        self._rolnamen = {name: rol.naam for rol in ruleset.rollen for name in (rol.naam, *rol.aliassen)}

    def find(self, niveau: Niveau, titel: str) -> Verloop | None:
        """Find an aanvraagtype by its title, exactly as written (manual 000:252), or None."""
        return self._by_title.get((niveau, titel))

    def of(self, niveau: Niveau, aanvraagtype: str | None) -> Verloop | None:
        """The course of a hulpvraag; None while its title is unknown."""
        return self.find(niveau, aanvraagtype) if aanvraagtype is not None else None

    def nearest(self, niveau: Niveau, titel: str) -> list[str]:
        """The titles most like this one, the likest first: help for the person who sorts."""
        titles = {title.casefold(): verloop.type.titel for (level, title), verloop in self._by_title.items() if level == niveau}
        sent = titel.casefold()
        within = sorted((title for title in titles if title in sent), key=len, reverse=True)
        return list(dict.fromkeys(titles[title] for title in (*within, *get_close_matches(sent, titles, n=5, cutoff=0.4))))

    def rollen(self, names: Collection[str], soort: Soort) -> frozenset[str]:
        """The roles that someone of this kind of organisation really has: known here, of the right base, and what they imply.

        A school's account that claims to be the AC is not the AC. A role for figures only is none here: see ``counts``.
        """
        found: set[str] = set()
        for rol in self._known(names):
            if rol.basis in _BASES[soort]:
                found |= {rol.naam, *rol.ook}
        return frozenset(found)

    def counts(self, names: Collection[str]) -> bool:
        """Whether someone of the SWV with these roles may see figures, whatever else they may see."""
        return self._holds(names, "cijfers")

    def is_bound(self, names: Collection[str]) -> bool:
        """Whether someone of the SWV with these roles sees their platforms only, whatever else they hold."""
        return any(rol.per_platform for rol in self._known(names))

    def manages(self, names: Collection[str]) -> bool:
        """Whether someone of the SWV with these roles manages its accounts and organisations."""
        return self._holds(names, "beheerder")

    def _holds(self, names: Collection[str], basis: Basis) -> bool:
        return any(rol.basis == basis for rol in self._known(names))

    def _known(self, names: Collection[str]) -> Iterator[Rol]:
        held = (self._rollen.get(self._rolnamen.get(name, "")) for name in names)
        return (rol for rol in held if rol is not None)


def course_of(type_: Aanvraagtype) -> Verloop:
    """Work out one whole aanvraagtype. Raises KeyError or StopIteration for one that does not pass the checks."""
    statussen = {status.naam: status for status in expanded_statuses(type_)}
    stappen: defaultdict[str, list[Stap]] = defaultdict(list)
    for overgang in type_.overgangen:
        for way in expanded(type_, overgang.van, overgang.naar):
            rollen = frozenset(filled(rol, way.values) for rol in overgang.rollen)
            stappen[way.van].append(Stap(way.van, statussen[way.naar], rollen, overgang.vereist, overgang.bron))
    type_ = type_.model_copy(update={"termijnen": tuple(_termijn(type_, termijn) for termijn in type_.termijnen)})
    return Verloop(
        type_,
        next(status for status in statussen.values() if status.begin),
        statussen,
        {name: status.naam for status in statussen.values() for name in (status.naam, *status.aliassen)},
        {van: tuple(found) for van, found in stappen.items()},
        {
            (way.van, rule.op, rule.over): Vanzelf(statussen[way.naar], rule.bron)
            for rule in type_.automatisch
            for way in expanded(type_, rule.van, rule.naar)
        },
    )


@dataclass(frozen=True, slots=True)
class Way:
    """One (from, to) that a rule stands for, and the values of the placeholders that made it."""

    van: str
    naar: str
    values: Mapping[str, str]


def expanded_statuses(type_: Aanvraagtype) -> Iterator[Status]:
    """Each status of an aanvraagtype, one per value of a placeholder in its name."""
    for status in type_.statussen:
        for values in _assignments(type_, status.naam):
            yield _status(status, values) if values else status


def expanded(type_: Aanvraagtype, van: Collection[str], naar: str) -> Iterator[Way]:
    """Each way that a rule stands for."""
    for source in van:
        for values in _assignments(type_, source + naar):
            yield Way(filled(source, values), filled(naar, values), values)


def placeholders(text: str) -> list[str]:
    """The names between square brackets."""
    return findall(r"\[([^\]]+)\]", text)


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text with its placeholders replaced."""
    for name, value in values.items():
        text = text.replace(f"[{name}]", value)
    return text


def _status(status: Status, values: Mapping[str, str]) -> Status:
    def each(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(filled(name, values) for name in names)

    mails = (Statusmail(doelgroep=filled(mail.doelgroep, values), sjabloon=mail.sjabloon) for mail in status.mails)
    return status.model_copy(
        update={
            "naam": filled(status.naam, values),
            "aliassen": each(status.aliassen),
            "betekenis": filled(status.betekenis, values),
            "wacht_op": filled(status.wacht_op, values) if status.wacht_op else None,
            "zichtbaar_voor": each(status.zichtbaar_voor),
            "beperkt_voor": each(status.beperkt_voor),
            "mails": tuple(mails),
        }
    )


def values_of(type_: Aanvraagtype, texts: Collection[str]) -> tuple[str, ...]:
    """Each text, once per value of its placeholders."""
    return tuple(dict.fromkeys(filled(text, values) for text in texts for values in _assignments(type_, text)))


def _termijn(type_: Aanvraagtype, termijn: Termijn) -> Termijn:
    return termijn.model_copy(update={key: values_of(type_, getattr(termijn, key)) for key in ("bij", "tot", "geschort_bij")})


def _assignments(type_: Aanvraagtype, text: str) -> Iterator[dict[str, str]]:
    names = [name for name in dict.fromkeys(placeholders(text)) if name in type_.parameters]
    for values in product(*(type_.parameters[name] for name in names)):
        yield dict(zip(names, values, strict=True))
