"""A hulpvraag that passed every rule, from a connector or typed in by a person, and the event that tells of it."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from intake.domain.facts import SchoolFact
from shared.contracts.common import Contactpersoon, Leerling, Niveau, School
from shared.contracts.connector import ContactpersoonOpgave, HulpvraagIndienen, LeerlingOpgave
from shared.contracts.intake import HulpvraagGewijzigd, HulpvraagIngediend


@dataclass(frozen=True, slots=True)
class About:
    """What a dossier is about. ``sleutel`` is the leerlingid, the name of the groep, or empty for the school itself."""

    swv: str
    school: str
    niveau: Niveau
    sleutel: str
    gegevens: dict[str, Any]

    @classmethod
    def leerling(cls, swv: str, school: str, opgave: LeerlingOpgave) -> "About":
        """Make the dossier of one pupil. A BSN has no place in it."""
        gegevens = opgave.model_dump(mode="json", exclude={"leerlingid"})
        return cls(swv, school, "leerling", opgave.leerlingid, gegevens)


@dataclass(frozen=True, slots=True)
class Submission:
    """One hulpvraag to be stored. ``ontvangst`` is the row with the original; a person's has no connector.

    ``sent_for`` is the number of the school as it was sent, where that is not its number now: a reference is known by it.
    """

    id: UUID
    about: About
    school: SchoolFact
    aanvraagtype: str
    omschrijving: str
    datum: date
    contactpersoon: ContactpersoonOpgave
    ontvangst: int
    ingediend_op: datetime
    connector: str | None = None
    reference: str | None = None
    fingerprint: bytes | None = None
    uploadslots: tuple[UUID, ...] = ()
    sent_for: str | None = None
    opp: bool | None = None

    def told(self, dossier: UUID, dossiernummer: int) -> HulpvraagIngediend:
        """Return the event that tells the others."""
        about = self.about
        return HulpvraagIngediend(
            swv=about.swv,
            hulpvraag=self.id,
            dossiernummer=dossiernummer,
            dossier=dossier,
            niveau=about.niveau,
            aanvraagtype=self.aanvraagtype,
            omschrijving=self.omschrijving,
            school=School(code=self.school.code, naam=self.school.naam, bestuur=self.school.bestuur),
            leerling=(
                Leerling(dossier=dossier, leerlingid=about.sleutel, **about.gegevens) if about.niveau == "leerling" else None
            ),
            groep=about.sleutel if about.niveau == "groep" else None,
            contactpersoon=Contactpersoon(**self.contactpersoon.model_dump()),
            kanaal="direct" if self.connector is None else "LVS",
            connector=self.connector,
            bijlagen=len(self.uploadslots),
            opp=self.opp,
            ingediend_op=self.ingediend_op,
        )

    def told_again(self, dossier: UUID, dossiernummer: int, ingediend_op: datetime, versie: int) -> HulpvraagGewijzigd:
        """Return the event that tells of a change; it was submitted ``ingediend_op``, and is as it stands here since today."""
        told = self.told(dossier, dossiernummer).model_copy(update={"ingediend_op": ingediend_op})
        return HulpvraagGewijzigd(**dict(told), versie=versie, gewijzigd_op=self.ingediend_op)


def fingerprint(command: HulpvraagIndienen) -> bytes:
    """Return what two commands with the same content share, whatever the order and spacing of their JSON, and their files.

    What was left out does not count, so that a field that comes later does not make another content of what was sent before.
    """
    files = {"uploadslots", "oso_dossier", "gegevensblokken"}
    return hashlib.sha256(command.model_dump_json(exclude=files, exclude_defaults=True).encode()).digest()
