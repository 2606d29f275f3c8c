"""Hulpvragen that nobody ever submitted, as rows of workflow: who and where is plainly made up, the course follows the rules.

>>> world = World(datetime(2026, 11, 2, tzinfo=UTC), total=1_000_000)
>>> made = world.hulpvraag(7)        # always the same one for a place
>>> made.data.leerling.naam
'Noor de Nevelzandman'

Four SWVs with their own rules, 100 schools and 20 boards each. A hulpvraag walks from its begin status along steps that the
rules permit, four out of five to a final status; the newer, the more likely it is still open. Terms are worked out by the
service's own code. There are no decisions and no bijlagen.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from uuid import UUID

from shared.contracts.common import Contactpersoon, Leerling, School
from shared.contracts.intake import HulpvraagIngediend
from workflow.domain.ruleset import Status
from workflow.domain.termijnen import Stand, Stap, Verhaal, standen
from workflow.domain.verloop import Regels, Verloop
from workflow.registry import RuleSets, read_all

FIRST = 10_000_001
"""The first dossiernummer: far beyond those that intake gives out during a run."""
YEARS = 5
SHARES = {"PO2507": 35, "PO2806": 30, "PO3008": 25, "PO0000": 10}
"""Hulpvragen of a SWV, in percent."""
SCHOLEN, BESTUREN, COORDINATOREN = 100, 20, 20
"""Per SWV."""
WALKS, LONGEST = 60, 14
RECENT, OPEN_RECENT, OPEN_OLD = 0.25, 0.7, 1 / 30
"""The newest quarter is open in 70 %, the rest in 1 of 30: 20 % together."""
LABELS = ("spoed", "nabellen", "gesprek gepland", "wacht op ouders", "jonge kind", "overstap", "bijzonder", "herhaling")
RARE_LABEL = "zaak voor de directie"
"""On one hulpvraag in ten thousand."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ROEPNAMEN = _words(
    "Noor Sam Bo Sil Juna Mees Luca Fem Tijn Saar Finn Liv Daan Evi Sem Mila Guus Zoë Levi Nina Thijs Roos Bram Lotte Jens "
    "Fleur Stijn Isa Ravi Amina Youssef Yara Milan Esra Kofi Lin Mateo Jade Omar Sofie"
)
_VOORVOEGSELS = ("", "", "", "van", "de", "van der", "van den")
_BEGIN = _words(
    "Verzonnen Bedacht Fantasie Voorbeeld Sprookjes Droom Schijn Papier Wolken Maan Nevel Spiegel Letter Verf Toneel"
)
_MIDDLE = _words("berg boom veld bos meer duin hof brug water stein land tuin kamp wijk poort zand linde beuk")
_END = ("", *_words("man stra huis sma ing veen laar kamp daal rode horst wijk dijk gaard hoek mond oord schot vliet zijl"))
_SCHOOLNAMEN = ("De Linde", "De Beuk", "Het Kompas", "De Vlieger", "De Regenboog", "Het Anker", "De Horizon", "De Toverfluit")


@dataclass(frozen=True, slots=True)
class Step:
    """One row of history to be: where to, by which role (None: by itself)."""

    naar: Status
    rol: str | None


@dataclass(frozen=True, slots=True)
class Walk:
    """A way from the begin status to a final one. ``planned`` are statuses that come with a day to discuss it."""

    verloop: Verloop
    steps: tuple[Step, ...]
    planned: frozenset[str]


@dataclass(frozen=True, slots=True)
class Change:
    """A row of history."""

    op: datetime
    step: Step
    bespreekdatum: date | None


@dataclass(frozen=True, slots=True)
class Made:
    """One hulpvraag with its history and terms."""

    data: HulpvraagIngediend
    regels: Regels
    verloop: Verloop
    changes: tuple[Change, ...]
    coordinator: str | None
    labels: tuple[str, ...]
    standen: tuple[Stand, ...]


class World:
    """Everything there could be, between five years before ``now`` and ``now``, for a filling of ``total``."""

    def __init__(self, now: datetime, total: int) -> None:
        self.now, self.total = now, total
        rulesets = RuleSets(read_all(None))
        self.regels = {swv: rulesets.current(swv) for swv in SHARES}
        dice = Random("ways through the rules")
        self._walks = {swv: [list(_walks(verloop, dice)) for verloop in one.verlopen] for swv, one in self.regels.items()}

    def hulpvraag(self, place: int) -> Made:
        """Make the one at this place; 0 is the oldest."""
        dice = Random(place)
        swv = dice.choices(tuple(SHARES), tuple(SHARES.values()))[0]
        regels = self.regels[swv]
        walk = dice.choice(dice.choice(self._walks[swv]))
        age = (1 - place / self.total) * YEARS * 365 * 86400
        at = self.now - timedelta(seconds=age * (1 - 1e-6 * dice.random()) + 60)
        data = _ingediend(dice, swv, walk.verloop, FIRST + place, at)
        is_open = dice.random() < (OPEN_RECENT if place >= self.total * (1 - RECENT) else OPEN_OLD)
        changes = tuple(self._changes(dice, walk, at, is_open=is_open))
        coordinator = coordinator_name(swv, dice.randrange(COORDINATOREN)) if dice.random() < 0.7 else None
        labels = [label for rank, label in enumerate(LABELS, 1) if dice.random() < 0.1 / rank]
        if dice.random() < 0.0001:
            labels.append(RARE_LABEL)
        stappen = [Stap(change.op, change.step.naar.naam, change.bespreekdatum) for change in changes]
        terms: list[Stand] = []
        if walk.verloop.heeft_termijnen:
            verhaal = Verhaal(stappen, walk.verloop.eindstatussen)
            terms = standen(walk.verloop.type.termijnen, verhaal, regels.dagen)
        return Made(data, regels, walk.verloop, changes, coordinator, tuple(labels), tuple(terms))

    def _changes(self, dice: Random, walk: Walk, at: datetime, *, is_open: bool) -> Iterator[Change]:
        """Walk; an open one stops somewhere before its end. Steps take days, but none lies ahead."""
        taken = dice.randint(1, len(walk.steps) - 1) if is_open and len(walk.steps) > 1 else len(walk.steps)
        pace = min(timedelta(days=9), (self.now - at) / taken)
        for step in walk.steps[:taken]:
            yield Change(at, step, (at + timedelta(days=20)).date() if step.naar.naam in walk.planned else None)
            at += pace * dice.uniform(0.2, 1)


@cache
def coordinator_name(swv: str, number: int) -> str:
    """A coordinator of a SWV."""
    return f"{_ROEPNAMEN[number]} {_BEGIN[number % len(_BEGIN)]}{_MIDDLE[list(SHARES).index(swv) * 4 + number % 3]}"


@cache
def school(swv: str, number: int) -> School:
    """A school of a SWV: BRIN numbers that start with 98 were never given out."""
    brin = f"98{'ABCD'[list(SHARES).index(swv)]}{chr(ord('A') + number // 10)}0{number % 10}"
    naam = f"{_SCHOOLNAMEN[number % len(_SCHOOLNAMEN)]} te {_BEGIN[number // 8 % len(_BEGIN)]}{_MIDDLE[number // 6]}"
    return School(code=brin, naam=naam, bestuur=f"9{list(SHARES).index(swv)}{number % BESTUREN:03}")


def common_name() -> str:
    """A name that one in forty has."""
    return _ROEPNAMEN[0]


def rare_name(place: int) -> str:
    """The pupil of some place, given and family name: few have both."""
    dice = Random(f"name {place}")
    return f"{dice.choice(_ROEPNAMEN)} {_surname(dice)}"


def _surname(dice: Random) -> str:
    return f"{dice.choice(_BEGIN)}{dice.choice(_MIDDLE)}{dice.choice(_END)}"


def _walks(verloop: Verloop, dice: Random) -> Iterator[Walk]:
    """Ways that end, found by stumbling about."""
    found = 0
    planned = frozenset(naam for one in verloop.type.termijnen if one.vanaf == "bespreekdatum" for naam in one.bij)
    while found < WALKS:
        steps, naam = [Step(verloop.begin, None)], verloop.begin.naam
        while not steps[-1].naar.einde and len(steps) < LONGEST:
            ways = [Step(stap.naar, min(stap.rollen)) for stap in verloop.stappen.get(naam, ()) if stap.rollen]
            ways += [Step(rule.naar, None) for (van, _, _), rule in verloop.vanzelf.items() if van == naam]
            if not ways:
                break
            steps.append(dice.choice(ways))
            naam = steps[-1].naar.naam
        if steps[-1].naar.einde:
            found += 1
            yield Walk(verloop, tuple(steps), planned)


def _ingediend(dice: Random, swv: str, verloop: Verloop, number: int, at: datetime) -> HulpvraagIngediend:
    of, dossier = school(swv, dice.randrange(SCHOLEN)), UUID(int=dice.getrandbits(128), version=4)
    niveau = verloop.type.niveau
    roepnaam, _, achternaam = rare_name(number - FIRST).partition(" ")
    pupil = Leerling(
        dossier=dossier,
        leerlingid=f"verzonnen-{number}",
        roepnaam=roepnaam,
        voorvoegsel=dice.choice(_VOORVOEGSELS),
        achternaam=achternaam,
        geboortedatum=(at - timedelta(days=dice.randint(4 * 365, 12 * 365))).date(),
    )
    direct = verloop.type.kanaal == "direct" or niveau != "leerling"
    return HulpvraagIngediend(
        swv=swv,
        hulpvraag=_id(dice, at),
        dossiernummer=number,
        dossier=dossier,
        niveau=niveau,
        aanvraagtype=verloop.type.titel,
        omschrijving="Een verzonnen hulpvraag om mee te meten. " * dice.randint(1, 12),
        school=of,
        leerling=pupil if niveau == "leerling" else None,
        groep=f"{dice.randint(1, 8)}{dice.choice('AB')} {of.naam}" if niveau == "groep" else None,
        contactpersoon=Contactpersoon(naam="Iris Verzonnen", email=f"ib@{of.code.lower()}.example", telefoon="", functie="IB"),
        kanaal="direct" if direct else "LVS",
        connector=None if direct else "verzonnen",
        bijlagen=0,
        ingediend_op=at,
    )


def _id(dice: Random, at: datetime) -> UUID:
    """An id like ``clock.new_id()`` gave at that time (RFC 9562): sorted by time, as those in use."""
    stamp = int(at.timestamp() * 1000)
    return UUID(int=stamp << 80 | 7 << 76 | dice.getrandbits(12) << 64 | 2 << 62 | dice.getrandbits(62))
