"""Pupils as their schools sent them: what changed in their data, and which dossiers may be of one of them."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from gateway.models.base import Answer, Command, Moment


class GewijzigdVeld(Answer):
    """One field: what stood there and what stands there now; empty is nothing."""

    veld: str
    oud: str
    nieuw: str


class Wijziging(Answer):
    """What one message of a school changed; ``dossiernummer`` is that of the hulpvraag it came with, where one may see it."""

    versie: int
    vanaf: Moment
    kanaal: Literal["LVS", "direct"]
    dossiernummer: int | None
    velden: list[GewijzigdVeld]


class Gezien(Answer):
    """Who of the SWV took note, up to which version."""

    versie: int
    naam: str
    op: Moment


class Wijzigingen(Answer):
    """What changed in a dossier, the newest first; ``versie`` is that of its data now."""

    versie: int
    wijzigingen: list[Wijziging]
    gezien: Gezien | None
    mag_kennisnemen: bool

    @property
    def is_news(self) -> bool:
        """Whether this person may take note of something that nobody took note of."""
        return self.mag_kennisnemen and self.versie > (self.gezien.versie if self.gezien else 1)


class ToenContact(Answer):
    """Who applied then."""

    naam: str
    email: str
    telefoon: str
    functie: str


class EerdereInhoud(Answer):
    """What a hulpvraag held until ``tot``, when its school changed it."""

    dossiernummer: int
    versie: int
    tot: Moment
    aanvraagtype: str
    omschrijving: str
    datum: date
    contactpersoon: ToenContact


class EerdereInhouden(Answer):
    """Of each hulpvraag of a dossier, the oldest first."""

    inhouden: list[EerdereInhoud]


class Kennisname(Command):
    """Up to which version one took note."""

    versie: Annotated[int, Field(gt=0, lt=2**31)]


class GelijkDossier(Answer):
    """One of two dossiers; ``gaatVerder`` when they are put together."""

    dossier: UUID
    leerlingid: str
    roepnaam: str
    voorvoegsel: str
    achternaam: str
    geboortedatum: date
    school: str
    schoolnaam: str
    gewijzigd_op: Moment
    dossiernummers: list[int]
    gaat_verder: bool


class Gelijkenis(Answer):
    """Two dossiers that may be of one pupil, and what was said of it."""

    gelijkenis: UUID
    staat: Literal["voorgesteld", "bevestigd", "afgewezen"]
    voorgesteld_op: Moment
    beslist_op: Moment | None
    dossiers: list[GelijkDossier]


class Gelijkenissen(Answer):
    """What waits first, then the last that was decided."""

    gelijkenissen: list[Gelijkenis]


class GelijkenisBeslissing(Command):
    """``bevestigd``: of one pupil. ``afgewezen``: of two. ``voorgesteld``: take back what was decided."""

    staat: Literal["voorgesteld", "bevestigd", "afgewezen"]
