"""What intake tells the others. ``subject`` is the hulpvraag, unless the type says otherwise."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import StringConstraints

from shared.contracts.common import (
    Bijlagesoort,
    Contactpersoon,
    Leerling,
    LongText,
    Niveau,
    School,
    SchoolCode,
    SwvCode,
    Text,
    Value,
)
from shared.envelope import Data


class HulpvraagIngediend(Data):
    """A hulpvraag was accepted and has its dossiernummer. ``aanvraagtype`` is the title exactly as sent.

    ``opp``: whether the school sent its OPP along, as its LVS asked; null when that was not asked.
    """

    TYPE: ClassVar[str] = "nl.passend-onderwijs.hulpvraag.ingediend.v1"

    swv: SwvCode
    hulpvraag: UUID
    dossiernummer: int
    dossier: UUID
    niveau: Niveau
    aanvraagtype: Text
    omschrijving: LongText = ""
    school: School
    leerling: Leerling | None = None
    groep: str | None = None
    contactpersoon: Contactpersoon
    kanaal: Literal["LVS", "direct"]
    connector: str | None = None
    bijlagen: int = 0
    opp: bool | None = None
    ingediend_op: datetime


class HulpvraagGewijzigd(HulpvraagIngediend):
    """The school changed its hulpvraag and sent it again: the full content as it is now. The highest ``versie`` wins.

    What was submitted first is version 1. ``bijlagen`` counts the files that came along this time.
    """

    TYPE: ClassVar[str] = "nl.passend-onderwijs.hulpvraag.gewijzigd.v1"

    versie: int
    gewijzigd_op: datetime


class HulpvraagIngetrokken(Data):
    """The school withdrew its hulpvraag, once, before it heard that it was closed. ``reden`` is the school's."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.hulpvraag.ingetrokken.v1"

    swv: SwvCode
    hulpvraag: UUID
    dossiernummer: int
    reden: LongText
    ingetrokken_op: datetime


class Bestand(Value):
    """A file that someone wants to upload. ``grootte`` in bytes, ``sha256`` in lower-case hex."""

    naam: Text
    soort: Literal["bijlage", "oso-dossier"] = "bijlage"
    grootte: int
    sha256: str
    omschrijving: str = ""
    bijlagesoort: Bijlagesoort | None = None


class UploadslotsGevraagd(Data):
    """A connector asks for places to upload files to. ``subject`` is ``aanvraag``, the asking message's own id here."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.uploadslots.gevraagd.v1"

    swv: SwvCode
    aanvraag: UUID
    aanbieder: str
    bestanden: tuple[Bestand, ...]


class BriefOpgevraagd(Data):
    """A connector asks for a letter of its own hulpvraag, named by its SHA-256. ``subject`` is ``aanvraag``."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.brief.opgevraagd.v1"

    swv: SwvCode
    aanvraag: UUID
    aanbieder: str
    hulpvraag: UUID
    sha256: str


class BijlagenAangeboden(Data):
    """One saved batch of uploaded files belongs to this hulpvraag. ``aanbieder`` must be who asked for the slots."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.bijlagen.aangeboden.v1"

    swv: SwvCode
    hulpvraag: UUID
    dossiernummer: int
    batch: UUID
    aanbieder: str
    uploadslots: tuple[UUID, ...]


class SchoolIngedeeld(Data):
    """A school is of another platform of its SWV, or of none now. ``subject`` is fixed per school; the last ``op`` counts."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.school.ingedeeld.v1"

    swv: SwvCode
    school: SchoolCode
    platform: Text | None = None
    op: datetime


class OsoDossierAangeboden(Data):
    """An uploaded OSO dossier goes with this hulpvraag: judge it as a file, and let intake read it.

    ``bewijs`` is the SHA-256, in hex, of what intake will show to get it: whoever reads the bus learns nothing to get it with.
    """

    TYPE: ClassVar[str] = "nl.passend-onderwijs.osodossier.aangeboden.v1"

    swv: SwvCode
    hulpvraag: UUID
    dossiernummer: int
    osodossier: UUID
    aanbieder: str
    uploadslot: UUID
    bewijs: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class OsoDossierVerwerkt(Data):
    """An OSO dossier was read, or cannot be: intake asks for nothing of it any more.

    Without ``bewaren`` the original may not be kept: it holds a BSN, is about another pupil, or cannot be looked into.
    """

    TYPE: ClassVar[str] = "nl.passend-onderwijs.osodossier.verwerkt.v1"

    swv: SwvCode
    hulpvraag: UUID
    osodossier: UUID
    bewaren: bool


class OrganisatieGewijzigd(Data):
    """A school went to another board, got another number, or went up in another school; or that was taken back.

    ``subject`` is ``verhuizing``, ``sequence`` is ``versie``: 1 when it was done, 2 when it was taken back; the highest wins.
    ``van`` and ``naar`` say the school before and after, and stay the same when it is taken back. With ``accounts`` the people
    of the school go along. ``op`` is when it was done: what was submitted before that goes along too, however late it arrives.
    """

    TYPE: ClassVar[str] = "nl.passend-onderwijs.organisatie.gewijzigd.v1"

    swv: SwvCode
    verhuizing: UUID
    versie: Literal[1, 2]
    van: School
    naar: School
    accounts: bool
    op: datetime
