"""The organisations an SWV keeps: boards, platforms, schools and preschools."""

from datetime import date
from typing import Annotated, Literal

from pydantic import StringConstraints

from gateway.models.base import Answer, Command, Line

Code = Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True, max_length=20)]


class OrganisatieOpgave(Command):
    """What an organisation becomes. ``tot`` ends it after that day; both days are included.

    ``bestuur`` and ``platform`` are codes of others. ``voorschool`` is a voorschoolse voorziening; its houder is its bestuur.
    """

    soort: Literal["bestuur", "platform", "school", "voorschool"]
    naam: Line
    bestuur: Code = ""
    platform: Code = ""
    van: date | None = None
    tot: date | None = None


class NieuweOrganisatie(OrganisatieOpgave):
    """A new one. ``code``: BRIN and vestiging, the number of the bevoegd gezag, or for a platform ``PO2507-WEST``."""

    code: Code


class Organisatie(Answer):
    """An organisation. ``swv`` is empty for a board, which may have schools of more than one."""

    soort: str
    code: str
    naam: str
    bestuur: str
    swv: str
    platform: str
    van: date | None
    tot: date | None


class Organisaties(Answer):
    """Organisations by kind and name, at most two hundred; ``meer``: search for the rest."""

    organisaties: list[Organisatie]
    meer: bool
