"""The shapes of staff changes and of corrected telephone numbers."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints

from shared.contracts.common import SchoolCode
from shared.contracts.velden import Telefoon
from shared.text import READABLE
from workflow.api.shapes import Address, Body, Line, Shape
from workflow.domain.overdracht import Soort

Count = Annotated[int, Field(ge=0)]
Staat = Literal["gepland", "gedaan", "ingetrokken", "ongedaan"]


class Opvolger(Body):
    """Who takes over. ``telefoon`` is the school's number for them.

    ``account``, at the school or for a coordinator at the SWV, with its ``rollen``: access and overlegrondes go to no other.
    """

    naam: Line
    email: Address
    functie: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100), READABLE] = ""
    telefoon: Telefoon | Literal[""] = ""
    account: UUID | None = None
    rollen: Annotated[list[Line], Field(max_length=50, default_factory=list)]


class OverdrachtVraag(Body):
    """From whom to whom, of a school or of a coordinator, on which day.

    ``school`` is for ``soort`` school; ``kringen`` for coordinator, none for all. ``toegang`` is what becomes of extra
    access that the leaver has: it stays, ends, or moves to the new person.
    """

    soort: Literal["school", "coordinator"]
    school: SchoolCode | None = None
    kringen: Annotated[list[Line], Field(max_length=100, default_factory=list)]
    van: Address
    naar: Opvolger
    toegang: Literal["blijft", "eindigt", "verhuist"]
    datum: date


class Telling(Body):
    """How much goes over: ``toegangMelden`` is extra access that the leaver gave, ``toegang`` what they have themselves.

    ``overlegrondes`` are those that the leaver began, ``deelnames`` those in which they take part.
    """

    hulpvragen: Count
    kringen: Count
    postbussen: Count
    toegang_melden: Count
    toegang: Count
    overlegrondes: Count
    deelnames: Count


class NieuweOverdracht(OverdrachtVraag):
    """The same, with what the preview counted: is it not so any more, then nothing is done."""

    telling: Telling


class OverTeDragen(Shape):
    """A hulpvraag of a preview; of pupils nothing."""

    dossiernummer: int
    aanvraagtype: str
    status: str | None
    schoolnaam: str


class Voorbeeld(Shape):
    """What would go over now. Of ``hulpvragen`` at most 200, those one may see; ``telling`` counts all.

    ``overlegrondes_blijven``: those the leaver began that stay with them, since who takes over may not have them.
    """

    telling: Telling
    hulpvragen: list[OverTeDragen]
    kringen: list[str]
    postbussen: list[str]
    overlegrondes_blijven: int


class Overdracht(Shape):
    """A handover in the list. ``hulpvragen`` is how many went over."""

    overdracht: UUID
    soort: Literal["school", "coordinator"]
    school: str | None
    kringen: list[str]
    van_email: str
    naar_naam: str
    naar_email: str
    toegang: str
    datum: date
    staat: Staat
    door_naam: str
    aangemaakt_op: datetime
    gedaan_op: datetime | None
    ongedaan_op: datetime | None
    hulpvragen: int

    @classmethod
    def of(cls, row: dict[str, Any], **more: object) -> Self:
        """Read a row."""
        done, undone = row["gedaan_op"], row["ongedaan_op"]
        staat = ("ongedaan" if done else "ingetrokken") if undone else "gedaan" if done else "gepland"
        return cls.model_validate({**row, "overdracht": row["id"], "staat": staat, **more})


class OverdrachtStap(Shape):
    """One thing that went over. ``gebleven`` says why it was not put back: ``gewijzigd``, ``afgerond`` or ``verlopen``.

    Of a closed overlegronde ``dossiernummer`` is null: those who are in it know.
    """

    soort: Soort
    wat: str
    dossiernummer: int | None
    teruggezet_op: datetime | None
    gebleven: str | None


class OverdrachtDetail(Overdracht):
    """A handover with everything that went over, as far as one may see the hulpvragen."""

    stappen: list[OverdrachtStap]


class Overdrachten(Shape):
    """The newest hundred. ``school`` is the only one that this actor may hand over for; null for all of the SWV."""

    swv: str
    school: str | None
    kringen: list[str]
    overdrachten: list[Overdracht]


class NummerKeuze(Body):
    """The telephone number of a contactpersoon at a school; null shows again what came along with each hulpvraag."""

    school: SchoolCode
    email: Address
    telefoon: Telefoon | None


class Contactnummer(Shape):
    """A number that was corrected; ``hulpvragen`` is how many open ones show it now."""

    school: str
    email: str
    telefoon: str | None
    hulpvragen: int


class Nummer(Shape):
    """A number that was corrected."""

    school: str
    email: str
    telefoon: str


class Nummers(Shape):
    """The corrected numbers within reach."""

    nummers: list[Nummer]
