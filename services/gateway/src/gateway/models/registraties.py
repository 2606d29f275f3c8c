"""Registrations of decisions at the register (BRON/ROD)."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import StringConstraints, model_validator

from gateway.models.base import Answer, Command, Moment
from shared.contracts.common import Signaal


class Bevinding(Answer):
    """What the register will say about one field, before anything is sent."""

    veld: str
    signaal: Signaal


class Wachtreden(Answer):
    """Why it is not further yet."""

    code: str
    tekst: str


class Registratie(Answer):
    """One registration; ``handelingen`` is what this person may do with it now."""

    id: UUID
    hulpvraag: UUID
    dossiernummer: int
    besluit: UUID
    besluitversie: int
    client_referentie: str
    soort: str
    samenwerkingsverband: str
    school: str
    nummer: str
    categorie: str | None
    begin: date | None
    eind: date | None
    omschrijving: str
    begeleider: str
    staat: str
    versie: int
    signalen: list[Signaal]
    bevindingen: list[Bevinding]
    reden: Wachtreden | None
    volgende_poging_op: Moment | None
    gewijzigd_op: Moment
    handelingen: list[str]


class Registraties(Answer):
    """A page of registrations, last changed first."""

    registraties: list[Registratie]
    pagina: int
    meer: bool


class RegistratieCorrectie(Command):
    """Fields to change, each only when it is named, and why."""

    reden: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    begin: date | None = None
    eind: date | None = None
    omschrijving: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)] | None = None
    begeleider: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] | None = None

    @model_validator(mode="after")
    def _named_means_filled(self) -> Self:
        empty = sorted(name for name in self.model_fields_set if getattr(self, name) is None)
        if empty:
            msg = f"verplicht: Vul een waarde in, of laat het veld weg: {', '.join(empty)}."
            raise ValueError(msg)
        return self
