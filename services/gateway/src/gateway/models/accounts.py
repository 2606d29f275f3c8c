"""What is filled in of a person: in the portal, and in a row of a CSV file."""

from pydantic import Field

from gateway.domain.account import Soort
from gateway.models.base import Address, Command, Line


class Persoon(Command):
    """Who someone is."""

    naam: Line
    email: Address = Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")


class NieuwPersoon(Persoon):
    """Somebody new. ``organisatie`` is left empty for who belongs to the SWV or to nobody."""

    soort: Soort
    organisatie: str = Field("", max_length=20)
    gebruikersnaam: str = Field(pattern=r"^\s*[\w.@+-]{2,100}\s*$")
