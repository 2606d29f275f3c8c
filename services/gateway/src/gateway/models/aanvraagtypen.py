"""What may be asked of an SWV, as its rules say it."""

from typing import Literal

from pydantic import Field

from gateway.models.base import Answer


class Bijlagevraag(Answer):
    """A bijlage that goes with an aanvraagtype. ``wanneer`` says in which cases, empty for always."""

    naam: str
    verplicht: bool
    wanneer: str


class Termijn(Answer):
    """A term that goes with an aanvraagtype. ``duur`` and ``eenheid`` are null for a day of the year."""

    naam: str
    duur: int | None
    eenheid: str | None
    toelichting: str


class Aanvraagtype(Answer):
    """A kind of hulpvraag that may be chosen, by its exact title. ``groepsnaam`` says how the SWV wants a groep named."""

    titel: str
    aliassen: list[str]
    niveau: str
    kanaal: str
    toelichting: str
    standaardtekst: str
    groepsnaam: str
    coordinator: str
    bijlagen: list[Bijlagevraag]
    formulieren: list[str]
    termijnen: list[Termijn]
    statussen: list[str]


class Aanvraagtypen(Answer):
    """What may be asked of this SWV. ``onbekendeTitel``: what happens to a title that is not here."""

    swv: str
    versie: int
    onbekende_titel: Literal["aanvaarden", "weigeren"]
    aanvraagtypes: list[Aanvraagtype] = Field(description="in de volgorde van het samenwerkingsverband")
