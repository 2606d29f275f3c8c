"""What workflow tells the others. ``subject`` is the hulpvraag, ``sequence`` its version."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.common import Bijlagesoort, Contactpersoon, Leerling, LongText, Niveau, School, SwvCode, Text, Value
from shared.envelope import Data


class Geadresseerde(Value):
    """One recipient of one mail. ``doelgroep`` is the audience in the rule set, ``sjabloon`` the template's name."""

    doelgroep: Text
    naam: str
    email: str
    sjabloon: Text


class StatusGewijzigd(Data):
    """A hulpvraag got this status. The full state, not a difference: the highest ``versie`` wins.

    ``status`` is None while a person still has to sort a hulpvraag with an unknown title. ``wijziging`` is the id of the
    history row: a mail belongs to it. ``door`` is the role that did it, or ``automatisch``.
    """

    TYPE: ClassVar[str] = "nl.passend-onderwijs.hulpvraag.status-gewijzigd.v1"

    swv: SwvCode
    hulpvraag: UUID
    dossiernummer: int
    aanvraagtype: Text
    wijziging: UUID
    versie: int
    status: str | None = None
    vorige: str | None = None
    einde: bool = False
    reden: str | None = None
    toelichting: LongText = ""
    gevraagde_actie: str | None = None
    bespreekdatum: date | None = None
    gewijzigd_op: datetime
    door: str
    connector: str | None = None
    mails: tuple[Geadresseerde, ...] = ()


class TermijnBereikt(Data):
    """A term of a hulpvraag runs out soon, or did. ``moment`` is its id: a mail belongs to it. ``deadline`` is the last day."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.termijn.bereikt.v1"

    swv: SwvCode
    hulpvraag: UUID
    dossiernummer: int
    aanvraagtype: Text
    status: str | None = None
    moment: UUID
    soort: Literal["herinnering", "bereikt"]
    termijn: Text
    toelichting: LongText = ""
    deadline: date
    op: datetime
    mails: tuple[Geadresseerde, ...] = ()


class ToegangGemeld(Data):
    """Someone was let in to a hulpvraag, or that ends soon. ``melding`` is its id: a mail belongs to it.

    ``tot_en_met`` is the last day.
    """

    TYPE: ClassVar[str] = "nl.passend-onderwijs.toegang.gemeld.v1"

    swv: SwvCode
    hulpvraag: UUID
    dossiernummer: int
    aanvraagtype: Text
    melding: UUID
    soort: Literal["gegeven", "loopt-af"]
    tot_en_met: date
    op: datetime
    mails: tuple[Geadresseerde, ...]


class OverdrachtGedaan(Data):
    """Someone took over from another. ``subject`` is ``overdracht``; a mail belongs to it. Counts only, no pupils.

    ``hulpvragen`` are those that came to the new person as contactpersoon of a school, or as coordinator; ``toegangen`` those
    that they may look at from now on; ``overlegrondes`` those that they lead from now on.
    """

    TYPE: ClassVar[str] = "nl.passend-onderwijs.overdracht.gedaan.v1"

    swv: SwvCode
    overdracht: UUID
    soort: Literal["school", "coordinator"]
    hulpvragen: int
    kringen: int
    toegangen: int
    overlegrondes: int = 0
    op: datetime
    mails: tuple[Geadresseerde, ...]


class OverlegGemeld(Data):
    """Someone may take part in an overlegronde, someone reacted in it, or it ends soon. ``melding``: a mail belongs to it.

    ``tot_en_met`` is its last day. What it is about is not told: that may name a child.
    """

    TYPE: ClassVar[str] = "nl.passend-onderwijs.overleg.gemeld.v1"

    swv: SwvCode
    hulpvraag: UUID
    dossiernummer: int
    aanvraagtype: Text
    overlegronde: UUID
    melding: UUID
    soort: Literal["uitnodiging", "reactie", "loopt-af"]
    tot_en_met: date
    op: datetime
    mails: tuple[Geadresseerde, ...]


class DossierVernietigd(Data):
    """A hulpvraag is erased after its term: every service erases what it holds of it, and says so. Nothing of a person.

    ``subject`` is ``vernietiging:<id>``; ``VernietigingBevestigd`` answers.
    """

    TYPE: ClassVar[str] = "nl.passend-onderwijs.dossier.vernietigd.v1"

    swv: SwvCode
    hulpvraag: UUID
    dossiernummer: int
    vernietiging: UUID
    op: datetime


class VereisteBijlage(Value):
    """A bijlage that must come along from an LVS: its name in the rules, its kind, and what becomes of a hulpvraag without."""

    naam: Text
    soort: Bijlagesoort
    ontbreekt: Literal["waarschuwen", "weigeren"]


class Titel(Value):
    """A title under which something may be asked, exactly so, the way it may come in, and what must come along from an LVS."""

    titel: Text
    niveau: Niveau
    kanaal: Literal["LVS", "direct", "beide"]
    bijlagen: tuple[VereisteBijlage, ...] = ()


class Rolnaam(Value):
    """A name or alias of a role, the kind of organisation whose people hold it, and what it manages.

    ``sorteert``: it sorts what comes in, hulpvragen with an unknown title and dossiers that may be of one pupil.
    ``alleen_cijfers``: it shows how many there are, and opens nothing else. ``per_platform``: it opens what is of the
    schools of one's platforms.
    """

    naam: Text
    soort: Literal["school", "swv", "bestuur"]
    beheert_registraties: bool = False
    beheert_accounts: bool = False
    is_alias: bool = False
    alleen_cijfers: bool = False
    per_platform: bool = False
    sorteert: bool = False


class RegelsGepubliceerd(Data):
    """An SWV has a new version of its rules: what others must know of it. ``subject`` is fixed per SWV.

    ``rollen`` are the roles by which someone gets in (``shared.roles``).
    ``onbekende_titel`` says what becomes of any other title; with ``zonder_leerlingnaam`` it may not hold the pupil's name.
    """

    TYPE: ClassVar[str] = "nl.passend-onderwijs.regels.gepubliceerd.v1"

    swv: SwvCode
    versie: int
    onbekende_titel: Literal["aanvaarden", "weigeren"]
    zonder_leerlingnaam: bool = False
    titels: tuple[Titel, ...]
    rollen: tuple[Rolnaam, ...] = ()


class Afzender(Value):
    """The SWV as it stands on a letter."""

    naam: Text
    adres: Text
    postcode: str
    plaats: Text
    telefoon: str = ""
    email: str = ""


class BesluitGenomen(Data):
    """The SWV decided. ``versie`` above 1 corrects an earlier one under the same number.

    ``brief`` names the letter that must be made and where it stands, ``registratie`` what the register must get; None is
    nothing. ``categorie`` is L, M or H for a TLV. Dates are inclusive.
    """

    TYPE: ClassVar[str] = "nl.passend-onderwijs.besluit.genomen.v1"

    swv: SwvCode
    hulpvraag: UUID
    dossiernummer: int
    besluit: UUID
    versie: int
    nummer: Text
    soort: Literal["TLV", "arrangement"]
    toegekend: bool
    categorie: Literal["L", "M", "H"] | None = None
    begin: date | None = None
    eind: date | None = None
    omschrijving: LongText
    begeleider: str = ""
    motivering: LongText
    genomen_op: date
    niveau: Niveau
    groep: str | None = None
    school: School
    leerling: Leerling | None = None
    contactpersoon: Contactpersoon
    afzender: Afzender
    brief: Literal["TLV-brief", "schoolbrief"] | None = None
    brief_bij: Literal["hulpvraag", "besluit"] | None = None
    registratie: Literal["TLV", "onderwijsarrangement"] | None = None
