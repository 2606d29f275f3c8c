"""What documents tells the others. ``subject`` is the hulpvraag, unless the type says otherwise."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.common import Bijlagesoort, SwvCode, Text, Value
from shared.envelope import Data


class Uploadslot(Value):
    """A place for one file: POST ``velden`` and then the file as multipart/form-data to ``url``, before ``verloopt_op``.

    ``bijlagesoort`` is what its sender said that it is.
    """

    uploadslot: UUID
    naam: Text
    url: str
    velden: dict[str, str]
    verloopt_op: datetime
    bijlagesoort: Bijlagesoort | None = None


class BijlageSchoon(Value):
    """A bijlage that may be seen: right size, right hash, allowed type by content, and no virus found."""

    bijlage: UUID
    naam: Text
    mediatype: str
    grootte: int
    sha256: str


class BijlageGeweigerd(Value):
    """A file that did not become a bijlage. ``regel`` is a slug, ``bericht`` a sentence for the school."""

    naam: Text
    regel: Text
    bericht: Text


class UploadslotsUitgegeven(Data):
    """The answer to ``UploadslotsGevraagd``; ``subject`` is ``aanvraag``. Refused files carry the rule they broke."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.uploadslots.uitgegeven.v1"

    aanvraag: UUID
    aanbieder: str
    uploadslots: tuple[Uploadslot, ...]
    geweigerd: tuple[BijlageGeweigerd, ...] = ()


class Briefplaats(Value):
    """A letter, and where it may be downloaded until ``verloopt_op``."""

    brief: Literal["TLV-brief", "schoolbrief"]
    naam: Text
    grootte: int
    sha256: str
    url: str
    verloopt_op: datetime


class BriefVerstrekt(Data):
    """The answer to ``BriefOpgevraagd``; ``subject`` is ``aanvraag``. Without ``brief``: no such letter stands with it."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.brief.verstrekt.v1"

    aanvraag: UUID
    aanbieder: str
    hulpvraag: UUID
    brief: Briefplaats | None = None


class BijlagenToegevoegd(Data):
    """A whole batch was judged: once per batch, after every file in it."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.bijlagen.toegevoegd.v1"

    swv: SwvCode
    hulpvraag: UUID
    dossiernummer: int
    batch: UUID
    aanbieder: str
    schoon: tuple[BijlageSchoon, ...]
    geweigerd: tuple[BijlageGeweigerd, ...] = ()


class OsoDossierBeoordeeld(Data):
    """An OSO dossier was judged as a file: the right size and hash, XML, no virus. Or ``geweigerd`` says why not."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.osodossier.beoordeeld.v1"

    swv: SwvCode
    hulpvraag: UUID
    dossiernummer: int
    osodossier: UUID
    bijlage: UUID
    grootte: int | None = None
    sha256: str | None = None
    geweigerd: BijlageGeweigerd | None = None


class BriefGemaakt(Data):
    """The letter of a decision exists and will not change. ``bij`` says where it stands."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.brief.gemaakt.v1"

    swv: SwvCode
    hulpvraag: UUID
    dossiernummer: int
    besluit: UUID
    versie: int
    brief: Literal["TLV-brief", "schoolbrief"]
    bij: Literal["hulpvraag", "besluit"]
    bijlage: UUID
    naam: Text
    grootte: int
    sha256: str
