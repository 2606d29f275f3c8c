"""Extra access to one hulpvraag: for whom, and until and with which day."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from gateway.models.base import Address, Answer, Command, Line, Moment
from shared.text import READABLE


class Persoon(Command):
    """Whom to let in. A colleague has an account at ``organisatie``; a parent or an expert gets one if there is none."""

    soort: Literal["ouder", "extern", "collega"]
    organisatie: Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True, max_length=10), READABLE] = ""
    naam: Line
    email: Address = Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")


class ToegangOpgave(Persoon):
    """Whom to let in to look, why, and until and with which day."""

    reden: Line
    tot_en_met: date


class Toegang(Answer):
    """One opening of a hulpvraag."""

    toegang: UUID
    naam: str
    email: str
    reden: str
    tot_en_met: date
    staat: Literal["loopt", "verlopen", "ingetrokken"]
    gegeven_door: str
    gegeven_op: Moment


class Toegangen(Answer):
    """Everyone who was let in, the newest first."""

    dossiernummer: int
    toegangen: list[Toegang]


class GedeeldeHulpvraag(Answer):
    """A hulpvraag that others opened for this person."""

    dossiernummer: int
    naam: str
    schoolnaam: str
    aanvraagtype: str
    status: str | None
    einde: bool
    tot_en_met: date


class GedeeldeOverlegronde(Answer):
    """An overlegronde of someone else in which this person takes part."""

    dossiernummer: int
    overlegronde: UUID
    onderwerp: str
    organisator: str
    tot_en_met: date


class Gedeeld(Answer):
    """What is open for this person: hulpvragen, the newest first, and overlegrondes, the first to end first."""

    hulpvragen: list[GedeeldeHulpvraag]
    overlegrondes: list[GedeeldeOverlegronde]
