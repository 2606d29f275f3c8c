"""Overlegrondes of a hulpvraag: begun, seen, and what is said in them."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Base64Bytes, StringConstraints

from gateway.models.base import Answer, Command, Line, Moment, Story
from gateway.models.toegang import Persoon


class OverlegrondeOpgave(Command):
    """What it is about, and until and with which day. Without ``organisatorDoetMee`` one manages it without taking part.

    With ``beslotenReacties`` only the organiser reads all reactions; with ``beslotenDeelname`` only who takes part sees it.
    """

    onderwerp: Line
    omschrijving: Story = ""
    deadline: date
    besloten_reacties: bool = False
    besloten_deelname: bool = False
    organisator_doet_mee: bool = True


class DeadlineOpgave(Command):
    """Another last day."""

    deadline: date


class DeelnemerOpgave(Persoon):
    """Who is to take part. A parent or an expert gets an account if there is none; no pupil may be named in it."""


class ReactieOpgave(Command):
    """What to say."""

    tekst: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=8000)]


class MailsOpgave(Command):
    """Whether one wants mails of reactions and of the approaching end."""

    mails: bool


class Begonnen(Answer):
    """What was begun, or changed."""

    overlegronde: UUID


class OverlegrondeRegel(Answer):
    """An overlegronde in a list. ``deadline`` is its last day."""

    overlegronde: UUID
    onderwerp: str
    organisator: str
    deadline: date
    staat: Literal["loopt", "verlopen", "gesloten"]
    begonnen_op: Moment


class Overlegrondes(Answer):
    """Those this person may know of, the newest first. ``belemmering`` says why a school cannot begin one now."""

    dossiernummer: int
    mag_beginnen: bool
    belemmering: str | None
    overlegrondes: list[OverlegrondeRegel]


class Deelname(Answer):
    """Who takes part; the address is shown to the organiser only."""

    deelnemer: UUID | None
    naam: str
    email: str | None
    is_organisator: bool


class Bestand(Answer):
    """A file of a reaction, once it was judged; ``bericht`` says why one was refused."""

    bijlage: UUID
    naam: str
    bericht: str | None


class Reactie(Answer):
    """What someone said; ``eigen`` is one's own."""

    reactie: UUID
    naam: str
    tekst: str
    geplaatst_op: Moment
    eigen: bool
    bijlagen: list[Bestand]


class Overlegronde(OverlegrondeRegel):
    """One, with the reactions this person may read, oldest first. ``krijgtMails`` is null for who takes no part."""

    dossiernummer: int
    omschrijving: str
    besloten_reacties: bool
    besloten_deelname: bool
    deelnemers: list[Deelname]
    reacties: list[Reactie]
    mag_beheren: bool
    mag_reageren: bool
    krijgt_mails: bool | None


class Verslag(Answer):
    """A PDF of an overlegronde and the name of its file."""

    naam: str
    pdf: Base64Bytes
