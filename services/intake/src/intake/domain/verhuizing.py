"""A school that goes elsewhere: what may be asked, and what it is called.

>>> list(faults(VerhuizingOpgave(school="99XA00", naar="99XA00", bestuur="70002", per=date(2027, 8, 1)), known, planned=False))
[]
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from intake.domain.organisatie import Code, Organisatie, shape_faults, unknown
from shared.contracts.connector import Public, Short
from shared.errors import Fault

FARTHEST = timedelta(days=400)
"""How far ahead, or back, a day may lie: who plans for longer has not looked at it lately."""


class VerhuizingOpgave(Public):
    """What is asked: ``naar`` is the number it gets, its own for another board; ``naam`` and ``bestuur`` are for a new one.

    ``per`` is the first day of the new state, ``koppeling_tot`` the last on which connectors may still use the old number. With
    ``accounts`` the people of the school go along.
    """

    school: Code
    naar: Code
    naam: Short | None = None
    bestuur: Code = ""
    per: date
    koppeling_tot: date | None = None
    accounts: bool = False


@dataclass(frozen=True, slots=True)
class Bekend:
    """What is there: the school, where it goes to, and the board it will have; and whether either went elsewhere before."""

    school: Organisatie | None
    naar: Organisatie | None
    bestuur: Organisatie | None
    went: frozenset[str]
    is_planned: bool


def target(opgave: VerhuizingOpgave, known: Bekend) -> Organisatie | None:
    """The school as it will be. None when there is no school to begin with."""
    if known.school is None:
        return None
    if opgave.naar == opgave.school:
        return known.school.model_copy(update={"bestuur": opgave.bestuur or known.school.bestuur})
    if known.naar is not None:
        return known.naar
    changed = {
        "code": opgave.naar,
        "naam": opgave.naam or known.school.naam,
        "bestuur": opgave.bestuur or known.school.bestuur,
        "van": opgave.per,
        "tot": None,
    }
    return known.school.model_copy(update=changed)


def faults(opgave: VerhuizingOpgave, known: Bekend, swv: str, today: date) -> Iterator[Fault]:
    """Every reason why this cannot be."""
    school, naar = known.school, target(opgave, known)
    if school is None or naar is None or school.swv != swv:
        message = f"De school {opgave.school} kennen wij niet, of is niet van uw samenwerkingsverband."
        yield Fault(field="school", rule="school-onbekend", message=message)
        return
    if known.is_planned:
        yield Fault(field="school", rule="al-gepland", message="Voor deze school staat al een verhuizing klaar.")
    for code, field in {opgave.naar: "naar", opgave.school: "school"}.items():
        if code in known.went:
            yield Fault(field=field, rule="al-verhuisd", message=f"De school {code} is zelf al verhuisd.")
    if opgave.naar == opgave.school and naar.bestuur == school.bestuur:
        yield Fault(field="naar", rule="zelfde", message="Kies een ander bestuur, of een ander nummer.")
    yield from _target_faults(opgave, known, naar, swv)
    yield from _board_faults(known, naar)
    yield from _day_faults(opgave, today)
    if school.van is not None and opgave.per <= school.van:
        yield Fault(field="per", rule="volgorde", message="Op deze dag bestond de school nog niet.")


def _target_faults(opgave: VerhuizingOpgave, known: Bekend, naar: Organisatie, swv: str) -> Iterator[Fault]:
    if known.naar is None:
        for fault in shape_faults(naar):
            yield fault.model_copy(update={"field": "naar"}) if fault.field == "code" else fault
    elif naar.swv != swv:
        yield Fault(field="naar", rule="ander-swv", message="Deze school is van een ander samenwerkingsverband.")
    elif opgave.naar != opgave.school and opgave.bestuur not in {"", naar.bestuur}:
        message = f"De school {naar.code} heeft bestuur {naar.bestuur}. Laat dit veld leeg."
        yield Fault(field="bestuur", rule="past-niet", message=message)


def _board_faults(known: Bekend, naar: Organisatie) -> Iterator[Fault]:
    if known.bestuur is None:
        yield unknown("bestuur", naar.bestuur)
    elif known.bestuur.tot is not None and known.bestuur.tot < (naar.tot or date.max):
        yield Fault(field="bestuur", rule="beeindigd", message="Dit bestuur houdt eerder op te bestaan dan de school.")


def _day_faults(opgave: VerhuizingOpgave, today: date) -> Iterator[Fault]:
    if abs(opgave.per - today) > FARTHEST:
        message = f"Kies een dag die hoogstens {FARTHEST.days} dagen van vandaag ligt."
        yield Fault(field="per", rule="periode", message=message)
    if opgave.koppeling_tot is not None and opgave.koppeling_tot < opgave.per:
        yield Fault(field="koppelingTot", rule="volgorde", message="Deze dag ligt voor de verhuizing.")
