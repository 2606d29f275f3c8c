"""Staff change: what names one person is put in the name of another, and back (manual 002:320-324).

>>> opdracht = Opdracht("PO2806", "school", "99XA00", (), "iris@linde.example", Opvolger("Nina", "nina@linde.example"), …)
>>> [stap] = stappen(opdracht, [Ding("contact", "018f…", "PO2806", "iris@linde.example", {"email": None, …}, school="99XA00")])
>>> stap.naar["email"]
'nina@linde.example'

Pure: it says what falls under a handover, what each thing becomes, and whether it can go back. ``store.overdracht`` reads and
writes the same things.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, assert_never
from uuid import UUID

from shared.errors import Fault, InvalidInput

Soort = Literal["contact", "coordinator", "kring", "postbus", "verlener", "toegang"]
"""What may name a person. ``verlener`` is who is told that extra access ends; ``toegang`` is extra access that one has."""
Waarde = Mapping[str, Any]
Gebleven = Literal["gewijzigd", "afgerond", "verlopen"]
"""Why something is not put back: someone changed it since, its hulpvraag is closed, its access is over."""
LONGEST_DAYS = 400
"""How far ahead a handover may be planned."""


@dataclass(frozen=True, slots=True)
class Opvolger:
    """Who takes over. ``account`` is theirs at the gateway; only extra access that moves along needs it."""

    naam: str
    email: str
    functie: str = ""
    telefoon: str = ""
    account: UUID | None = None


@dataclass(frozen=True, slots=True)
class Opdracht:
    """A handover, from one address to another: of a school, or of a coordinator with all kringen or with those named.

    ``door_swv`` says that the SWV does it: then extra access that the leaver has at other schools falls under it, too.
    """

    swv: str
    soort: Literal["school", "coordinator"]
    school: str | None
    kringen: tuple[str, ...]
    van: str
    naar: Opvolger
    toegang: Literal["blijft", "eindigt", "verhuist"]
    door_swv: bool


@dataclass(frozen=True, slots=True)
class Ding:
    """Something that names a person: ``email`` is whom it names now, ``waarde`` what is stored.

    ``wat`` is its key within its kind. ``hulpvraag``, ``school`` and ``kring`` say where it belongs, None for nowhere.
    """

    soort: Soort
    wat: str
    swv: str
    email: str
    waarde: Waarde
    school: str | None = None
    kring: str | None = None
    hulpvraag: UUID | None = None
    einde: bool = False


@dataclass(frozen=True, slots=True)
class Stap:
    """One thing that goes over: what it was, and what it became."""

    soort: Soort
    wat: str
    hulpvraag: UUID | None
    van: Waarde
    naar: Waarde


def same(one: str, other: str) -> bool:
    """Whether two mail addresses are one person's."""
    return one.strip().casefold() == other.strip().casefold()


def check(opdracht: Opdracht, datum: date, today: date) -> None:
    """Raise InvalidInput with every fault of a handover that cannot be."""
    faults = []
    if same(opdracht.van, opdracht.naar.email):
        faults.append(Fault(field="naar.email", rule="ander", message="Kies iemand anders dan degene die weggaat."))
    if not today <= datum <= today + timedelta(days=LONGEST_DAYS):
        message = f"Kies een dag vanaf vandaag, hoogstens {LONGEST_DAYS} dagen vooruit."
        faults.append(Fault(field="datum", rule="periode", message=message))
    if opdracht.toegang == "verhuist" and opdracht.naar.account is None:
        message = "Toegang gaat alleen mee naar iemand met een account. Nodig die persoon eerst uit."
        faults.append(Fault(field="naar.account", rule="verplicht", message=message))
    if faults:
        raise InvalidInput(faults)


def falls_under(opdracht: Opdracht, ding: Ding) -> bool:
    """Whether a thing goes over. What is closed stays with who did it; only access that lives outlasts that."""
    if ding.swv != opdracht.swv or not same(ding.email, opdracht.van):
        return False
    at_school = opdracht.soort == "school"
    within = ding.school == opdracht.school if at_school else not opdracht.kringen or ding.kring in opdracht.kringen
    is_open = not ding.einde
    under: dict[Soort, bool] = {
        "contact": at_school and within and is_open,
        "coordinator": not at_school and within and is_open,
        "kring": not at_school and within,
        "postbus": not at_school and not opdracht.kringen,
        "verlener": within,
        "toegang": opdracht.toegang != "blijft"
        and (within or opdracht.door_swv)
        and is_open
        and ding.waarde.get("ingetrokken_op") is None,
    }
    return under[ding.soort]


def becomes(opdracht: Opdracht, ding: Ding, at: str) -> Waarde:
    """What a thing holds afterwards, in the shape of its ``waarde``; ``at`` is the moment, ISO 8601."""
    naar = opdracht.naar
    match ding.soort:
        case "contact":
            return {"naam": naar.naam, "email": naar.email, "functie": naar.functie}
        case "coordinator" | "kring" | "verlener":
            return {"naam": naar.naam, "email": naar.email}
        case "postbus":
            return {"email": naar.email}
        case "toegang":
            return {"ingetrokken_op": at}
        case other:
            assert_never(other)


def stappen(opdracht: Opdracht, dingen: Iterable[Ding], at: str = "") -> list[Stap]:
    """Everything that goes over."""
    return [
        Stap(ding.soort, ding.wat, ding.hulpvraag, ding.waarde, becomes(opdracht, ding, at))
        for ding in dingen
        if falls_under(opdracht, ding)
    ]


def stays(stap: Stap, now: Ding | None) -> Gebleven | None:
    """Why a thing cannot be put back; None when it can. ``now`` is how it stands, None when it is there no more."""
    if now is None or dict(now.waarde) != dict(stap.naar):
        return "gewijzigd"
    if now.einde:
        return "verlopen" if stap.soort == "toegang" else "afgerond"
    return None


def count(steps: Iterable[Stap]) -> dict[str, int]:
    """How much goes over, by the words of the preview."""
    counted = Counter(stap.soort for stap in steps)
    return {
        "hulpvragen": counted["contact"] + counted["coordinator"],
        "kringen": counted["kring"],
        "postbussen": counted["postbus"],
        "toegangMelden": counted["verlener"],
        "toegang": counted["toegang"],
    }


def changed(before: Mapping[str, int], now: Mapping[str, int]) -> str:
    """What moved on since a preview, for people: ``hulpvragen: nu 13, was 12``; empty when nothing did."""
    words = {"toegangMelden": "meldingen over toegang", "toegang": "toegang tot hulpvragen"}
    return "; ".join(
        f"{words.get(key, key)}: nu {now[key]}, was {before.get(key, 0)}" for key in now if now[key] != before.get(key, 0)
    )
