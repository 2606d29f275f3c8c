"""An account: one person in one organisation.

>>> Name.typed(" po2507 ", "J.Jansen")
Name(organisatie='PO2507', gebruikersnaam='j.jansen')
"""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from shared.errors import Fault, InvalidInput
from shared.tokens import Actor

SHORTEST, LONGEST = 12, 128
"""Characters of a password. ASVS 5.0, 6.2.1 and 6.2.9: at least 8, better 15, at least 64 allowed, no rules of composition."""

Soort = Literal["swv", "bestuur", "school"]


@dataclass(frozen=True, slots=True)
class Name:
    """What a person types to say who they are, in normal form: case and blanks around it do not matter."""

    organisatie: str
    gebruikersnaam: str

    @classmethod
    def typed(cls, organisatie: str, gebruikersnaam: str) -> "Name":
        """Bring what was typed into normal form."""
        return cls(organisatie.strip().upper(), gebruikersnaam.strip().lower())


@dataclass(frozen=True, slots=True)
class Account:
    """What the gateway knows of a person. ``swv`` is the SWV whose rules and data they work with."""

    id: UUID
    name: Name
    naam: str
    email: str
    soort: Soort
    swv: str
    rollen: tuple[str, ...]

    @property
    def actor(self) -> Actor:
        """Who the other services see."""
        return Actor(
            sub=self.id,
            naam=self.naam,
            organisatie=self.name.organisatie,
            soort=self.soort,
            swv=self.swv,
            rollen=self.rollen,
            email=self.email,
        )


def check_password(password: str) -> None:
    """Raise InvalidInput for a password that is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        message = f"Een wachtwoord heeft {SHORTEST} tot {LONGEST} tekens."
        raise InvalidInput([Fault(field="wachtwoord", rule="lengte", message=message)])
