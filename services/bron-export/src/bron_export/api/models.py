"""What goes over HTTP, in camelCase."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from bron_export.domain.gegevens import Soort
from bron_export.domain.mandaat import Mandaat
from bron_export.domain.regels import controleer
from bron_export.domain.registratie import REDENEN, Reden, Registratie
from bron_export.toegang import may_act
from bron_export.usecases.inzage import Inzage
from shared import clock
from shared.contracts.bron_export import Registratiestaat
from shared.contracts.common import Signaal
from shared.contracts.connector import Public
from shared.tokens import Actor

Tekst = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Handeling = Literal["verzenden", "corrigeren"]


class Bevinding(Public):
    """What the register will say about one field, before anything is sent."""

    veld: str
    signaal: Signaal


class RedenAntwoord(Public):
    """Why it is not further yet."""

    code: Reden
    tekst: str


class RegistratieAntwoord(Public):
    """One registration; ``handelingen`` is what this actor may do with it now."""

    id: UUID
    hulpvraag: UUID
    dossiernummer: int
    besluit: UUID
    besluitversie: int
    client_referentie: str
    soort: Soort
    samenwerkingsverband: str
    school: str
    nummer: str
    categorie: str | None
    begin: date | None
    eind: date | None
    omschrijving: str
    begeleider: str
    staat: Registratiestaat
    versie: int
    signalen: tuple[Signaal, ...]
    bevindingen: tuple[Bevinding, ...]
    reden: RedenAntwoord | None
    volgende_poging_op: datetime | None
    gewijzigd_op: datetime
    handelingen: tuple[Handeling, ...]


class RegistratieLijst(Public):
    """A page of registrations, last changed first."""

    registraties: tuple[RegistratieAntwoord, ...]
    pagina: int
    meer: bool


class Poging(Public):
    """One line of the attempt log: an attempt begun, or what came of it."""

    poging: UUID
    handeling: str
    volgnummer: int
    stap: Literal["begonnen", "afgelopen"]
    uitkomst: str | None
    detail: str
    signalen: tuple[Signaal, ...]
    op: datetime


class CorrectieAntwoord(Public):
    """What a person changed, and why."""

    volgnummer: int
    reden: str
    oud: dict[str, Any]
    nieuw: dict[str, Any]
    op: datetime


class RegistratieDetail(RegistratieAntwoord):
    """One registration with everything that was tried, newest first, and corrected."""

    pogingen: tuple[Poging, ...]
    correcties: tuple[CorrectieAntwoord, ...]


class Correctie(Public):
    """Fields to change, each only when it is named; the number and the category come from the decision."""

    reden: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    begin: date | None = None
    eind: date | None = None
    omschrijving: Tekst | None = None
    begeleider: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] | None = None

    @model_validator(mode="after")
    def _named_means_filled(self) -> Self:
        empty = sorted(name for name in self.model_fields_set if getattr(self, name) is None)
        if empty:
            msg = f"verplicht: Vul een waarde in, of laat het veld weg: {', '.join(empty)}."
            raise ValueError(msg)
        return self

    @property
    def changes(self) -> dict[str, str | date]:
        """The fields that were named, without the reason."""
        return {name: getattr(self, name) for name in self.model_fields_set if name != "reden"}


class MandaatOpgave(Public):
    """A period, both days included; without ``tot`` until further notice. End a mandate by naming its last day."""

    van: date
    tot: date | None = None


class MandaatAntwoord(Public):
    """The mandate that counts for a school; ``geldig`` is said of today."""

    id: UUID
    samenwerkingsverband: str
    school: str
    gever: str
    van: date
    tot: date | None
    geldig: bool
    versie: Annotated[int, Field(ge=1)]


def as_answer(registratie: Registratie, actor: Actor, beheerrollen: Collection[str]) -> RegistratieAntwoord:
    """Show a registration to this actor."""
    return RegistratieAntwoord(**_members(registratie, actor, beheerrollen))


def as_detail(inzage: Inzage, actor: Actor, beheerrollen: Collection[str]) -> RegistratieDetail:
    """Show a registration with its history."""
    return RegistratieDetail(
        **_members(inzage.registratie, actor, beheerrollen),
        pogingen=tuple(Poging.model_validate(row) for row in inzage.pogingen),
        correcties=tuple(CorrectieAntwoord.model_validate(row) for row in inzage.correcties),
    )


def mandate_answer(mandaat: Mandaat) -> MandaatAntwoord:
    """Show a mandate."""
    return MandaatAntwoord(
        id=mandaat.id,
        samenwerkingsverband=mandaat.swv,
        school=mandaat.school,
        gever=mandaat.gever,
        van=mandaat.van,
        tot=mandaat.tot,
        geldig=mandaat.is_geldig(clock.today()),
        versie=mandaat.versie,
    )


def _members(registratie: Registratie, actor: Actor, beheerrollen: Collection[str]) -> dict[str, Any]:
    data = registratie.gegevens
    settled = registratie.staat in {"geaccepteerd", "vervallen"}
    findings = () if settled else controleer(data, vandaag=clock.today())
    acts: list[Handeling] = []
    if may_act(actor, beheerrollen):
        waits = registratie.reden in {"eerdere-versie", "nieuwere-versie"}
        if not settled and not waits:
            acts.append("verzenden")
        if registratie.may("gecorrigeerd") and registratie.poging is None and registratie.reden != "nieuwere-versie":
            acts.append("corrigeren")
    return {
        "id": registratie.id,
        "hulpvraag": registratie.hulpvraag,
        "dossiernummer": registratie.dossiernummer,
        "besluit": registratie.besluit,
        "besluitversie": registratie.besluitversie,
        "client_referentie": registratie.client_referentie,
        "soort": data.soort,
        "samenwerkingsverband": data.swv,
        "school": data.school,
        "nummer": data.nummer,
        "categorie": data.categorie,
        "begin": data.begin,
        "eind": data.eind,
        "omschrijving": data.omschrijving,
        "begeleider": data.begeleider,
        "staat": registratie.staat,
        "versie": registratie.versie,
        "signalen": registratie.signalen,
        "bevindingen": [Bevinding(veld=each.veld, signaal=each.signaal) for each in findings],
        "reden": RedenAntwoord(code=registratie.reden, tekst=REDENEN[registratie.reden]) if registratie.reden else None,
        "volgende_poging_op": registratie.volgende_poging_op,
        "gewijzigd_op": registratie.gewijzigd_op,
        "handelingen": acts,
    }
