"""An account: one person in one organisation.

>>> Name.typed(" po2507 ", "J.Jansen")
Name(organisatie='PO2507', gebruikersnaam='j.jansen')
"""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from shared.tokens import Actor

Soort = Literal["swv", "bestuur", "school", "extern", "ouder"]
"""Of which kind of organisation someone is; ``extern`` and ``ouder`` are of none, and see only what they were let in to."""
Factor = Literal["app", "mail"]
"""Where someone's codes come from: an authenticator app, or for parents a mail at each log-in."""
Staat = Literal["invited", "active", "stopped"]


@dataclass(frozen=True, slots=True)
class Name:
    """What a person types to say who they are, in normal form: case and blanks around it do not matter.

    A NUL becomes a sign that no name has: the database takes none, and what cannot be a name is one that nobody has.
    """

    organisatie: str
    gebruikersnaam: str

    @classmethod
    def typed(cls, organisatie: str, gebruikersnaam: str) -> "Name":
        """Bring what was typed into normal form."""
        return cls(*(text.strip().replace("\0", "\ufffd") for text in (organisatie.upper(), gebruikersnaam.lower())))


@dataclass(frozen=True, slots=True)
class Account:
    """What the gateway knows of a person. ``swv`` is the SWV whose rules and data they work with.

    ``platforms`` are the parts of its region they work for, with a role that is bound to one.
    """

    id: UUID
    name: Name
    naam: str
    email: str
    soort: Soort
    swv: str
    rollen: tuple[str, ...]
    factor: Factor = "app"
    staat: Staat = "active"
    platforms: tuple[str, ...] = ()

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
            platforms=self.platforms,
            email=self.email,
        )
