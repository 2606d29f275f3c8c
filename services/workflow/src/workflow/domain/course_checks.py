"""What must hold in the course of one aanvraagtype as a whole: reachable, no dead end, no loop, no fight, no flood of mail.

``parts`` are the parts it is made of, each with its place in the file. Yields a path and a message.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from workflow.domain.ruleset import Aanvraagtype, Automatisch, Deel, Gebeurtenis, Overgang, Rol, Status
from workflow.domain.verloop import Way, expanded, expanded_statuses, filled, placeholders

Path = tuple[str | int, ...]
Found = Iterator[tuple[Path, str]]
Parts = Sequence[tuple[Path, Deel]]
MOST_MAILS = 6
"""More audiences than this at one arrival is a mail storm: each change of each hulpvraag would write to all of them."""
BATCH = {Gebeurtenis.BIJLAGEN_TOEGEVOEGD, Gebeurtenis.FORMULIER_INGEVULD}
"""Events that one saved batch of bijlagen may bring at once."""


def course_checks(whole: Aanvraagtype, parts: Parts, rollen: Sequence[Rol]) -> Found:
    """Find what is wrong with the course. ``rollen`` are those of the rule set."""
    statussen = {status.naam: status for status in expanded_statuses(whole)}
    by_hand = [(path, rule, way) for path, rule in _rules(parts, "overgangen") for way in expanded(whole, rule.van, rule.naar)]
    by_itself = [(path, rule, way) for path, rule in _automatic(parts) for way in expanded(whole, rule.van, rule.naar)]
    for path, _, way in (*by_hand, *by_itself):
        for key, name in (("van", way.van), ("naar", way.naar)):
            if name not in statussen:
                yield (*path, key), f"onbekend: status {name}"
    ways = [way for _, _, way in (*by_hand, *by_itself)]
    yield from _statuses(whole, parts, statussen, ways)
    yield from _blind(by_hand, statussen, [{rol.naam, *rol.ook} for rol in rollen])
    yield from _loops(by_itself)
    yield from _fights(by_itself)


def _rules(parts: Parts, key: str) -> Iterator[tuple[Path, Overgang]]:
    for at, part in parts:
        for position, rule in enumerate(part.overgangen):
            yield (*at, key, position), rule


def _automatic(parts: Parts) -> Iterator[tuple[Path, Automatisch]]:
    for at, part in parts:
        for position, rule in enumerate(part.automatisch):
            yield (*at, "automatisch", position), rule


def _statuses(whole: Aanvraagtype, parts: Parts, statussen: dict[str, Status], ways: Sequence[Way]) -> Found:
    written = [((*at, "statussen", position), one) for at, part in parts for position, one in enumerate(part.statussen)]
    begins = [path for path, one in written if one.begin]
    if len(begins) != 1:
        at = begins[1] if begins else (*parts[-1][0], "statussen")
        yield at, f"er is precies één beginstatus nodig, hier zijn er {len(begins)}"
    times = Counter(name for status in expanded_statuses(whole) for name in (status.naam, *status.aliassen))
    reached = _reached(statussen, ways)
    left = {way.van for way in ways}
    for path, one in written:
        unknown = [name for name in placeholders(one.naam) if name not in whole.parameters]
        for name in unknown:
            yield (*path, "naam"), f"onbekend: parameter {name}"
        for status in expanded_statuses(whole.model_copy(update={"statussen": (one,)})):
            if times[status.naam] > 1:
                yield (*path, "naam"), f"de status {status.naam} staat er twee keer"
            if status.naam not in reached:
                yield (*path, "naam"), f"de status {status.naam} is niet te bereiken"
            if not status.einde and status.naam not in left:
                yield (*path, "naam"), f"uit de status {status.naam} gaat geen weg verder, en het is geen einde"
            yield from _storm(status, path)


def _storm(status: Status, path: Path) -> Found:
    audiences = Counter(mail.doelgroep for mail in status.mails)
    for audience, times in audiences.items():
        if times > 1:
            yield (*path, "mails"), f"{audience} krijgt bij {status.naam} {times} mails tegelijk"
    if len(audiences) > MOST_MAILS:
        yield (*path, "mails"), f"{status.naam} mailt {len(audiences)} doelgroepen tegelijk; hooguit {MOST_MAILS} is genoeg"


def _blind(by_hand: Sequence[tuple[Path, Overgang, Way]], statussen: dict[str, Status], held: Sequence[set[str]]) -> Found:
    """A role that does not see a hulpvraag cannot change it. ``held`` is what someone with one of the roles holds."""
    for path, rule, way in by_hand:
        van = statussen.get(way.van)
        rollen = {filled(rol, way.values) for rol in rule.rollen}
        if van is None or not van.zichtbaar_voor or not rollen:
            continue
        if not any(one & rollen and not one.isdisjoint(van.zichtbaar_voor) for one in held):
            yield (*path, "rollen"), f"niemand mag deze overgang maken: wie hem mag maken, ziet {way.van} niet"


def _loops(by_itself: Sequence[tuple[Path, Automatisch, Way]]) -> Found:
    """What follows by itself must come to rest: a circle of automatic changes never does, and mails at every turn."""
    after: defaultdict[str, set[str]] = defaultdict(set)
    for _, _, way in by_itself:
        after[way.van].add(way.naar)
    for path, _, way in by_itself:
        if way.van == way.naar:
            yield path, f"de status {way.van} volgt vanzelf op zichzelf"
        elif way.van in _closure(after, way.naar):
            yield path, f"automatische overgangen gaan in een kring: via {way.naar} terug naar {way.van}"


def _fights(by_itself: Sequence[tuple[Path, Automatisch, Way]]) -> Found:
    taken: dict[tuple[str, str, str | None], str] = {}
    batch: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for path, rule, way in by_itself:
        key = (way.van, rule.op, rule.over)
        if key in taken:
            yield (
                path,
                f"twee automatische overgangen vanuit {way.van} bij {rule.op}" + (f" ({rule.over})" if rule.over else ""),
            )
        taken[key] = way.naar
        if rule.op in BATCH:
            others = batch[way.van]
            if any(naar != way.naar for naar in others.values()):
                both = " en ".join(dict.fromkeys([*others.values(), way.naar]))
                yield path, f"vanuit {way.van} kan één batch bijlagen naar twee statussen leiden: {both}"
            others[f"{rule.op} {rule.over or ''}".strip()] = way.naar


def _reached(statussen: dict[str, Status], ways: Sequence[Way]) -> set[str]:
    after: defaultdict[str, set[str]] = defaultdict(set)
    for way in ways:
        after[way.van].add(way.naar)
    begins = {name for name, status in statussen.items() if status.begin}
    return begins.union(*(_closure(after, name) for name in begins))


def _closure(after: dict[str, set[str]], start: str) -> set[str]:
    found, todo = {start}, [start]
    while todo:
        for name in after.get(todo.pop(), set()) - found:
            found.add(name)
            todo.append(name)
    return found
