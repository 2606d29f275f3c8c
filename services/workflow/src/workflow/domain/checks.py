"""What must hold in a rule set before it is used: every name refers to something, every status can be reached.

>>> checks(ruleset)
[Finding(path=("aanvraagtypes", 0, "overgangen", 2, "naar"), message="onbekende status: …")]
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from workflow.domain.ruleset import AANVRAGER, Aanvraagtype, RuleSet, Status, Statusmail
from workflow.domain.verloop import expanded, expanded_statuses, placeholders

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong, and where in the file: the keys and list positions that lead to it."""

    path: Path
    message: str


def checks(ruleset: RuleSet) -> list[Finding]:
    """Find everything that is wrong, in the order of the file."""
    names = _Names(ruleset)
    found = [*_roles(ruleset, names), *_titles(ruleset)]
    for position, type_ in enumerate(ruleset.aanvraagtypes):
        found += _type(type_, names, ("aanvraagtypes", position))
    return found


class _Names:
    def __init__(self, ruleset: RuleSet) -> None:
        self.rollen = {rol.naam for rol in ruleset.rollen}
        self.formulieren = {formulier.titel for formulier in ruleset.formulieren}
        self.brieven = {brief.naam for brief in ruleset.brieven}
        self.sjablonen = set(ruleset.sjablonen)


def _roles(ruleset: RuleSet, names: _Names) -> Iterator[Finding]:
    spoken = [name for rol in ruleset.rollen for name in (rol.naam, *rol.aliassen)]
    for position, rol in enumerate(ruleset.rollen):
        yield from _unknown("rol", rol.ook, names.rollen, ("rollen", position, "ook"))
        if any(spoken.count(name) > 1 for name in (rol.naam, *rol.aliassen)):
            yield Finding(("rollen", position), f"de rol {rol.naam} staat er twee keer")
    yield from _unknown("rol", ruleset.postbussen_door, names.rollen, ("postbussen_door",))
    yield from _unknown("rol", ruleset.onbekende_titel.sorteren, names.rollen, ("onbekende_titel", "sorteren"))
    yield from _mails(ruleset.onbekende_titel.mails, names, ("onbekende_titel", "mails"))


def _titles(ruleset: RuleSet) -> Iterator[Finding]:
    seen: Counter[tuple[str, str]] = Counter()
    for position, type_ in enumerate(ruleset.aanvraagtypes):
        for key, titel in (("titel", type_.titel), *(("aliassen", alias) for alias in type_.aliassen)):
            seen[type_.niveau, titel] += 1
            if seen[type_.niveau, titel] == 2:
                yield Finding(
                    ("aanvraagtypes", position, key), f"de titel {titel} staat er twee keer voor niveau {type_.niveau}"
                )


def _type(type_: Aanvraagtype, names: _Names, at: Path) -> Iterator[Finding]:
    statussen = list(expanded_statuses(type_))
    known = {status.naam for status in statussen}
    yield from _unknown("formulier", type_.formulieren, names.formulieren, (*at, "formulieren"))
    yield from _placeholders(type_, at)
    yield from _statuses(type_, statussen, names, at)
    for position, overgang in enumerate(type_.overgangen):
        here = (*at, "overgangen", position)
        for van, naar in expanded(type_, overgang.van, overgang.naar):
            yield from _unknown("status", [van], known, (*here, "van"))
            yield from _unknown("status", [naar], known, (*here, "naar"))
        yield from _unknown("rol", overgang.rollen, names.rollen, (*here, "rollen"))
        forms = [eis.formulier for eis in overgang.vereist if eis.formulier]
        yield from _unknown("formulier", forms, names.formulieren, (*here, "vereist"))
        if not overgang.rollen:
            yield Finding((*here, "rollen"), "niemand mag deze overgang maken")
    yield from _automatic(type_, known, at)
    yield from _decision(type_, known, names, at)
    for position, termijn in enumerate(type_.termijnen):
        yield from _unknown("status", [termijn.vanaf], known, (*at, "termijnen", position, "vanaf"))


def _statuses(type_: Aanvraagtype, statussen: list[Status], names: _Names, at: Path) -> Iterator[Finding]:
    begins = [position for position, status in enumerate(type_.statussen) if status.begin]
    if len(begins) != 1:
        where = (*at, "statussen", begins[1]) if begins else (*at, "statussen")
        yield Finding(where, f"er is precies één beginstatus nodig, hier zijn er {len(begins)}")
    times = Counter(name for status in statussen for name in (status.naam, *status.aliassen))
    reached = _reached(type_, statussen)
    left = {van for van, _ in _ways(type_)}
    for position, written in enumerate(type_.statussen):
        here = (*at, "statussen", position)
        for status in expanded_statuses(type_.model_copy(update={"statussen": (written,)})):
            if times[status.naam] > 1:
                yield Finding((*here, "naam"), f"de status {status.naam} staat er twee keer")
            if status.naam not in reached:
                yield Finding((*here, "naam"), f"de status {status.naam} is niet te bereiken")
            if not status.einde and status.naam not in left:
                yield Finding((*here, "naam"), f"uit de status {status.naam} gaat geen weg verder, en het is geen einde")
        yield from _mails(written.mails, names, (*here, "mails"))
        yield from _unknown("formulier", written.plaatst, names.formulieren, (*here, "plaatst"))
        yield from _unknown("rol", written.zichtbaar_voor, names.rollen, (*here, "zichtbaar_voor"))
        if written.wacht_op is not None:
            yield from _unknown("rol", [written.wacht_op], {*names.rollen, AANVRAGER}, (*here, "wacht_op"))


def _placeholders(type_: Aanvraagtype, at: Path) -> Iterator[Finding]:
    for position, status in enumerate(type_.statussen):
        here = (*at, "statussen", position, "naam")
        yield from _unknown("parameter", placeholders(status.naam), set(type_.parameters), here)


def _automatic(type_: Aanvraagtype, known: set[str], at: Path) -> Iterator[Finding]:
    taken: set[tuple[str, str]] = set()
    for position, rule in enumerate(type_.automatisch):
        here = (*at, "automatisch", position)
        for van, naar in expanded(type_, rule.van, rule.naar):
            yield from _unknown("status", [van], known, (*here, "van"))
            yield from _unknown("status", [naar], known, (*here, "naar"))
            if van == naar:
                yield Finding(here, f"de status {van} volgt vanzelf op zichzelf")
            if (van, rule.op) in taken:
                yield Finding(here, f"twee automatische overgangen vanuit {van} bij {rule.op}")
            taken.add((van, rule.op))


def _decision(type_: Aanvraagtype, known: set[str], names: _Names, at: Path) -> Iterator[Finding]:
    if type_.besluit is None:
        return
    here = (*at, "besluit")
    yield from _unknown("rol", type_.besluit.rollen, names.rollen, (*here, "rollen"))
    yield from _unknown("status", type_.besluit.statussen, known, (*here, "statussen"))
    if type_.besluit.brief is not None:
        yield from _unknown("brief", [type_.besluit.brief], names.brieven, (*here, "brief"))


def _mails(mails: Iterable[Statusmail], names: _Names, at: Path) -> Iterator[Finding]:
    for position, mail in enumerate(mails):
        yield from _unknown("doelgroep", [mail.doelgroep], {*names.rollen, AANVRAGER}, (*at, position, "doelgroep"))
        yield from _unknown("sjabloon", [mail.sjabloon], names.sjablonen, (*at, position, "sjabloon"))


def _unknown(what: str, used: Iterable[str], known: Collection[str], at: Path) -> Iterator[Finding]:
    for name in used:
        if name not in known:
            yield Finding(at, f"onbekend: {what} {name}")


def _ways(type_: Aanvraagtype) -> list[tuple[str, str]]:
    by_hand = [way for rule in type_.overgangen for way in expanded(type_, rule.van, rule.naar)]
    return by_hand + [way for rule in type_.automatisch for way in expanded(type_, rule.van, rule.naar)]


def _reached(type_: Aanvraagtype, statussen: Iterable[Status]) -> set[str]:
    ways = _ways(type_)
    reached = {status.naam for status in statussen if status.begin}
    while further := {naar for van, naar in ways if van in reached} - reached:
        reached |= further
    return reached
