"""How the terms of a hulpvraag stand, worked out from its history: pure, and the same however often it is asked.

>>> standen(verloop.type.termijnen, verhaal, dagen)
[Stand(naam="beslistermijn", grond=date(2026, 11, 2), deadline=date(2026, 12, 28), staat="loopt", momenten=(…))]

A term is kept per ``grond``, the day it counts from: when a meeting is put off or a decision corrected, that is another term,
with reminders of its own. A moment falls in the Dutch morning: of the day itself for a reminder and for what is counted back
from the end of a decision, of the day after the deadline for one that passed.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from shared import clock
from workflow.domain.kalender import DAY, Dagen, eerder, later, verschoven
from workflow.domain.ruleset import Statusmail, Termijn

MORNING = time(7, 0)
"""When a moment falls: mails lie ready when people begin."""

Staat = Literal["loopt", "staat stil", "gehaald"]


@dataclass(frozen=True, slots=True)
class Stap:
    """One row of history, as far as terms go."""

    op: datetime
    status: str | None
    bespreekdatum: date | None = None

    @property
    def dag(self) -> date:
        """The Dutch day on which it was made."""
        return self.op.astimezone(clock.NETHERLANDS).date()


@dataclass(frozen=True, slots=True)
class Verhaal:
    """What happened to a hulpvraag, oldest first. ``einde`` is the last day of its decision."""

    stappen: Sequence[Stap]
    eindstatussen: frozenset[str] = frozenset()
    einde: date | None = None

    @property
    def nu(self) -> str | None:
        """The present status."""
        return self.stappen[-1].status if self.stappen else None


@dataclass(frozen=True, slots=True)
class Moment:
    """When something must happen for a term: ``herinnering-1`` and on, or ``bereikt``."""

    soort: str
    op: datetime
    mails: tuple[Statusmail, ...]


@dataclass(frozen=True, slots=True)
class Stand:
    """How one term stands. ``deadline`` is the last day, None while it stands still; ``momenten`` only while it runs."""

    naam: str
    grond: date
    deadline: date | None
    staat: Staat
    momenten: tuple[Moment, ...] = ()


BEREIKT = "bereikt"


def standen(termijnen: Iterable[Termijn], verhaal: Verhaal, dagen: Dagen) -> list[Stand]:
    """Every term that has begun."""
    found = (_stand(termijn, verhaal, dagen) for termijn in termijnen if termijn.vanaf != "jaardag")
    return [stand for stand in found if stand is not None]


def niet_voor(termijnen: Iterable[Termijn], ingediend: date, dagen: Dagen) -> date | None:
    """The first day on which a request may be discussed that missed the deadline of its year; None when it was in time.

    A deadline holds from that day until the end of the summer holidays of the same year (manual 000:878).
    """
    found = []
    for termijn in termijnen:
        if termijn.jaardag is not None:
            after = dagen.na_de_zomer(ingediend)
            if _in_year(termijn.jaardag.maand, termijn.jaardag.dag, ingediend.year) < ingediend < after:
                found.append(after)
    return max(found, default=None)


def _in_year(maand: int, dag: int, year: int) -> date:
    return date(year, maand, min(dag, monthrange(year, maand)[1]))


def _stand(termijn: Termijn, verhaal: Verhaal, dagen: Dagen) -> Stand | None:
    if termijn.vanaf == "einde-besluit":
        return _back(termijn, verhaal, dagen)
    begun = _begun(termijn, verhaal)
    if begun is None or termijn.duur is None or termijn.eenheid is None:
        return None
    place, grond = begun
    over = _over(termijn, verhaal, place)
    rests = _rests(termijn, verhaal.stappen[place:])
    if over:
        return Stand(termijn.naam, grond, None, "gehaald")
    if rests and rests[-1][1] is None:
        return Stand(termijn.naam, grond, None, "staat stil")
    deadline = _deadline(grond, termijn, [(start, end) for start, end in rests if end is not None], dagen)
    return Stand(termijn.naam, grond, deadline, "loopt", _moments(termijn, deadline, deadline + DAY, dagen))


def _back(termijn: Termijn, verhaal: Verhaal, dagen: Dagen) -> Stand | None:
    if verhaal.einde is None or termijn.duur is None or termijn.eenheid is None:
        return None
    deadline = eerder(verhaal.einde, termijn.duur, termijn.eenheid, dagen)
    if verhaal.nu not in termijn.bij:
        been = any(stap.status in termijn.bij for stap in verhaal.stappen)
        return Stand(termijn.naam, verhaal.einde, None, "gehaald") if been else None
    return Stand(termijn.naam, verhaal.einde, deadline, "loopt", _moments(termijn, deadline, deadline, dagen))


def _begun(termijn: Termijn, verhaal: Verhaal) -> tuple[int, date] | None:
    at = [place for place, stap in enumerate(verhaal.stappen) if stap.status in termijn.bij]
    if termijn.vanaf == "status":
        return (at[0], verhaal.stappen[at[0]].dag) if at else None
    planned = [(place, verhaal.stappen[place].bespreekdatum) for place in at]
    days = [(place, day) for place, day in planned if day is not None]
    return days[-1] if days else None


def _over(termijn: Termijn, verhaal: Verhaal, place: int) -> bool:
    later_on = [stap.status for stap in verhaal.stappen[place:]]
    if termijn.tot:
        ends = {*termijn.tot, *(verhaal.eindstatussen - set(termijn.bij))}
        return any(status in ends for status in later_on)
    stays = {*termijn.bij, *termijn.geschort_bij}
    return any(status not in stays for status in later_on)


def _rests(termijn: Termijn, stappen: Sequence[Stap]) -> list[tuple[date, date | None]]:
    """When the term stood still: from the day after the invitation to the day on which it was completed (Awb 4:15)."""
    found: list[tuple[date, date | None]] = []
    for stap in stappen:
        still = stap.status in termijn.geschort_bij
        open_ = bool(found) and found[-1][1] is None
        if still and not open_:
            found.append((stap.dag + DAY, None))
        elif not still and open_:
            found[-1] = (found[-1][0], stap.dag)
    return found


def _deadline(grond: date, termijn: Termijn, rests: Sequence[tuple[date, date]], dagen: Dagen) -> date:
    if termijn.duur is None or termijn.eenheid is None:
        raise ValueError(termijn.naam)
    if termijn.eenheid == "werkdagen":
        day, left = grond, termijn.duur
        while left > 0:
            day += DAY
            left -= dagen.is_werkdag(day) and not any(start <= day < end for start, end in rests)
        return day
    day = later(grond, termijn.duur, termijn.eenheid, dagen)
    day += timedelta(days=sum(max(0, (end - start).days) for start, end in rests))
    return verschoven(day) if termijn.awb else day


def _moments(termijn: Termijn, deadline: date, reached: date, dagen: Dagen) -> tuple[Moment, ...]:
    reminders = [
        Moment(f"herinnering-{place}", _morning(eerder(deadline, one.duur, one.eenheid, dagen)), one.mails)
        for place, one in enumerate(termijn.herinneringen, 1)
    ]
    return (*reminders, Moment(BEREIKT, _morning(reached), termijn.mails))


def _morning(day: date) -> datetime:
    return datetime.combine(day, MORNING, clock.NETHERLANDS)
