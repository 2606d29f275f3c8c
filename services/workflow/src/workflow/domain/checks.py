"""What must hold in a rule set before it is used.

Every name refers to something; each status can be reached and left; nothing goes round by itself; no two rules fight; every
transition can be made by someone; nobody is flooded with mail.

>>> checks(ruleset)
[Finding(path=("aanvraagtypes", 0, "overgangen", 2, "naar"), message="onbekend: status …")]

A finding in a part that several aanvraagtypes share is told of each aanvraagtype in which it shows, and points at the part.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from workflow.domain.course_checks import course_checks
from workflow.domain.ruleset import AANVRAGER, Aanvraagtype, Deel, RuleSet, Statusmail
from workflow.domain.verloop import expanded_statuses, values_of

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong, and where in the file: the keys and list positions that lead to it."""

    path: Path
    message: str


def checks(ruleset: RuleSet) -> list[Finding]:
    """Find everything that is wrong, in the order of the file."""
    names = Names(ruleset)
    found = [*_roles(ruleset, names), *_titles(ruleset), *_parts(ruleset)]
    for position, type_ in enumerate(ruleset.aanvraagtypes):
        at: Path = ("aanvraagtypes", position)
        found += _type(type_, names, at)
        whole = ruleset.geheel(type_)
        parts: list[tuple[Path, Deel]] = [
            (("delen", name), ruleset.delen[name]) for name in type_.delen if name in ruleset.delen
        ]
        for where, part in [*parts, (at, type_)]:
            found += _told(_part(part, whole, names, where), where, type_)
        for path, message in course_checks(whole, [*parts, (at, type_)], ruleset.rollen):
            found += _told([Finding(path, message)], path, type_)
    return found


class Names:
    """Every name that may be referred to."""

    def __init__(self, ruleset: RuleSet) -> None:
        self.rollen = {rol.naam for rol in ruleset.rollen}
        self.formulieren = {formulier.titel for formulier in ruleset.formulieren}
        self.brieven = {brief.naam for brief in ruleset.brieven}
        self.sjablonen = set(ruleset.sjablonen)
        self.delen = set(ruleset.delen)


def _told(findings: Iterable[Finding], where: Path, type_: Aanvraagtype) -> Iterator[Finding]:
    for finding in findings:
        shared = where[0] == "delen"
        yield Finding(finding.path, f"{finding.message} (bij {type_.titel})") if shared else finding


def _roles(ruleset: RuleSet, names: Names) -> Iterator[Finding]:
    spoken = [name for rol in ruleset.rollen for name in (rol.naam, *rol.aliassen)]
    for position, rol in enumerate(ruleset.rollen):
        yield from _unknown("rol", rol.ook, names.rollen, ("rollen", position, "ook"))
        if any(spoken.count(name) > 1 for name in (rol.naam, *rol.aliassen)):
            yield Finding(("rollen", position), f"de rol {rol.naam} staat er twee keer")
        if rol.per_platform and rol.basis != "intern":
            yield Finding(("rollen", position, "per_platform"), "alleen een rol met basis intern is van een platform")
    yield from _unknown("rol", ruleset.postbussen_door, names.rollen, ("postbussen_door",))
    yield from _unknown("rol", ruleset.registraties_door, names.rollen, ("registraties_door",))
    yield from _unknown("rol", ruleset.overdrachten_door, names.rollen, ("overdrachten_door",))
    yield from _unknown("rol", ruleset.onbekende_titel.sorteren, names.rollen, ("onbekende_titel", "sorteren"))
    yield from _mails(ruleset.onbekende_titel.mails, names, ("onbekende_titel", "mails"))


def _titles(ruleset: RuleSet) -> Iterator[Finding]:
    seen: Counter[tuple[str, str]] = Counter()
    for position, type_ in enumerate(ruleset.aanvraagtypes):
        for key, titel in (("titel", type_.titel), *(("aliassen", alias) for alias in type_.aliassen)):
            seen[type_.niveau, titel] += 1
            if seen[type_.niveau, titel] == 2:
                at = ("aanvraagtypes", position, key)
                yield Finding(at, f"de titel {titel} staat er twee keer voor niveau {type_.niveau}")


def _parts(ruleset: RuleSet) -> Iterator[Finding]:
    used = {name for type_ in ruleset.aanvraagtypes for name in type_.delen}
    for name in ruleset.delen:
        if name not in used:
            yield Finding(("delen", name), f"geen aanvraagtype gebruikt het deel {name}")


def _type(type_: Aanvraagtype, names: Names, at: Path) -> Iterator[Finding]:
    yield from _unknown("formulier", type_.formulieren, names.formulieren, (*at, "formulieren"))
    yield from _unknown("deel", type_.delen, names.delen, (*at, "delen"))
    if type_.coordinator is not None and type_.coordinator.rol is not None:
        yield from _unknown("rol", [type_.coordinator.rol], names.rollen, (*at, "coordinator", "rol"))


def _part(part: Deel, whole: Aanvraagtype, names: Names, at: Path) -> Iterator[Finding]:
    known = {status.naam for status in expanded_statuses(whole)}
    yield from _statuses(part, whole, names, at)
    for position, overgang in enumerate(part.overgangen):
        here = (*at, "overgangen", position)
        forms = [eis.formulier for eis in overgang.vereist if eis.formulier]
        yield from _unknown("rol", values_of(whole, overgang.rollen), names.rollen, (*here, "rollen"))
        yield from _unknown("formulier", forms, names.formulieren, (*here, "vereist"))
        if not overgang.rollen:
            yield Finding((*here, "rollen"), "niemand mag deze overgang maken")
    termijnen = {termijn.naam for termijn in whole.termijnen}
    for position, rule in enumerate(part.automatisch):
        here = (*at, "automatisch", position)
        yield from _unknown("formulier", [rule.formulier] if rule.formulier else [], names.formulieren, (*here, "formulier"))
        yield from _unknown("termijn", [rule.termijn] if rule.termijn else [], termijnen, (*here, "termijn"))
    for position, termijn in enumerate(part.termijnen):
        here = (*at, "termijnen", position)
        for key in ("bij", "tot", "geschort_bij"):
            yield from _unknown("status", values_of(whole, getattr(termijn, key)), known, (*here, key))
        yield from _mails(termijn.mails, names, (*here, "mails"))
        for place, reminder in enumerate(termijn.herinneringen):
            yield from _mails(reminder.mails, names, (*here, "herinneringen", place, "mails"))
        if sum(other.naam == termijn.naam for other in whole.termijnen) > 1:
            yield Finding((*here, "naam"), f"de termijn {termijn.naam} staat er twee keer")
    if isinstance(part, Aanvraagtype) and part.besluit is not None:
        here = (*at, "besluit")
        yield from _unknown("rol", part.besluit.rollen, names.rollen, (*here, "rollen"))
        yield from _unknown("status", part.besluit.statussen, known, (*here, "statussen"))
        yield from _unknown("brief", [part.besluit.brief] if part.besluit.brief else [], names.brieven, (*here, "brief"))


def _statuses(part: Deel, whole: Aanvraagtype, names: Names, at: Path) -> Iterator[Finding]:
    for position, written in enumerate(part.statussen):
        here = (*at, "statussen", position)
        one = whole.model_copy(update={"statussen": (written,)})
        for status in expanded_statuses(one):
            yield from _mails(status.mails, names, (*here, "mails"))
            yield from _unknown("rol", status.zichtbaar_voor, names.rollen, (*here, "zichtbaar_voor"))
            yield from _unknown("rol", status.beperkt_voor, names.rollen, (*here, "beperkt_voor"))
            if status.wacht_op is not None:
                yield from _unknown("rol", [status.wacht_op], {*names.rollen, AANVRAGER}, (*here, "wacht_op"))
        yield from _unknown("formulier", written.plaatst, names.formulieren, (*here, "plaatst"))


def _mails(mails: Iterable[Statusmail], names: Names, at: Path) -> Iterator[Finding]:
    for position, mail in enumerate(mails):
        yield from _unknown("doelgroep", [mail.doelgroep], {*names.rollen, AANVRAGER}, (*at, position, "doelgroep"))
        yield from _unknown("sjabloon", [mail.sjabloon], names.sjablonen, (*at, position, "sjabloon"))


def _unknown(what: str, used: Iterable[str], known: Collection[str], at: Path) -> Iterator[Finding]:
    for name in used:
        if name not in known:
            yield Finding(at, f"onbekend: {what} {name}")
