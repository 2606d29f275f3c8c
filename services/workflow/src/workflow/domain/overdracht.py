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

Soort = Literal["contact", "coordinator", "kring", "postbus", "verlener", "toegang", "overlegronde", "deelname"]
"""What may name a person. ``verlener`` is who is told that extra access ends; ``toegang`` is extra access that one has.

``overlegronde`` is one that they began, ``deelname`` one in which they take part.
"""
Waarde = Mapping[str, Any]
Gebleven = Literal["gewijzigd", "afgerond", "verlopen"]
"""Why something is not put back: someone changed it since, its hulpvraag is closed, its access is over."""
LONGEST_DAYS = 400
"""How far ahead a handover may be planned."""


@dataclass(frozen=True, slots=True)
class Opvolger:
    """Who takes over. ``account`` is theirs at the gateway, with its ``rollen`` there.

    Extra access and overlegrondes go to an account only.
    """

    naam: str
    email: str
    functie: str = ""
    telefoon: str = ""
    account: UUID | None = None
    rollen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opdracht:
    """A handover, from one address to another: of a school, or of a coordinator with all kringen or with those named.

    ``door_swv`` says that the SWV does it: then extra access that the leaver has at other schools falls under it, too.
    ``door`` and ``door_email`` are the account and address of who does it.
    """

    swv: str
    soort: Literal["school", "coordinator"]
    school: str | None
    kringen: tuple[str, ...]
    van: str
    naar: Opvolger
    toegang: Literal["blijft", "eindigt", "verhuist"]
    door_swv: bool
    door: UUID | None = None
    door_email: str = ""

    @property
    def closed_too(self) -> bool:
        """Whether closed overlegrondes go along: nobody lets themselves into one, and of a school only who leaves gives it."""
        return self.naar.account != self.door and (self.door_swv or same(self.van, self.door_email))


@dataclass(frozen=True, slots=True)
class Ding:
    """Something that names a person: ``email`` is whom it names now, ``waarde`` what is stored.

    ``wat`` is its key within its kind. ``hulpvraag``, ``school`` and ``kring`` say where it belongs, None for nowhere.
    ``opvolger_als``, of an overlegronde: the roles with which who takes over works with its hulpvraag, None for who does not.
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
    opvolger_als: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Stap:
    """One thing that goes over: what it was, and what it became. ``mee``: who takes over comes in where the leaver goes out."""

    soort: Soort
    wat: str
    hulpvraag: UUID | None
    van: Waarde
    naar: Waarde
    mee: bool = False


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
    if not _of_leaver(opdracht, ding):
        return False
    at_school, within, is_open = opdracht.soort == "school", _within(opdracht, ding), not ding.einde
    ends = opdracht.toegang != "blijft" and (within or opdracht.door_swv)
    under: dict[Soort, bool] = {
        "contact": at_school and within and is_open,
        "coordinator": not at_school and within and is_open,
        "kring": not at_school and within,
        "postbus": not at_school and not opdracht.kringen,
        "verlener": within,
        "toegang": ends and is_open and ding.waarde.get("ingetrokken_op") is None,
        "overlegronde": within and is_open and _may_have(opdracht, ding),
        "deelname": (ends or goes_along(opdracht, ding)) and is_open and ding.waarde.get("verwijderd_op") is None,
    }
    return under[ding.soort]


def goes_along(opdracht: Opdracht, ding: Ding) -> bool:
    """Whether who takes over comes in where the leaver goes out; else it only ends.

    Taking part goes along with what is taken over; elsewhere it does what extra access does.
    """
    match ding.soort:
        case "toegang":
            return opdracht.toegang == "verhuist"
        case "deelname":
            return (_within(opdracht, ding) or opdracht.toegang == "verhuist") and _may_have(opdracht, ding)
        case _:
            return False


def left(opdracht: Opdracht, dingen: Iterable[Ding]) -> int:
    """How many overlegrondes that the leaver began stay in their name, since who takes over may not have them."""
    rondes = (ding for ding in dingen if ding.soort == "overlegronde" and _of_leaver(opdracht, ding) and not ding.einde)
    return sum(_within(opdracht, ding) and not _may_have(opdracht, ding) for ding in rondes)


def _of_leaver(opdracht: Opdracht, ding: Ding) -> bool:
    return ding.swv == opdracht.swv and same(ding.email, opdracht.van)


def _within(opdracht: Opdracht, ding: Ding) -> bool:
    if opdracht.soort == "school":
        return ding.school == opdracht.school
    return not opdracht.kringen or ding.kring in opdracht.kringen


def _may_have(opdracht: Opdracht, ding: Ding) -> bool:
    """Whether who takes over may have the leaver's place in an overlegronde: an account, as if it had been asked in.

    Who works with the hulpvraag may lead one; anyone may take part, but in a closed one only who works with the hulpvraag.
    """
    besloten = bool(ding.waarde.get("besloten"))
    if opdracht.naar.account is None or (besloten and not opdracht.closed_too):
        return False
    return ding.opvolger_als is not None or (ding.soort == "deelname" and not besloten)


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
        case "overlegronde":
            rollen = sorted(ding.opvolger_als or ())
            who = {"organisator": str(naar.account), "naam": naar.naam, "email": naar.email, "rollen": rollen}
            return {**ding.waarde, **who}
        case "deelname":
            return {**ding.waarde, "verwijderd_op": at}
        case other:
            assert_never(other)


def stappen(opdracht: Opdracht, dingen: Iterable[Ding], at: str = "") -> list[Stap]:
    """Everything that goes over."""
    return [
        Stap(ding.soort, ding.wat, ding.hulpvraag, ding.waarde, becomes(opdracht, ding, at), goes_along(opdracht, ding))
        for ding in dingen
        if falls_under(opdracht, ding)
    ]


def stays(stap: Stap, now: Ding | None) -> Gebleven | None:
    """Why a thing cannot be put back; None when it can. ``now`` is how it stands, None when it is there no more."""
    if now is None or dict(now.waarde) != dict(stap.naar):
        return "gewijzigd"
    if now.einde:
        return "verlopen" if stap.soort in {"toegang", "overlegronde", "deelname"} else "afgerond"
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
        "overlegrondes": counted["overlegronde"],
        "deelnames": counted["deelname"],
    }


def changed(before: Mapping[str, int], now: Mapping[str, int]) -> str:
    """What moved on since a preview, for people: ``hulpvragen: nu 13, was 12``; empty when nothing did."""
    words = {"toegangMelden": "meldingen over toegang", "toegang": "toegang tot hulpvragen"}
    words |= {"deelnames": "deelnames aan overleg"}
    return "; ".join(
        f"{words.get(key, key)}: nu {now[key]}, was {before.get(key, 0)}" for key in now if now[key] != before.get(key, 0)
    )
