"""The JSON of this service's answers and requests: camelCase, and for requests nothing that is not named here."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from shared.contracts.common import Contactpersoon, Leerling, Niveau, School, Signaal
from shared.text import READABLE
from workflow.access import Handeling
from workflow.domain.ruleset import Kanaal
from workflow.usecases.capability import Dienst

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), READABLE]
Paragraph = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000), READABLE]
Story = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000), READABLE]
Words = Annotated[str, StringConstraints(max_length=200), READABLE]
Address = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=256, pattern=r"^[^@\s<>,;\"]{1,64}@[\w-]+(\.[\w-]+)+$"),
    READABLE,
]


class Shape(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


class Body(Shape):
    """The body of a request; unknown fields are refused by name."""

    model_config = ConfigDict(extra="forbid")


class Statuswijziging(Body):
    """A change of status. ``reden`` and ``bespreekdatum`` are obligatory where the step says so in ``vereist``."""

    status: Line
    reden: Paragraph | None = None
    toelichting: Story = ""
    bespreekdatum: date | None = None
    bevestigd: bool = False


class Titelkeuze(Body):
    """The aanvraagtype of a hulpvraag whose title was unknown."""

    aanvraagtype: Line


class NieuwBesluit(Body):
    """A decision. Without ``genomenOp`` it is taken today; ``categorie`` is for a TLV that is granted."""

    soort: Literal["TLV", "arrangement"]
    toegekend: bool
    categorie: Literal["L", "M", "H"] | None = None
    begin: date | None = None
    eind: date | None = None
    omschrijving: Paragraph = ""
    begeleider: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), READABLE] = ""
    motivering: Story
    genomen_op: date | None = None


class Machtigingsvraag(Body):
    """Leave that is asked for; ``bijlage`` only with ``bijlage-downloaden``."""

    handeling: Handeling
    bijlage: UUID | None = None
    dienst: Dienst = "documents"


class Postbuskeuze(Body):
    """The address of a role; null clears it."""

    email: Address | None


class Stap(Shape):
    """A step this actor may take now; ``vereist`` names ``reden``, ``datum``, ``bevestiging`` or ``formulier: <titel>``."""

    status: str
    betekenis: str
    vereist: list[str]


class Regel(Shape):
    """One row of the list."""

    dossiernummer: int
    naam: str
    aanvraagtype: str
    status: str | None
    einde: bool
    school: str
    schoolnaam: str
    versie: int
    deadline: date | None
    coordinator: str | None
    labels: list[str]
    ingediend_op: datetime
    gewijzigd_op: datetime


class Bladzijde(Shape):
    """A page of the list. ``volgende`` is the value of ``pagina`` for the next one; null on the last."""

    hulpvragen: list[Regel]
    volgende: str | None


class Brief(Shape):
    """A letter of a decision, to be had as bijlage ``bijlage``."""

    besluit: UUID
    brief: str
    bij: str
    bijlage: UUID
    naam: str
    grootte: int
    sha256: str
    versie: int


class HulpvraagDetail(Shape):
    """A hulpvraag as one actor sees it now.

    ``aandachtspunten`` are warnings, never refusals. With ``beperkt`` this actor may add to it, but not see what it holds.
    ``toegangTotEnMet`` is the last day of an actor who was let in to this one.
    """

    dossiernummer: int
    hulpvraag: UUID
    dossier: UUID
    swv: str
    titel: str
    aanvraagtype: str | None
    niveau: Niveau
    naam: str
    leerling: Leerling | None
    groep: str | None
    school: School
    contactpersoon: Contactpersoon
    omschrijving: str
    opp: bool | None
    kanaal: str
    status: str | None
    betekenis: str
    einde: bool
    wacht_op: str | None
    gevraagde_actie: str | None
    reden: str | None
    toelichting: str
    bespreekdatum: date | None
    versie: int
    ingediend_op: datetime
    gewijzigd_op: datetime
    formulieren: list[str]
    brieven: list[Brief]
    volgende_stappen: list[Stap]
    besluitsoort: str | None
    mag_besluiten: bool
    mag_sorteren: bool
    mag_bijlagen_toevoegen: bool
    mag_labelen: bool
    mag_coordinator_kiezen: bool
    mag_delen: bool
    mag_overdragen: bool
    mag_logboek: bool
    mag_oso_downloaden: bool
    mag_inzage_maken: bool
    toegang_tot_en_met: date | None
    lijkt_op: list[str]
    deadline: date | None
    coordinator: str | None
    labels: list[str]
    aandachtspunten: list[str]
    beperkt: bool


class Mailing(Shape):
    """A mail that belongs to a change; ``gepland`` is false when no address is known for that audience."""

    doelgroep: str
    sjabloon: str
    gepland: bool


class Wijziging(Shape):
    """One change in the history. ``door`` is a role, or ``automatisch``; ``aanleiding`` is what led to it.

    ``velden`` names what the school changed, where it sent its hulpvraag again.
    """

    wijziging: UUID
    versie: int
    vorige: str | None
    status: str | None
    reden: str | None
    toelichting: str
    bespreekdatum: date | None
    aanleiding: str
    door: str
    naam: str | None
    gewijzigd_op: datetime
    velden: list[str]
    mails: list[Mailing]


class Gewijzigd(Shape):
    """The answer to a change: the version after it."""

    wijziging: UUID
    dossiernummer: int
    versie: int
    vorige: str | None
    status: str | None
    einde: bool
    gewijzigd_op: datetime


class Historie(Shape):
    """Every change, oldest first."""

    dossiernummer: int
    wijzigingen: list[Wijziging]


class Registratie(Shape):
    """How a decision stands at the register."""

    registratie: UUID
    soort: str
    staat: str
    versie: int
    signalen: list[Signaal]
    gewijzigd_op: datetime


class Besluit(Shape):
    """A decision in its newest version, with its letters and registrations.

    ``brief`` names the letter that goes with it, null where there is none; it is made when ``brieven`` has it in ``versie``.
    """

    besluit: UUID
    nummer: str
    soort: str
    toegekend: bool
    categorie: str | None
    begin: date | None
    eind: date | None
    omschrijving: str
    begeleider: str
    motivering: str
    genomen_op: date
    versie: int
    naam: str
    rol: str
    vastgelegd_op: datetime
    brief: str | None
    brieven: list[Brief]
    registraties: list[Registratie]


class Besluiten(Shape):
    """The decisions on a hulpvraag."""

    dossiernummer: int
    besluiten: list[Besluit]


class Termijn(Shape):
    """A term that goes with an aanvraagtype. ``duur`` and ``eenheid`` are null for a day of the year."""

    naam: str
    duur: int | None
    eenheid: str | None
    toelichting: str


class Bijlagevraag(Shape):
    """A bijlage that goes with an aanvraagtype. ``wanneer`` says in which cases, empty for always."""

    naam: str
    verplicht: bool
    wanneer: str


class Keuze(Shape):
    """An aanvraagtype this actor may choose; any of ``titel`` and ``aliassen``, exactly so, leads to it.

    ``groepsnaam`` says how the SWV wants a groep to be named.
    """

    titel: str
    aliassen: list[str]
    niveau: Niveau
    kanaal: Kanaal
    toelichting: str
    standaardtekst: str
    groepsnaam: str
    coordinator: str
    bijlagen: list[Bijlagevraag]
    formulieren: list[str]
    termijnen: list[Termijn]
    statussen: list[str]


class Keuzes(Shape):
    """The aanvraagtypes of an SWV."""

    swv: str
    versie: int
    onbekende_titel: Literal["aanvaarden", "weigeren"]
    aanvraagtypes: list[Keuze]


class Postbus(Shape):
    """The address of a role; null when there is none."""

    rol: str
    email: str | None


class Postbussen(Shape):
    """The roles of the SWV that can have a postbus; ``magWijzigen``: this actor may set them."""

    swv: str
    mag_wijzigen: bool
    postbussen: list[Postbus]


class Toestemming(Shape):
    """A capability for the header ``Schakel-Machtiging`` at documents."""

    machtiging: str
    verloopt_op: datetime | None = Field(description="ten hoogste een minuut na nu")
