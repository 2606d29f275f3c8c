"""What is filled in of a person: in the portal, in the API, and in a row of a CSV file; and what a manager sees of accounts."""

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field

from gateway.domain.account import Account, Factor, Soort, Staat
from gateway.domain.token import Scope, Token
from gateway.models.base import Address, Answer, Command, Line, Moment
from shared.text import READABLE


class Persoon(Command):
    """Who someone is."""

    naam: Line
    email: Address = Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")


class NieuwPersoon(Persoon):
    """Somebody new. ``organisatie`` is left empty for who belongs to the SWV or to nobody."""

    soort: Soort
    organisatie: Annotated[str, READABLE] = Field("", max_length=20)
    gebruikersnaam: str = Field(pattern=r"^\s*[\w.@+-]{2,100}\s*$")


class AccountOpgave(NieuwPersoon):
    """Whom to invite, with their roles by the names of the SWV's rules; with a role per platform, their platforms by number."""

    rollen: tuple[Line, ...] = Field((), max_length=20)
    platforms: tuple[Line, ...] = Field((), max_length=20)


Accountstaat = Literal["uitgenodigd", "in-gebruik", "gestopt"]
_STATEN: dict[Staat, Accountstaat] = {"invited": "uitgenodigd", "active": "in-gebruik", "stopped": "gestopt"}


class Accountgegevens(Answer):
    """An account, for who manages it. ``wachtOpCodeApp``: its owner asks for leave to set up another app."""

    id: UUID
    organisatie: str
    gebruikersnaam: str
    naam: str
    email: str
    soort: Soort
    rollen: tuple[str, ...]
    platforms: tuple[str, ...]
    tweede_factor: Factor
    staat: Accountstaat
    wacht_op_code_app: bool

    @classmethod
    def of(cls, account: Account, *, lost: bool) -> Self:
        """Show an account."""
        return cls(
            id=account.id,
            organisatie=account.name.organisatie,
            gebruikersnaam=account.name.gebruikersnaam,
            naam=account.naam,
            email=account.email,
            soort=account.soort,
            rollen=account.rollen,
            platforms=account.platforms,
            tweede_factor=account.factor,
            staat=_STATEN[account.staat],
            wacht_op_code_app=lost,
        )


class Accounts(Answer):
    """The accounts of one's SWV; ``meer``: search to see the rest."""

    accounts: list[Accountgegevens]
    meer: bool


class Tokengegevens(Answer):
    """A token for a program; never the token itself. ``gebruiktOp`` is known to the hour."""

    id: UUID
    naam: str
    scopes: list[Scope]
    gemaakt_op: Moment
    gebruikt_op: Moment | None
    tot_en_met: date

    @classmethod
    def of(cls, token: Token) -> Self:
        """Show a token."""
        return cls(
            id=token.id,
            naam=token.naam,
            scopes=sorted(token.scopes),
            gemaakt_op=token.created_at,
            gebruikt_op=token.seen_at,
            tot_en_met=token.tot_en_met,
        )


class Tokens(Answer):
    """The tokens of an account that work now, the oldest first."""

    tokens: list[Tokengegevens]
