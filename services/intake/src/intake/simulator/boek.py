"""What the simulated chain remembers: mandates, dossiers that stand ready, and every message that passed."""

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated
from uuid import UUID, uuid4

from pydantic import Field

from intake.domain.notificatie import Notificatie, Versie
from intake.domain.routering import kenmerk_van, lees, school_oin
from intake.simulator.voorbeeld import dossier
from shared.contracts.connector import Public


class Mandaat(Public):
    """A mandate of a school (BRIN) to a supplier; both days are included."""

    brin: str
    leverancier: str
    van: date | None = None
    tot: date | None = None


class Klaarzetten(Public):
    """A dossier that a school makes ready. ``school`` is six positions; empty texts become what belongs to it.

    ``keren`` is how often the notificatie is sent, ``bron`` and ``doel`` other kenmerken than those of the school.
    """

    school: str
    dossier: str = ""
    formulier: dict[str, str] = Field(default_factory=dict)
    bron: str = ""
    doel: str = ""
    koppelsleutel: UUID | None = None
    versie: Versie = "20200910"
    keren: Annotated[int, Field(ge=0, le=10)] = 1


@dataclass(slots=True)
class Klaar:
    """A dossier that stands ready at the LAS, under its koppelsleutel."""

    melding: Notificatie
    dossier: bytes
    formulier: dict[str, str]


@dataclass(slots=True)
class Boek:
    """Everything. ``verzoeken`` holds place and message, ``terugkoppelingen`` what the LAS was told, oldest first."""

    ons_oin: str
    las_oin: str
    mandaten: list[Mandaat] = field(default_factory=list)
    klaar: dict[UUID, Klaar] = field(default_factory=dict)
    verzoeken: list[tuple[str, str]] = field(default_factory=list)
    terugkoppelingen: list[dict[str, str]] = field(default_factory=list)

    def mandateer(self, *brins: str) -> None:
        """Give both mandates for these schools, without an end."""
        for brin in brins:
            self.mandaten += [Mandaat(brin=brin, leverancier=oin) for oin in (self.las_oin, self.ons_oin)]

    def mandaat(self, leverancier: str, oin: str, dag: date) -> Mandaat | None:
        """Find the mandate that holds on a day."""
        for one in self.mandaten:
            holds = (one.van is None or one.van <= dag) and (one.tot is None or dag <= one.tot)
            if holds and one.leverancier == leverancier and school_oin(one.brin) == oin:
                return one
        return None

    def zet_klaar(self, given: Klaarzetten) -> Notificatie:
        """Make a dossier ready, and register it with the Traffic Center: that is where the koppelsleutel comes from."""
        own = kenmerk_van(given.school)
        bron, doel = given.bron or own, given.doel or own
        brins = [found.brin if (found := lees(kenmerk)) else kenmerk[11:15] for kenmerk in (bron, doel)]
        sleutel = given.koppelsleutel or uuid4()
        melding = Notificatie(given.versie, brins[0], bron, brins[1], doel, sleutel)
        inhoud = given.dossier.encode() or dossier(given.school)
        self.klaar[sleutel] = Klaar(melding, inhoud, given.formulier)
        return melding
