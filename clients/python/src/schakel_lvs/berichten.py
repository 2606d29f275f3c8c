"""Every message of the contract with connectors. Made by ``schakel docs`` from docs/schemas/connector."""

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from schakel_lvs.base import Command, Heard, HeardValue, Value


class ContactpersoonOpgave(Value):
    """Who gets the mails (manual 000, ch. 1 step 2: name, e-mail, the school's telephone, function)."""

    naam: Annotated[str, Field(min_length=1, max_length=200)]
    email: Annotated[str, Field(max_length=256)]
    telefoon: Annotated[str, Field(max_length=20)] = ""
    functie: Annotated[str, Field(max_length=100)] = ""


class LeerlingOpgave(Value):
    """The pupil. ``leerlingid`` is the key in the LVS; a BSN or onderwijsnummer has no field (OSO rule LL12)."""

    leerlingid: Annotated[str, Field(min_length=1, max_length=200)]
    roepnaam: Annotated[str, Field(min_length=1, max_length=200)]
    voorvoegsel: Annotated[str, Field(max_length=20)] = ""
    achternaam: Annotated[str, Field(min_length=1, max_length=200)]
    geboortedatum: date


class SchoolOpgave(Value):
    """The school that applies: BRIN and vestiging."""

    brin: Annotated[str, Field(pattern=r"^\d{2}[A-Z]{2}$")]
    vestiging: Annotated[str, Field(pattern=r"^\d{2}$")] = "00"


class HulpvraagIndienen(Command):
    """Submit a hulpvraag, or change it and send it again (manual 002:111)."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.hulpvraag.indienen.v1"

    swv: Annotated[str, Field(pattern=r"^(PO|VO)[0-9A-Z]{4}$")]
    eigen_referentie: Annotated[str, Field(min_length=1, max_length=64)]
    aanvraagtype: Annotated[str, Field(min_length=1, max_length=200)]
    datum: date
    omschrijving: Annotated[str, Field(max_length=4000)] = ""
    opp: bool | None = None
    school: SchoolOpgave
    leerling: LeerlingOpgave
    contactpersoon: ContactpersoonOpgave
    gegevensblokken: Annotated[tuple[Literal["Algemene dossiergegevens", "School", "Leerling", "Ouders/Verzorgers", "VVE", "Schoolloopbaan", "Overstapadvies", "Onderwijsondersteuning", "Verzuim", "Eindtoets", "Toetsresultaten", "Handelingsplannen", "Bijlages"], ...], Field(max_length=13)] = ()
    uploadslots: Annotated[tuple[UUID, ...], Field(max_length=20)] = ()
    oso_dossier: UUID | None = None


class BijlagenToevoegen(Command):
    """Add a batch of uploaded files, or an OSO dossier, to an existing hulpvraag; never makes a new one (000, ch."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.bijlagen.toevoegen.v1"

    dossiernummer: Annotated[int, Field(gt=0)]
    uploadslots: Annotated[tuple[UUID, ...], Field(max_length=20)] = ()
    gegevensblokken: Annotated[tuple[Literal["Algemene dossiergegevens", "School", "Leerling", "Ouders/Verzorgers", "VVE", "Schoolloopbaan", "Overstapadvies", "Onderwijsondersteuning", "Verzuim", "Eindtoets", "Toetsresultaten", "Handelingsplannen", "Bijlages"], ...], Field(max_length=13)] = ()
    oso_dossier: UUID | None = None


class BestandOpgave(Value):
    """A file to be uploaded; ``grootte`` in bytes, ``sha256`` of its content in lower-case hex."""

    naam: Annotated[str, Field(min_length=1, max_length=200)]
    soort: Literal["bijlage", "oso-dossier"] = "bijlage"
    grootte: Annotated[int, Field(le=1073741824, gt=0)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    omschrijving: Annotated[str, Field(max_length=200)] = ""
    bijlagesoort: Literal["toelichting-onderwijsbehoeften", "opp", "handelingsplan", "onderzoeksverslag", "toetsgegevens", "toestemming", "overig"] | None = None


class UploadslotsAanvragen(Command):
    """Ask for places to upload files to; the answer is ``Uploadslots``."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.uploadslots.aanvragen.v1"

    swv: Annotated[str, Field(pattern=r"^(PO|VO)[0-9A-Z]{4}$")]
    bestanden: Annotated[tuple[BestandOpgave, ...], Field(min_length=1, max_length=20)]


class HulpvraagIntrekken(Command):
    """Withdraw a hulpvraag that is not closed yet (manual 000:893). What status that gives is told as any other."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.hulpvraag.intrekken.v1"

    dossiernummer: Annotated[int, Field(gt=0)] | None = None
    eigen_referentie: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    school: SchoolOpgave | None = None
    reden: Annotated[str, Field(min_length=1, max_length=1000)]


class HulpvraagVerwijderen(Command):
    """Take a closed hulpvraag off one's own list (manual 002:111): nothing more is told of it. The SWV's dossier stays."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.hulpvraag.verwijderen.v1"

    dossiernummer: Annotated[int, Field(gt=0)] | None = None
    eigen_referentie: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    school: SchoolOpgave | None = None


class StatusOpvragen(Command):
    """Ask how hulpvragen stand (manual 000:848, "Statussen updaten"); the answer is ``Statussen``."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.status.opvragen.v1"

    dossiernummers: Annotated[tuple[Annotated[int, Field(gt=0)], ...], Field(max_length=100)] = ()
    eigen_referentie: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    school: SchoolOpgave | None = None
    na_dossiernummer: Annotated[int, Field(gt=0)] | None = None


class KoppelingActiveren(Command):
    """Let an environment of the LVS (``omgeving``, as the LVS names it) send for the school whose verification code this is."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.koppeling.activeren.v1"

    code: Annotated[str, Field(pattern=r"^\d{2}[A-Z]{2}\d{2}[!-~]{14,44}$")]
    omgeving: Annotated[str, Field(min_length=1, max_length=200)]


class KoppelingStoppen(Command):
    """Stop sending for a school from this environment, for as long as its code is not entered again (manual 002:300)."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.koppeling.stoppen.v1"

    school: SchoolOpgave
    omgeving: Annotated[str, Field(min_length=1, max_length=200)]


class BriefOphalen(Command):
    """Ask for a link to a letter; ``dossiernummer`` and ``sha256`` as in its ``BriefBericht``."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.brief.ophalen.v1"

    dossiernummer: Annotated[int, Field(gt=0)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Fault(HeardValue):
    """What is wrong with one field, in the words of the one who sent it."""

    field: str
    rule: str
    message: str


class Aanvaard(Heard):
    """The command was taken. ``dossiernummer`` is never 0 (manual 000, ch. 5 step 10: 0 means not sent)."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.antwoord.aanvaard.v1"

    betreft: str
    eigen_referentie: str | None = None
    dossiernummer: int
    waarschuwingen: tuple[Fault, ...] | None = None


class Geweigerd(Heard):
    """The command was not taken; every fault, with field and rule. Nothing was stored but the message as received."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.antwoord.geweigerd.v1"

    betreft: str
    eigen_referentie: str | None = None
    fouten: tuple[Fault, ...]


class BijlageGeweigerd(HeardValue):
    """A file that did not become a bijlage. ``regel`` is a slug, ``bericht`` a sentence for the school."""

    naam: str
    regel: str
    bericht: str


class UploadslotAntwoord(HeardValue):
    """A place for one file: POST ``velden`` and then the file as multipart/form-data to ``url``, before ``verlooptOp``."""

    uploadslot: UUID
    naam: str
    url: str
    velden: dict[str, str]
    verloopt_op: datetime


class Uploadslots(Heard):
    """Where to upload the files asked for; a file that is not welcome carries the rule it breaks."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.antwoord.uploadslots.v1"

    betreft: str
    uploadslots: tuple[UploadslotAntwoord, ...]
    geweigerd: tuple[BijlageGeweigerd, ...] = ()
    waarschuwingen: tuple[Fault, ...] | None = None


class BriefLink(Heard):
    """Where a letter may be downloaded with one GET until ``verlooptOp``."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.antwoord.brief.v1"

    betreft: str
    dossiernummer: int
    brief: Literal["TLV-brief", "schoolbrief"]
    naam: str
    grootte: int
    sha256: str
    url: str
    verloopt_op: datetime


class StatusBericht(Heard):
    """The hulpvraag has this status now; ``versie`` rises by one with each change."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.bericht.status.v1"

    dossiernummer: int
    versie: int
    status: str | None = None
    reden: str | None = None
    toelichting: str = ""
    gevraagde_actie: str | None = None
    bespreekdatum: date | None = None
    gewijzigd_op: datetime


class Stand(HeardValue):
    """How one hulpvraag stands. Without ``status`` the SWV has not told of it yet."""

    dossiernummer: int
    eigen_referentie: str | None = None
    status: StatusBericht | None = None


class Statussen(Heard):
    """How the hulpvragen asked for stand, by dossiernummer; ``onbekend`` are numbers under which you have none."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.antwoord.statussen.v1"

    betreft: str
    hulpvragen: tuple[Stand, ...]
    onbekend: tuple[int, ...] = ()
    volgende: int | None = None


class KoppelingAntwoord(Heard):
    """How this environment's exchange for a school stands now."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.antwoord.koppeling.v1"

    betreft: str
    school: str
    omgeving: str
    actief: bool


class BijlagenBericht(Heard):
    """What became of a batch of bijlagen."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.bericht.bijlagen.v1"

    dossiernummer: int
    toegevoegd: tuple[str, ...]
    geweigerd: tuple[BijlageGeweigerd, ...] = ()


class BriefBericht(Heard):
    """A letter of the SWV stands ready with this hulpvraag; ``BriefOphalen`` fetches it."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.bericht.brief.v1"

    dossiernummer: int
    brief: Literal["TLV-brief", "schoolbrief"]
    naam: str
    sha256: str


class Bevinding(HeardValue):
    """Something about an OSO dossier: the ``code`` of the rule (OSO: LL12), where it stands, and a sentence."""

    code: str
    ernst: Literal["fout", "waarschuwing"]
    veld: str
    bericht: str
    bijlage: str | None = None


class DossierBericht(Heard):
    """What became of an OSO dossier. ``afgewezen``: nothing of it was taken over; mend it and send it again."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.bericht.dossier.v1"

    dossiernummer: int
    uploadslot: UUID
    uitkomst: Literal["gelezen", "afgewezen"]
    bijlagen: tuple[str, ...] = ()
    bevindingen: tuple[Bevinding, ...] = ()


Opdracht = (
    HulpvraagIndienen
    | BijlagenToevoegen
    | UploadslotsAanvragen
    | HulpvraagIntrekken
    | HulpvraagVerwijderen
    | StatusOpvragen
    | KoppelingActiveren
    | KoppelingStoppen
    | BriefOphalen
)
"""What a connector may send."""
Antwoord = Aanvaard | Geweigerd | Uploadslots | BriefLink | Statussen | KoppelingAntwoord
"""What answers a command."""
Bericht = StatusBericht | BijlagenBericht | BriefBericht | DossierBericht
"""What comes later, about a hulpvraag."""
HEARD: dict[str, type[Antwoord | Bericht]] = {
    Aanvaard.TYPE: Aanvaard,
    Geweigerd.TYPE: Geweigerd,
    Uploadslots.TYPE: Uploadslots,
    BriefLink.TYPE: BriefLink,
    Statussen.TYPE: Statussen,
    KoppelingAntwoord.TYPE: KoppelingAntwoord,
    StatusBericht.TYPE: StatusBericht,
    BijlagenBericht.TYPE: BijlagenBericht,
    BriefBericht.TYPE: BriefBericht,
    DossierBericht.TYPE: DossierBericht,
}
"""Everything a connector may hear, by ``type``."""
