"""What the administration sets for its SWV: postbussen, scholenkringen, agreements of boards, mandates of schools."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from gateway.models.base import Address, Answer, Command, Line
from shared.contracts.common import SchoolCode


class Postbus(Answer):
    """The mail address of a role of the SWV; null when there is none: then no mail goes to this role."""

    rol: str
    email: str | None


class Postbussen(Answer):
    """Every role of the SWV that can have a postbus; ``magWijzigen``: one may set them."""

    swv: str
    mag_wijzigen: bool
    postbussen: list[Postbus]


class PostbusOpgave(Command):
    """The mail address of a role; null clears it."""

    email: Address | None


class KringOpgave(Command):
    """Who coordinates a scholenkring, and for which schools. A school is of one kring; it leaves the one it was of."""

    coordinator: Line
    email: Address
    scholen: Annotated[list[SchoolCode], Field(max_length=500)]


class Kring(Answer):
    """A scholenkring that was set up."""

    naam: str
    coordinator: str
    email: str
    scholen: list[str]


class Kringen(Answer):
    """The scholenkringen of the SWV's rules by name; ``kringen`` are those that were set up; ``magWijzigen``: one may do so."""

    swv: str
    mag_wijzigen: bool
    namen: list[str]
    kringen: list[Kring]


class OvereenkomstOpgave(Command):
    """Since and until which day, both included; without ``tot`` until further notice. End it by naming its last day."""

    van: date
    tot: date | None = None


class Overeenkomst(Answer):
    """The verwerkersovereenkomst of a board; ``geldig`` is said of today."""

    bestuur: str
    van: date
    tot: date | None
    geldig: bool


class Overeenkomsten(Answer):
    """Those of the SWV's boards. ``nodig``: its rules ask for one; ``magWijzigen``: one may change them."""

    swv: str
    nodig: bool
    mag_wijzigen: bool
    overeenkomsten: list[Overeenkomst]


class MandaatOpgave(Command):
    """A period, both days included; without ``tot`` until further notice. End a mandate by naming its last day."""

    van: date
    tot: date | None = None


class Mandaat(Answer):
    """The leave of a school's board to register for it, as it counts now; ``geldig`` is said of today."""

    id: UUID
    samenwerkingsverband: str
    school: str
    gever: str
    van: date
    tot: date | None
    geldig: bool
    versie: int
