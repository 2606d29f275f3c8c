"""A new hulpvraag typed in by a person; the schools it may be for; and the dossier it becomes part of."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import StringConstraints

from gateway.models.base import Answer, Command, Line, Moment, Story
from shared.contracts.common import Niveau, SwvCode
from shared.contracts.connector import ContactpersoonOpgave, LeerlingOpgave, SchoolOpgave


class HulpvraagOpgave(Command):
    """A hulpvraag about a leerling, a groep or the school itself. ``datum`` is today when left out."""

    swv: SwvCode | None = None
    aanvraagtype: Line
    datum: date | None = None
    omschrijving: Story = ""
    school: SchoolOpgave
    niveau: Niveau = "leerling"
    leerling: LeerlingOpgave | None = None
    groep: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)] | None = None
    contactpersoon: ContactpersoonOpgave


class Ingediend(Answer):
    """The hulpvraag was taken and has its number; it can be seen within moments."""

    dossiernummer: int
    hulpvraag: UUID


class Bestuur(Answer):
    """The board of a school."""

    code: str
    naam: str


class School(Answer):
    """A school; ``magIndienen``: one may apply for it."""

    code: str
    naam: str
    bestuur: Bestuur
    mag_indienen: bool


class Scholen(Answer):
    """The schools one has to do with, by name."""

    scholen: list[School]


class DossierLeerling(Answer):
    """The pupil, as the school wrote it last."""

    leerlingid: str
    roepnaam: str
    voorvoegsel: str = ""
    achternaam: str
    geboortedatum: date


class DossierHulpvraag(Answer):
    """One hulpvraag of a dossier."""

    dossiernummer: int
    hulpvraag: UUID
    aanvraagtype: str
    datum: date
    kanaal: Literal["LVS", "direct"]
    ingediend_op: Moment


class Dossier(Answer):
    """What is known of one leerling, groep or school."""

    dossier: UUID
    swv: str
    school: School
    niveau: str
    leerling: DossierLeerling | None = None
    groep: str | None = None
    versie: int
    gewijzigd_op: Moment
    hulpvragen: list[DossierHulpvraag]
