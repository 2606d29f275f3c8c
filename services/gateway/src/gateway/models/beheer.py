"""What the administration sets for its SWV: postbussen of its roles, mandates of its schools."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from gateway.models.base import Answer, Command


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

    email: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=256)] | None


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
