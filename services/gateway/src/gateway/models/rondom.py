"""What stands around a hulpvraag: labels, its coordinator, one's own notes, its terms."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from gateway.models.base import Address, Answer, Command, Line, Moment

Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class LabelsOpgave(Command):
    """The labels a hulpvraag shall have; those that are not named here go."""

    labels: Annotated[list[Label], Field(max_length=10)]


class Labels(Answer):
    """The labels of a hulpvraag, by name."""

    labels: list[str]


class CoordinatorOpgave(Command):
    """Who coordinates; both left out for nobody."""

    naam: Line | None = None
    email: Address | None = None

    @model_validator(mode="after")
    def _both(self) -> Self:
        if (self.naam is None) != (self.email is None):
            raise ValueError("coordinator: Vul de naam en het e-mailadres allebei in, of geen van beide.")
        return self


class Coordinator(Answer):
    """Who coordinates; both null for nobody."""

    naam: str | None
    email: str | None


class NotitieOpgave(Command):
    """What to note for oneself."""

    tekst: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=8000)]


class Notitie(Answer):
    """A note for oneself."""

    notitie: UUID
    tekst: str
    gemaakt_op: Moment
    gewijzigd_op: Moment


class Notities(Answer):
    """One's own notes, the newest first; nobody else sees them."""

    dossiernummer: int
    notities: list[Notitie]


class HulpvraagTermijn(Answer):
    """How a term stands: ``loopt`` until ``deadline`` (the last day), ``staat stil``, ``gehaald`` or ``verstreken``."""

    naam: str
    grond: date
    deadline: date | None
    staat: str
    toelichting: str
    herinnerd_op: list[Moment]


class HulpvraagTermijnen(Answer):
    """The terms, the first to run out first. ``nietBesprekenVoor`` is set for one that missed the deadline of its year."""

    dossiernummer: int
    niet_bespreken_voor: date | None
    termijnen: list[HulpvraagTermijn]
