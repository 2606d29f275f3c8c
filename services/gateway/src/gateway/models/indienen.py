"""A new hulpvraag typed in by a person; the schools it may be for; and the dossier it becomes part of."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import StringConstraints

from gateway.models.base import Answer, Command, Line, Moment, Story
from shared.contracts.common import Niveau, SwvCode
from shared.contracts.connector import ContactpersoonOpgave, LeerlingOpgave, SchoolOpgave
from shared.errors import Fault


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
    """The hulpvraag was taken and has its number; it can be seen within moments.

    ``waarschuwingen`` are what had better been sent otherwise: a mobile number, the pupil's name in the omschrijving.
    """

    dossiernummer: int
    hulpvraag: UUID
    waarschuwingen: tuple[Fault, ...] = ()


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
    """One hulpvraag of a dossier, or of one in ``gekoppeld``."""

    dossiernummer: int
    hulpvraag: UUID
    dossier: UUID
    aanvraagtype: str
    datum: date
    kanaal: Literal["LVS", "direct"]
    ingediend_op: Moment


class GekoppeldDossier(Answer):
    """Another dossier of the same pupil, as the SWV confirmed; ``gaatVerder``: it goes on, and this one does not."""

    dossier: UUID
    leerlingid: str
    school: str
    schoolnaam: str
    gaat_verder: bool


class Dossier(Answer):
    """What is known of one leerling, groep or school. ``hulpvragen`` are also those of the dossiers in ``gekoppeld``."""

    dossier: UUID
    swv: str
    school: School
    niveau: str
    leerling: DossierLeerling | None = None
    groep: str | None = None
    versie: int
    gewijzigd_op: Moment
    hulpvragen: list[DossierHulpvraag]
    gekoppeld: list[GekoppeldDossier]
