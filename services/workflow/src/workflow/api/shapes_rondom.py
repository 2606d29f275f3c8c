"""The shapes of what stands around a hulpvraag, of scholenkringen, and of agreements with boards."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from shared.contracts.common import SchoolCode
from shared.text import READABLE
from workflow.api.shapes import Address, Body, Line, Shape

Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40), READABLE]
Note = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=8000), READABLE]


class Labels(Body):
    """The labels of a hulpvraag, at most ten."""

    labels: Annotated[list[Label], Field(max_length=10)]


class CoordinatorKeuze(Body):
    """Who coordinates; both null for nobody."""

    naam: Line | None = None
    email: Address | None = None

    @model_validator(mode="after")
    def _both(self) -> Self:
        if (self.naam is None) != (self.email is None):
            raise ValueError("coordinator: Geef naam en e-mail allebei, of geen van beide.")
        return self


class NieuweNotitie(Body):
    """What to note."""

    tekst: Note


class Notitie(Shape):
    """A note for oneself."""

    notitie: UUID
    tekst: str
    gemaakt_op: datetime
    gewijzigd_op: datetime


class Notities(Shape):
    """One's own notes, the newest first."""

    dossiernummer: int
    notities: list[Notitie]


class HulpvraagTermijn(Shape):
    """How a term stands: ``loopt`` until ``deadline`` (the last day), ``staat stil``, ``gehaald`` or ``verstreken``."""

    naam: str
    grond: date
    deadline: date | None
    staat: str
    toelichting: str
    herinnerd_op: list[datetime]


class Termijnen(Shape):
    """The terms of a hulpvraag. ``nietBesprekenVoor`` is set for one that missed the deadline of its year."""

    dossiernummer: int
    niet_bespreken_voor: date | None
    termijnen: list[HulpvraagTermijn]


class KringKeuze(Body):
    """Who coordinates a scholenkring, and for which schools."""

    coordinator: Line
    email: Address
    scholen: Annotated[list[SchoolCode], Field(max_length=500)]


class Kring(Shape):
    """A scholenkring."""

    naam: str
    coordinator: str
    email: str
    scholen: list[str]


class Kringen(Shape):
    """The scholenkringen of the rules; ``kringen`` are those that were set up; ``magWijzigen``: this actor may do so."""

    swv: str
    mag_wijzigen: bool
    namen: list[str]
    kringen: list[Kring]


class Periode(Body):
    """Since and until which day, both included; no last day: until further notice."""

    van: date
    tot: date | None = None


class Overeenkomst(Shape):
    """The verwerkersovereenkomst of a board; ``geldig``: it counts today."""

    bestuur: str
    van: date
    tot: date | None
    geldig: bool


class Overeenkomsten(Shape):
    """Those of an SWV. ``nodig``: the rules ask for one; ``magWijzigen``: this actor may change them."""

    swv: str
    nodig: bool
    mag_wijzigen: bool
    overeenkomsten: list[Overeenkomst]
