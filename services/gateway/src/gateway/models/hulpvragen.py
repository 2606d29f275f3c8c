"""Hulpvragen: lists, one, its history, its decisions, and what may be done with it."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import StringConstraints

from gateway.models.base import Answer, Command, Line, Moment, Story
from shared.contracts.common import Contactpersoon, Leerling, School, Signaal


class HulpvraagRegel(Answer):
    """One line of the list. ``status`` is empty while the SWV still has to sort an unknown title.

    ``deadline`` is the last day of the first term that runs.
    """

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
    ingediend_op: Moment
    gewijzigd_op: Moment


class HulpvragenPagina(Answer):
    """A page of the list, newest first. ``volgende`` is the value of ``pagina`` for the next one; empty on the last."""

    hulpvragen: list[HulpvraagRegel]
    volgende: str | None


class Stap(Answer):
    """A status that may be given now; ``vereist`` names ``reden``, ``datum``, ``bevestiging`` or ``formulier: <titel>``."""

    status: str
    betekenis: str
    vereist: list[str]

    @property
    def formulieren(self) -> list[str]:
        """The forms that must stand with the hulpvraag as a bijlage of that name."""
        return [eis.partition(": ")[2] for eis in self.vereist if eis.startswith("formulier: ")]


class Brief(Answer):
    """A letter of a decision; download it as bijlage ``bijlage``."""

    besluit: UUID
    brief: str
    bij: str
    bijlage: UUID
    naam: str
    grootte: int
    sha256: str
    versie: int


class Hulpvraag(Answer):
    """One hulpvraag as this person sees it now, with the steps this person may take.

    ``aandachtspunten`` are warnings, never refusals. With ``beperkt`` one may add to it, but not see yet what it holds.
    ``opp``: whether the OPP of the LVS was sent along, null where the LVS did not ask.
    """

    dossiernummer: int
    hulpvraag: UUID
    dossier: UUID
    swv: str
    titel: str
    aanvraagtype: str | None
    niveau: str
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
    ingediend_op: Moment
    gewijzigd_op: Moment
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


class StatuswijzigingOpgave(Command):
    """A change of status. ``reden`` and ``bespreekdatum`` are obligatory where the step says so."""

    status: Line
    reden: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] | None = None
    toelichting: Story = ""
    bespreekdatum: date | None = None
    bevestigd: bool = False


class Statuswijziging(Answer):
    """The change that was made; ``versie`` is the hulpvraag's version from here on."""

    wijziging: UUID
    dossiernummer: int
    versie: int
    vorige: str | None
    status: str | None
    einde: bool
    gewijzigd_op: Moment


class Mailing(Answer):
    """A mail that belongs to a change; ``gepland`` is false when nobody's address is known for that audience."""

    doelgroep: str
    gepland: bool


_FROM_LVS = {
    "gewijzigd": "gewijzigd door de school, in het leerlingvolgsysteem",
    "ingetrokken": "ingetrokken door de school, in het leerlingvolgsysteem",
}


_FIELDS = {
    "aanvraagtype": "het aanvraagtype",
    "omschrijving": "de omschrijving",
    "opp": "of het OPP meegaat",
    "groep": "de groep",
    "leerling.roepnaam": "de roepnaam",
    "leerling.voorvoegsel": "het tussenvoegsel",
    "leerling.achternaam": "de achternaam",
    "leerling.geboortedatum": "de geboortedatum",
    "contactpersoon.naam": "de naam van de contactpersoon",
    "contactpersoon.email": "het mailadres van de contactpersoon",
    "contactpersoon.telefoon": "het telefoonnummer van de contactpersoon",
    "contactpersoon.functie": "de functie van de contactpersoon",
}


class Historieregel(Answer):
    """One change in the history. ``door`` is a role, or ``automatisch``; ``aanleiding`` is what led to it.

    ``velden`` names what the school changed, where it sent its hulpvraag again: ``omschrijving``, ``contactpersoon.email``.
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
    gewijzigd_op: Moment
    velden: list[str]
    mails: list[Mailing]

    @property
    def gewijzigd(self) -> str:
        """What the school changed, in words; empty where it changed nothing that we show."""
        *others, last = [_FIELDS.get(veld, veld) for veld in self.velden] or [""]
        return f"{', '.join(others)} en {last}" if others else last

    @property
    def wie(self) -> str:
        """Who did it, in words; a status may have stayed the same when the school changed its hulpvraag."""
        return self.door if self.door != "automatisch" else _FROM_LVS.get(self.aanleiding, "vanzelf")


class Statushistorie(Answer):
    """Every change, oldest first."""

    dossiernummer: int
    wijzigingen: list[Historieregel]


class AanvraagtypeKeuze(Command):
    """The aanvraagtype of a hulpvraag with an unknown title."""

    aanvraagtype: Line


class BesluitOpgave(Command):
    """A decision. Without ``genomenOp`` it is taken today; ``categorie`` goes with a TLV that is granted."""

    soort: Literal["TLV", "arrangement"]
    toegekend: bool
    categorie: Literal["L", "M", "H"] | None = None
    begin: date | None = None
    eind: date | None = None
    omschrijving: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] = ""
    begeleider: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    motivering: Story
    genomen_op: date | None = None


class RegistratieStaat(Answer):
    """How a decision stands at the register."""

    registratie: UUID
    soort: str
    staat: str
    versie: int
    signalen: list[Signaal]
    gewijzigd_op: Moment


class Besluit(Answer):
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
    vastgelegd_op: Moment
    brief: str | None
    brieven: list[Brief]
    registraties: list[RegistratieStaat]

    @property
    def awaits_letter(self) -> bool:
        """Whether the letter of this version is still to come."""
        return self.brief is not None and (self.brief, self.versie) not in {(made.brief, made.versie) for made in self.brieven}


class Besluiten(Answer):
    """The decisions on a hulpvraag."""

    dossiernummer: int
    besluiten: list[Besluit]
