"""What the register will say about the content alone, told before anything is sent.

These are the rules of the programma van eisen BRON-PO 2014–2016 (fields 91–95 and §7.1.25) that need no knowledge of the
register: its lists of schools and SWVs, the pupil's birth date and enrolment stay the register's own. They never hold a
registration back, as the register has the last word and its rules have moved on since (OSO 2019: the number of a
TLV "heeft geen vast format meer").

>>> controleer(gegevens, vandaag=date(2026, 9, 1))
(Bevinding(veld='eind', signaal=Signaal(code=423, …)),)
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bron_export.domain.gegevens import Gegevens
from bron_export.domain.signalen import signaal
from shared.contracts.common import Signaal

START_PASSEND_ONDERWIJS = date(2014, 8, 1)
_SWV = re.compile(r"(PO|VO)[0-9A-Z]{4}")
_NUMMER = re.compile(r"(?P<swv>.{6})-(?P<jaar>\d{4})-\d{5}")


@dataclass(frozen=True, slots=True)
class Bevinding:
    """One field that breaks one rule."""

    veld: str
    signaal: Signaal


def controleer(gegevens: Gegevens, *, vandaag: date) -> tuple[Bevinding, ...]:
    """Return every finding, in the order of the fields."""
    faults = [*_algemeen(gegevens), *(_tlv(gegevens, vandaag) if gegevens.soort == "TLV" else _arrangement(gegevens, vandaag))]
    return tuple(Bevinding(veld, signaal(code)) for veld, code in faults)


def _algemeen(gegevens: Gegevens) -> Iterator[tuple[str, int]]:
    if not gegevens.leerlingid:
        yield "leerlingid", 740
    if not _SWV.fullmatch(gegevens.swv):
        yield "swv", 741
    for veld, value in (("begin", gegevens.begin), ("eind", gegevens.eind)):
        if value is None:
            yield veld, 740
        elif not 1900 <= value.year <= 2199:
            yield veld, 742


def _tlv(gegevens: Gegevens, vandaag: date) -> Iterator[tuple[str, int]]:
    yield from _nummer(gegevens)
    if gegevens.categorie is None:
        yield "categorie", 740
    begin, eind = gegevens.begin, gegevens.eind
    if begin is not None and begin < START_PASSEND_ONDERWIJS:
        yield "begin", 414
    if begin is not None and begin > een_jaar_na(vandaag):
        yield "begin", 331
    if eind is not None and (eind.month, eind.day) != (7, 31):
        yield "eind", 423
    elif begin is not None and eind is not None and eind < eerste_einde(begin):
        yield "eind", 424


def _nummer(gegevens: Gegevens) -> Iterator[tuple[str, int]]:
    if not gegevens.nummer:
        yield "nummer", 740
        return
    found = _NUMMER.fullmatch(gegevens.nummer)
    if found is None or int(found["jaar"]) < START_PASSEND_ONDERWIJS.year:
        yield "nummer", 743
    elif found["swv"] != gegevens.swv:
        yield "nummer", 421


def _arrangement(gegevens: Gegevens, vandaag: date) -> Iterator[tuple[str, int]]:
    if not gegevens.omschrijving:
        yield "omschrijving", 740
    begin, eind = gegevens.begin, gegevens.eind
    if begin is not None and begin < START_PASSEND_ONDERWIJS:
        yield "begin", 416
    if begin is not None and begin > een_jaar_na(vandaag):
        yield "begin", 332
    if begin is not None and eind is not None and eind < begin:
        yield "eind", 453


def eerste_einde(begin: date) -> date:
    """Return the first 31 July by which a TLV with this begin has lasted one whole school year (1 Aug – 31 Jul).

    A start up to and including 1 August of year J ends in J + 1 at the earliest, a later one in J + 2.
    """
    years = 1 if (begin.month, begin.day) <= (8, 1) else 2
    return date(begin.year + years, 7, 31)


def een_jaar_na(dag: date) -> date:
    """Return the same day a year later; 28 February for a leap day."""
    try:
        return dag.replace(year=dag.year + 1)
    except ValueError:
        return date(dag.year + 1, 2, 28)
