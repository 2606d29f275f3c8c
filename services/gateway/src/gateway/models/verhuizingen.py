"""A school that goes elsewhere: what is asked, what would happen, what happened."""

from datetime import date
from typing import Literal
from uuid import UUID

from gateway.models.base import Answer, Command, Line, Moment
from gateway.models.organisaties import Code, Organisatie
from shared.contracts.common import SchoolCode


class VerhuizingOpgave(Command):
    """Another board (``naar`` is then the school itself), another number, or into a school that is there already.

    ``naam`` and ``bestuur`` are for a number that is new; empty is as it was. ``per`` is the first day of the new state,
    ``koppelingTot`` the last on which connectors may use the old number. With ``accounts`` the school's people go along.
    """

    school: SchoolCode
    naar: Code
    naam: Line | None = None
    bestuur: Code = ""
    per: date
    koppeling_tot: date | None = None
    accounts: bool = False


class VerhuizingPlan(Answer):
    """What intake says would happen: the school as it will be, its dossiers, and the connectors that speak for it.

    ``blijven``: dossiers that stay, because the other school has one by the same key.
    """

    naar: Organisatie
    dossiers: int
    blijven: int
    koppelingen: list[str]


class Aantallen(Answer):
    """How many hulpvragen of the school run, which go along, and are at their end, which stay."""

    lopend: int
    afgerond: int


class VerhuizingVoorbeeld(VerhuizingPlan):
    """What would happen, with the hulpvragen that go along (``lopend``) or stay, and how many people have an account."""

    lopend: int
    afgerond: int
    accounts: int


class Verhuizing(Answer):
    """A school that goes elsewhere, or went. ``reden`` says why one did not go through."""

    verhuizing: UUID
    school: str
    naar: str
    naar_naam: str
    naar_bestuur: str
    per: date
    koppeling_tot: date | None
    accounts: bool
    staat: Literal["gepland", "gedaan", "ongedaan", "mislukt"]
    reden: str
    van_bestuur: str | None
    gemaakt_op: Moment
    gedaan_op: Moment | None
    ongedaan_op: Moment | None


class Verhuizingen(Answer):
    """The newest first, at most two hundred."""

    verhuizingen: list[Verhuizing]
