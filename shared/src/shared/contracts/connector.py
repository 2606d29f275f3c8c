"""The public contract with connectors: what an LVS may send over AMQP and what it gets back.

A connector publishes to its own exchange ``lvs.<id>.in`` with the properties ``message_id`` (a UUID), ``type`` (``TYPE``
below) and ``user_id`` (its own RabbitMQ user, checked by the broker) and this JSON as body; it reads answers from
``lvs.<id>.uit``, in order, with the id of its own message in ``correlation_id``. JSON names are camelCase. Unknown fields
are refused by name, so that a typing error in an optional field does not go unseen. What has no value is left out of an answer.

For builders of connectors all of it stands in docs/asyncapi/intake.yaml, with examples.
Longer than most, for it is one contract, and read from end to end.

>>> HulpvraagIndienen.model_validate_json(body)
"""

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator, model_validator
from pydantic.alias_generators import to_camel

from shared.contracts.common import Bijlagesoort, SchoolCode, SwvCode
from shared.contracts.documents import BijlageGeweigerd
from shared.contracts.velden import Emailadres, TelefoonOfLeeg
from shared.errors import Fault

Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
MAX_FILE = 10 * 1024 * 1024
"""Bytes of one bijlage (manual 003, ch. 1: 10 MB)."""
MAX_FILES = 20
Dossiernummer = Annotated[int, Field(gt=0)]
"""Never 0: to a school that means "not sent" (manual 000, ch. 5 step 10)."""
Referentie = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
"""A connector's own name for a hulpvraag, unique per school."""
MAX_ASKED = 100
"""Dossiernummers in one question for statuses."""
MAX_OSO = 1024 * 1024 * 1024
"""Bytes of an OSO dossier, its bijlagen in base64 included; an installation may take less (``SCHAKEL_OSO_MAX``)."""
Soort = Literal["bijlage", "oso-dossier"]
"""What an uploadslot is for."""
Gegevensblok = Literal[
    "Algemene dossiergegevens",
    "School",
    "Leerling",
    "Ouders/Verzorgers",
    "VVE",
    "Schoolloopbaan",
    "Overstapadvies",
    "Onderwijsondersteuning",
    "Verzuim",
    "Eindtoets",
    "Toetsresultaten",
    "Handelingsplannen",
    "Bijlages",
]
"""What of a pupil's dossier a school ticks to go along with a hulpvraag, as ParnasSys names it (manual 000:123)."""


class Public(BaseModel):
    """A message of the public contract."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)


class SchoolOpgave(Public):
    """The school that applies: BRIN and vestiging."""

    brin: Annotated[str, StringConstraints(pattern=r"^\d{2}[A-Z]{2}$")]
    vestiging: Annotated[str, StringConstraints(pattern=r"^\d{2}$")] = "00"


class LeerlingOpgave(Public):
    """The pupil. ``leerlingid`` is the key in the LVS; a BSN or onderwijsnummer has no field (OSO rule LL12)."""

    leerlingid: Short
    roepnaam: Short
    voorvoegsel: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20)] = ""
    achternaam: Short
    geboortedatum: date


class ContactpersoonOpgave(Public):
    """Who gets the mails (manual 000, ch. 1 step 2: name, e-mail, the school's telephone, function)."""

    naam: Short
    email: Emailadres
    telefoon: TelefoonOfLeeg = ""
    functie: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = ""


class HulpvraagIndienen(Public):
    """Submit a hulpvraag, or change it and send it again (manual 002:111).

    The same message again, or the same ``eigenReferentie`` with the same content, changes nothing. The same reference with
    other content changes that hulpvraag, until it is closed: it keeps its dossiernummer and its pupil. Uploadslots that were
    not sent before are a further batch.

    With ``osoDossier`` the pupil's OSO dossier goes along; ``gegevensblokken`` says what the school ticked in it.
    ``opp``: whether the OPP as it stands in the LVS goes along (Esis asks it, manual 002:98); left out when not asked.
    """

    TYPE: ClassVar[str] = "nl.passend-onderwijs.hulpvraag.indienen.v1"

    swv: SwvCode
    eigen_referentie: Referentie
    aanvraagtype: Short
    datum: date
    omschrijving: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)] = ""
    opp: bool | None = None
    school: SchoolOpgave
    leerling: LeerlingOpgave
    contactpersoon: ContactpersoonOpgave
    gegevensblokken: Annotated[tuple[Gegevensblok, ...], Field(max_length=13)] = ()
    uploadslots: Annotated[tuple[UUID, ...], Field(max_length=MAX_FILES)] = ()
    oso_dossier: Annotated[UUID | None, Field(description="uploadslot of soort oso-dossier")] = None


class BijlagenToevoegen(Public):
    """Add a batch of uploaded files, or an OSO dossier, to an existing hulpvraag; never makes a new one (000, ch. 1 step 4)."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.bijlagen.toevoegen.v1"

    dossiernummer: Dossiernummer
    uploadslots: Annotated[tuple[UUID, ...], Field(max_length=MAX_FILES)] = ()
    gegevensblokken: Annotated[tuple[Gegevensblok, ...], Field(max_length=13)] = ()
    oso_dossier: Annotated[UUID | None, Field(description="uploadslot of soort oso-dossier")] = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.uploadslots and self.oso_dossier is None:
            msg = "te-weinig: Noem minstens één uploadslot, van een bijlage of van een OSO-dossier."
            raise ValueError(msg)
        return self


class BestandOpgave(Public):
    """A file to be uploaded; ``grootte`` in bytes, ``sha256`` of its content in lower-case hex.

    A bijlage is at most 10 MB. An OSO dossier (``soort`` oso-dossier, an .xml) may be larger: the installation says how large.
    ``bijlagesoort`` says what a bijlage is, where an SWV asks for one kind of it with an aanvraagtype.
    """

    naam: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    soort: Soort = "bijlage"
    grootte: Annotated[int, Field(gt=0, le=MAX_OSO)]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    omschrijving: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    bijlagesoort: Bijlagesoort | None = None

    @field_validator("grootte")
    @classmethod
    def _within(cls, value: int, info: ValidationInfo) -> int:
        if info.data.get("soort") == "bijlage" and value > MAX_FILE:
            msg = f"te-groot: Het getal mag hoogstens {MAX_FILE} zijn."
            raise ValueError(msg)
        return value


class UploadslotsAanvragen(Public):
    """Ask for places to upload files to; the answer is ``Uploadslots``."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.uploadslots.aanvragen.v1"

    swv: SwvCode
    bestanden: Annotated[tuple[BestandOpgave, ...], Field(min_length=1, max_length=MAX_FILES)]


class BriefOphalen(Public):
    """Ask for a link to a letter; ``dossiernummer`` and ``sha256`` as in its ``BriefBericht``. The answer is ``BriefLink``.

    A link lives a minute at most. One that is over: ask again, with a new message.
    """

    TYPE: ClassVar[str] = "nl.passend-onderwijs.brief.ophalen.v1"

    dossiernummer: Dossiernummer
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Aanduiding(Public):
    """Which hulpvraag: its ``dossiernummer``, or its ``eigenReferentie`` with the ``school`` for which it was sent."""

    dossiernummer: Dossiernummer | None = None
    eigen_referentie: Referentie | None = None
    school: SchoolOpgave | None = None


class HulpvraagIntrekken(Aanduiding):
    """Withdraw a hulpvraag that is not closed yet (manual 000:893). What status that gives is told as any other."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.hulpvraag.intrekken.v1"

    reden: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class HulpvraagVerwijderen(Aanduiding):
    """Take a closed hulpvraag off one's own list (manual 002:111): nothing more is told of it. The SWV's dossier stays."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.hulpvraag.verwijderen.v1"


class StatusOpvragen(Public):
    """Ask how hulpvragen stand (manual 000:848, "Statussen updaten"); the answer is ``Statussen``.

    Name ``dossiernummers``, or an ``eigenReferentie`` with its ``school``, or a ``school`` alone for all that are open there.
    ``naDossiernummer`` asks for what comes after that number: the ``volgende`` of the answer before.
    """

    TYPE: ClassVar[str] = "nl.passend-onderwijs.status.opvragen.v1"

    dossiernummers: Annotated[tuple[Dossiernummer, ...], Field(max_length=MAX_ASKED)] = ()
    eigen_referentie: Referentie | None = None
    school: SchoolOpgave | None = None
    na_dossiernummer: Dossiernummer | None = None


class KoppelingActiveren(Public):
    """Let an environment of the LVS (``omgeving``, as the LVS names it) send for the school whose verification code this is.

    The code begins with the six positions of the school and has 20 to 50 positions (manuals 002:285, 003:1996). One code is for
    one environment; the same code again takes up what was stopped. Wrong codes are slowed down.
    """

    TYPE: ClassVar[str] = "nl.passend-onderwijs.koppeling.activeren.v1"

    code: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\d{2}[A-Z]{2}\d{2}[!-~]{14,44}$")]
    omgeving: Short


class KoppelingStoppen(Public):
    """Stop sending for a school from this environment, for as long as its code is not entered again (manual 002:300).

    Until then nothing is told of hulpvragen of that school; what there was to tell comes when it is taken up again.
    """

    TYPE: ClassVar[str] = "nl.passend-onderwijs.koppeling.stoppen.v1"

    school: SchoolOpgave
    omgeving: Short


COMMANDS: dict[
    str,
    type[
        HulpvraagIndienen
        | BijlagenToevoegen
        | UploadslotsAanvragen
        | BriefOphalen
        | HulpvraagIntrekken
        | HulpvraagVerwijderen
        | StatusOpvragen
        | KoppelingActiveren
        | KoppelingStoppen
    ],
] = {
    HulpvraagIndienen.TYPE: HulpvraagIndienen,
    BijlagenToevoegen.TYPE: BijlagenToevoegen,
    UploadslotsAanvragen.TYPE: UploadslotsAanvragen,
    BriefOphalen.TYPE: BriefOphalen,
    HulpvraagIntrekken.TYPE: HulpvraagIntrekken,
    HulpvraagVerwijderen.TYPE: HulpvraagVerwijderen,
    StatusOpvragen.TYPE: StatusOpvragen,
    KoppelingActiveren.TYPE: KoppelingActiveren,
    KoppelingStoppen.TYPE: KoppelingStoppen,
}
"""Every command a connector may send, by ``type``."""


class Aanvaard(Public):
    """The command was taken. ``dossiernummer`` is never 0 (manual 000, ch. 5 step 10: 0 means not sent).

    ``waarschuwingen`` are what had better been sent otherwise, for the person at the school; left out when there are none.
    """

    TYPE: ClassVar[str] = "nl.passend-onderwijs.antwoord.aanvaard.v1"

    betreft: str
    eigen_referentie: str | None = None
    dossiernummer: Dossiernummer
    waarschuwingen: tuple[Fault, ...] | None = None


class Geweigerd(Public):
    """The command was not taken; every fault, with field and rule. Nothing was stored but the message as received."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.antwoord.geweigerd.v1"

    betreft: str
    eigen_referentie: str | None = None
    fouten: tuple[Fault, ...]


class KoppelingAntwoord(Public):
    """How this environment's exchange for a school stands now."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.antwoord.koppeling.v1"

    betreft: str
    school: SchoolCode
    omgeving: str
    actief: bool


class UploadslotAntwoord(Public):
    """A place for one file: POST ``velden`` and then the file as multipart/form-data to ``url``, before ``verlooptOp``."""

    uploadslot: UUID
    naam: str
    url: str
    velden: dict[str, str]
    verloopt_op: datetime


class Uploadslots(Public):
    """Where to upload the files asked for; a file that is not welcome carries the rule it breaks.

    ``waarschuwingen``, about ``uploadslots.<place>.naam``, are left out when there are none.
    """

    TYPE: ClassVar[str] = "nl.passend-onderwijs.antwoord.uploadslots.v1"

    betreft: str
    uploadslots: tuple[UploadslotAntwoord, ...]
    geweigerd: tuple[BijlageGeweigerd, ...] = ()
    waarschuwingen: tuple[Fault, ...] | None = None


class BriefLink(Public):
    """Where a letter may be downloaded with one GET until ``verlooptOp``; compare its bytes with ``grootte`` and ``sha256``."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.antwoord.brief.v1"

    betreft: str
    dossiernummer: int
    brief: Literal["TLV-brief", "schoolbrief"]
    naam: str
    grootte: int
    sha256: str
    url: str
    verloopt_op: datetime


class StatusBericht(Public):
    """The hulpvraag has this status now; ``versie`` rises by one with each change.

    Without ``status``: the title is unknown, and a person of the SWV sorts the hulpvraag first.
    """

    TYPE: ClassVar[str] = "nl.passend-onderwijs.bericht.status.v1"

    dossiernummer: int
    versie: int
    status: str | None = None
    reden: str | None = None
    toelichting: str = ""
    gevraagde_actie: str | None = None
    bespreekdatum: date | None = None
    gewijzigd_op: datetime


class Stand(Public):
    """How one hulpvraag stands. Without ``status`` the SWV has not told of it yet."""

    dossiernummer: Dossiernummer
    eigen_referentie: str | None = None
    status: StatusBericht | None = None


class Statussen(Public):
    """How the hulpvragen asked for stand, by dossiernummer; ``onbekend`` are numbers under which you have none.

    With ``volgende`` there are more: ask again with that as ``naDossiernummer``.
    """

    TYPE: ClassVar[str] = "nl.passend-onderwijs.antwoord.statussen.v1"

    betreft: str
    hulpvragen: tuple[Stand, ...]
    onbekend: tuple[int, ...] = ()
    volgende: Dossiernummer | None = None


class BijlagenBericht(Public):
    """What became of a batch of bijlagen."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.bericht.bijlagen.v1"

    dossiernummer: int
    toegevoegd: tuple[str, ...]
    geweigerd: tuple[BijlageGeweigerd, ...] = ()


class BriefBericht(Public):
    """A letter of the SWV stands ready with this hulpvraag; ``BriefOphalen`` fetches it."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.bericht.brief.v1"

    dossiernummer: int
    brief: Literal["TLV-brief", "schoolbrief"]
    naam: str
    sha256: str


class Bevinding(Public):
    """Something about an OSO dossier: the ``code`` of the rule (OSO: LL12), where it stands, and a sentence.

    ``bijlage`` is the name of the bijlage that it is about, as it stands in the dossier.
    """

    code: str
    ernst: Literal["fout", "waarschuwing"]
    veld: str
    bericht: str
    bijlage: str | None = None


class DossierBericht(Public):
    """What became of an OSO dossier. ``afgewezen``: nothing of it was taken over; mend it and send it again.

    ``bijlagen`` went on to be scanned, and a ``BijlagenBericht`` follows; each one that could not be read is a finding by name.
    """

    TYPE: ClassVar[str] = "nl.passend-onderwijs.bericht.dossier.v1"

    dossiernummer: int
    uploadslot: UUID
    uitkomst: Literal["gelezen", "afgewezen"]
    bijlagen: tuple[str, ...] = ()
    bevindingen: tuple[Bevinding, ...] = ()
