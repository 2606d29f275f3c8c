"""A decision of the SWV, and the rules the register holds it to before it leaves the house.

>>> faults(Voorstel(soort="TLV", toegekend=True, categorie="L", begin=date(2026, 8, 1), eind=date(2027, 7, 31), ...), ...)
[]

The TLV rules are those of the register (programma van eisen BRON, 7.1.25: signals 305, 414, 423, 424, 740); finding them here
saves a rejection weeks later. A decision is motivated (Awb 3:46).
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from shared.contracts.common import Niveau
from shared.errors import Fault

Soort = Literal["TLV", "arrangement"]
Reeks = Literal["TLV", "TLV-AFW", "ARR", "ARR-AFW"]
"""A series of numbers. What is refused has its own: a refused TLV is no TLV and takes no TLV number (WPO 18a, 14)."""
PASSEND_ONDERWIJS = date(2014, 8, 1)
"""The first day on which a TLV may begin (signal 414)."""
MOST = 99_999
"""Five positions for the number within a year."""


@dataclass(frozen=True, slots=True)
class Voorstel:
    """A decision as it is put forward. Dates are inclusive."""

    soort: Soort
    toegekend: bool
    motivering: str
    genomen_op: date
    categorie: Literal["L", "M", "H"] | None = None
    begin: date | None = None
    eind: date | None = None
    omschrijving: str = ""
    begeleider: str = ""


def series(soort: Soort, *, toegekend: bool) -> Reeks:
    """Name the series of numbers a decision takes its number from."""
    match soort:
        case "TLV":
            return "TLV" if toegekend else "TLV-AFW"
        case "arrangement":
            return "ARR" if toegekend else "ARR-AFW"


def number(swv: str, reeks: Reeks, year: int, position: int) -> str:
    """Write a decision's number: a TLV's in the register's 17 positions, ``PO2507-2026-00123`` (field 94)."""
    if not 0 < position <= MOST:
        msg = f"a year has room for {MOST} numbers, not for {position}"
        raise ValueError(msg)
    middle = "" if reeks == "TLV" else f"{reeks}-"
    return f"{swv}-{middle}{year:04}-{position:05}"


def faults(voorstel: Voorstel, *, niveau: Niveau, born: date | None, ingediend: date, today: date) -> list[Fault]:
    """Everything that is wrong with a proposal; empty when it may be decided so."""
    found = [*_always(voorstel, ingediend, today)]
    if not voorstel.toegekend:
        found += _refused(voorstel)
    else:
        found += _period(voorstel)
        found += _tlv(voorstel, niveau, born) if voorstel.soort == "TLV" else _arrangement(voorstel)
    return found


def _always(voorstel: Voorstel, ingediend: date, today: date) -> list[Fault]:
    found = []
    if not voorstel.motivering.strip():
        found.append(Fault(field="motivering", rule="verplicht", message="Geef de motivering van het besluit (Awb 3:46)."))
    if voorstel.genomen_op > today:
        found.append(Fault(field="genomenOp", rule="toekomst", message="Een besluit kan niet in de toekomst genomen zijn."))
    if voorstel.genomen_op < ingediend:
        found.append(
            Fault(field="genomenOp", rule="voor-aanvraag", message="Een besluit kan niet vóór de aanvraag genomen zijn.")
        )
    return found


def _refused(voorstel: Voorstel) -> list[Fault]:
    message = "Een afwijzing heeft dit veld niet."
    given = {"categorie": voorstel.categorie, "begin": voorstel.begin, "eind": voorstel.eind}
    return [Fault(field=name, rule="niet-bij-afwijzing", message=message) for name, value in given.items() if value is not None]


def _period(voorstel: Voorstel) -> list[Fault]:
    found = [
        Fault(field=name, rule="verplicht", message=message)
        for name, value, message in (
            ("begin", voorstel.begin, "Vul de begindatum in."),
            ("eind", voorstel.eind, "Vul de einddatum in."),
        )
        if value is None
    ]
    if voorstel.begin and voorstel.eind and voorstel.eind < voorstel.begin:
        found.append(Fault(field="eind", rule="volgorde", message="De einddatum ligt vóór de begindatum."))
    return found


def _arrangement(voorstel: Voorstel) -> list[Fault]:
    found = []
    if not voorstel.omschrijving.strip():
        message = "Geef een korte omschrijving; die gaat ook naar het register."
        found.append(Fault(field="omschrijving", rule="verplicht", message=message))
    if voorstel.categorie is not None:
        found.append(Fault(field="categorie", rule="alleen-tlv", message="Alleen een TLV heeft een categorie."))
    return found


def _tlv(voorstel: Voorstel, niveau: Niveau, born: date | None) -> list[Fault]:
    found = []
    if niveau != "leerling":
        found.append(Fault(field="soort", rule="alleen-leerling", message="Een TLV geldt voor één leerling."))
    if voorstel.categorie is None:
        found.append(Fault(field="categorie", rule="verplicht", message="Kies de categorie: laag, midden of hoog (740)."))
    begin, eind = voorstel.begin, voorstel.eind
    if begin and begin < PASSEND_ONDERWIJS:
        message = "Een TLV begint op zijn vroegst op 1 augustus 2014 (414)."
        found.append(Fault(field="begin", rule="vanaf-2014", message=message))
    if begin and born and begin <= born:
        found.append(Fault(field="begin", rule="na-geboorte", message="Een TLV begint na de geboortedatum (305)."))
    if eind and (eind.month, eind.day) != (7, 31):
        found.append(Fault(field="eind", rule="31-juli", message="Een TLV eindigt altijd op 31 juli (423)."))
    elif begin and eind and eind >= begin and eind.year < first_end_year(begin):
        message = f"Een TLV geldt ten minste één heel schooljaar: tot en met 31 juli {first_end_year(begin)} of later (424)."
        found.append(Fault(field="eind", rule="heel-schooljaar", message=message))
    return found


def first_end_year(begin: date) -> int:
    """The first year in which a TLV from this day may end: at least one whole school year must fit (signal 424)."""
    return begin.year + (1 if (begin.month, begin.day) <= (8, 1) else 2)
