"""The shapes of overlegrondes."""

from datetime import date, datetime
from typing import Literal, Self
from uuid import UUID

from shared import clock
from workflow.api.shapes import Address, Body, Line, Shape, Story
from workflow.api.shapes_rondom import Note
from workflow.domain.overleg import Ronde


class NieuweOverlegronde(Body):
    """What it is about and until and with which day. The organiser takes part unless ``organisatorDoetMee`` is false."""

    onderwerp: Line
    omschrijving: Story = ""
    deadline: date
    besloten_reacties: bool = False
    besloten_deelname: bool = False
    organisator_doet_mee: bool = True


class NieuweDeadline(Body):
    """Another last day."""

    deadline: date


class NieuweDeelnemer(Body):
    """Who is to take part: an account of the gateway. ``nieuw``: it is made for this."""

    account: UUID
    naam: Line
    email: Address
    nieuw: bool = False


class NieuweReactie(Body):
    """What someone says."""

    tekst: Note


class Bestandsvraag(Body):
    """Leave for files of a reaction: to download ``bijlage``, or without it to add some to one's own."""

    bijlage: UUID | None = None


class Mailkeuze(Body):
    """Whether one wants to hear of reactions and of the approaching end."""

    mails: bool


class Begonnen(Shape):
    """What was made."""

    overlegronde: UUID


class Deelname(Shape):
    """Who takes part. ``email`` and ``deelnemer`` (to take them out) are shown to the organiser only."""

    deelnemer: UUID | None
    naam: str
    email: str | None
    is_organisator: bool


class Bestand(Shape):
    """A file of a reaction, once it was judged. ``bericht`` says why one was refused."""

    bijlage: UUID
    naam: str
    bericht: str | None


class Reactie(Shape):
    """What someone said. ``eigen``: the one who asks did."""

    reactie: UUID
    naam: str
    tekst: str
    geplaatst_op: datetime
    eigen: bool
    bijlagen: list[Bestand]


class OverlegrondeRegel(Shape):
    """An overlegronde in a list. ``deadline`` is the last day; ``staat`` is ``loopt``, ``verlopen`` or ``gesloten``."""

    overlegronde: UUID
    onderwerp: str
    organisator: str
    deadline: date
    staat: Literal["loopt", "verlopen", "gesloten"]
    begonnen_op: datetime

    @classmethod
    def of(cls, ronde: Ronde, now: datetime, **more: object) -> Self:
        """Show it as it stands now."""
        return cls.model_validate(
            {
                "overlegronde": ronde.id,
                "onderwerp": ronde.onderwerp,
                "organisator": ronde.organisator_naam,
                "deadline": clock.last_day(ronde.tot),
                "staat": "loopt" if now < ronde.tot else "gesloten" if ronde.gesloten else "verlopen",
                "begonnen_op": ronde.begonnen_op,
                **more,
            }
        )


class Overlegrondes(Shape):
    """The overlegrondes of a hulpvraag that the one who asks may know of, the newest first.

    ``belemmering`` says why a school that works with it cannot begin one.
    """

    dossiernummer: int
    mag_beginnen: bool
    belemmering: str | None
    overlegrondes: list[OverlegrondeRegel]


class Overlegronde(OverlegrondeRegel):
    """One overlegronde as the one who asks sees it, with the reactions they may read, oldest first."""

    dossiernummer: int
    omschrijving: str
    besloten_reacties: bool
    besloten_deelname: bool
    deelnemers: list[Deelname]
    reacties: list[Reactie]
    mag_beheren: bool
    mag_reageren: bool
    krijgt_mails: bool | None
