"""Staff changes, and telephone numbers of contactpersonen (manual 002:320-335)."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from gateway.models.base import Address, Answer, Command, Line, Moment
from shared.contracts.common import SchoolCode

Phone = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20)]


class OpvolgerOpgave(Command):
    """Who takes over. ``telefoon`` is the number of the school for them, not their own."""

    naam: Line
    email: Address
    functie: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = ""
    telefoon: Phone = ""


class OverdrachtOpgave(Command):
    """From whom to whom: of a ``school``, or of a coordinator with all kringen or with those in ``kringen``.

    ``toegang`` is what becomes of extra access that the leaver has; to move it, ``naar`` must have an account.
    """

    soort: Literal["school", "coordinator"]
    school: SchoolCode | None = None
    kringen: Annotated[list[Line], Field(max_length=100, default_factory=list)]
    van: Address
    naar: OpvolgerOpgave
    toegang: Literal["blijft", "eindigt", "verhuist"] = "eindigt"
    datum: date


class Telling(Command):
    """How much goes over. ``toegangMelden`` is extra access that the leaver gave, ``toegang`` what they have themselves.

    ``overlegrondes`` are those that the leaver began, ``deelnames`` those in which they take part.
    """

    hulpvragen: int
    kringen: int
    postbussen: int
    toegang_melden: int
    toegang: int
    overlegrondes: int
    deelnames: int


class NieuweOverdracht(OverdrachtOpgave):
    """The same, with what the preview counted; is it not so any more, then nothing is done."""

    telling: Telling


class OverTeDragen(Answer):
    """A hulpvraag that would go over."""

    dossiernummer: int
    aanvraagtype: str
    status: str | None
    schoolnaam: str


class Voorbeeld(Answer):
    """What would go over now; of ``hulpvragen`` at most 200, those one may see.

    ``overlegrondes_blijven``: those that stay with the leaver, since the new person has no account here or may not be in them.
    """

    telling: Telling
    hulpvragen: list[OverTeDragen]
    kringen: list[str]
    postbussen: list[str]
    overlegrondes_blijven: int


class Overdracht(Answer):
    """A handover. ``hulpvragen`` is how many went over."""

    overdracht: UUID
    soort: Literal["school", "coordinator"]
    school: str | None
    kringen: list[str]
    van_email: str
    naar_naam: str
    naar_email: str
    toegang: Literal["blijft", "eindigt", "verhuist"]
    datum: date
    staat: Literal["gepland", "gedaan", "ingetrokken", "ongedaan"]
    door_naam: str
    aangemaakt_op: Moment
    gedaan_op: Moment | None
    ongedaan_op: Moment | None
    hulpvragen: int


class OverdrachtStap(Answer):
    """One thing that went over. ``gebleven`` says why it was not put back. A closed overlegronde has no dossiernummer."""

    soort: Literal["contact", "coordinator", "kring", "postbus", "verlener", "toegang", "overlegronde", "deelname"]
    wat: str
    dossiernummer: int | None
    teruggezet_op: Moment | None
    gebleven: Literal["gewijzigd", "afgerond", "verlopen"] | None


class OverdrachtDetail(Overdracht):
    """A handover, with all that went over as far as one may see it."""

    stappen: list[OverdrachtStap]


class Overdrachten(Answer):
    """The newest hundred. ``school`` is the only one that one may hand over for; null is all of the SWV."""

    swv: str
    school: str | None
    kringen: list[str]
    overdrachten: list[Overdracht]


class NummerOpgave(Command):
    """The telephone number of a contactpersoon at a school; null shows again what came along with each hulpvraag."""

    school: SchoolCode
    email: Address
    telefoon: Phone | None


class Contactnummer(Answer):
    """A corrected number; ``hulpvragen`` is how many open ones show it."""

    school: str
    email: str
    telefoon: str | None
    hulpvragen: int


class Nummer(Answer):
    """A corrected number."""

    school: str
    email: str
    telefoon: str


class Nummers(Answer):
    """The corrected numbers within reach."""

    nummers: list[Nummer]
