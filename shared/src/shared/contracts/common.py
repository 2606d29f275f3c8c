"""Values that several messages share. Field formats follow OSO 2019.1 and the DUO lists."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

SwvCode = Annotated[str, StringConstraints(pattern=r"^(PO|VO)[0-9A-Z]{4}$")]
"""Administratienummer of a samenwerkingsverband, ``PO2507``. OSO's test SWV is ``PO00YY``, so letters may follow."""
SchoolCode = Annotated[str, StringConstraints(pattern=r"^\d{2}[A-Z]{2}\d{2}$")]
"""BRIN and vestiging in six positions, ``99XA00`` (OSO 2019.1: brincode, vestigingscode)."""
Niveau = Literal["leerling", "groep", "school"]
"""What a dossier is about (manual 000, ch. 3)."""
Bijlagesoort = Literal[
    "toelichting-onderwijsbehoeften", "opp", "handelingsplan", "onderzoeksverslag", "toetsgegevens", "toestemming", "overig"
]
"""What a bijlage is, as its sender says (manuals 000:206-210, 000:234)."""
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=8000)]


class Value(BaseModel):
    """A value inside a message."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class School(Value):
    """A school location. ``bestuur`` is the code of its board."""

    code: SchoolCode
    naam: Text
    bestuur: str


class Leerling(Value):
    """The pupil as the school wrote it. ``leerlingid`` is the school's own key (OSO leerlingid); a BSN is never taken."""

    dossier: UUID
    leerlingid: str
    roepnaam: Text
    voorvoegsel: str = ""
    achternaam: Text
    geboortedatum: date

    @property
    def naam(self) -> str:
        """The full name as people write it: ``Noor van den Berg``."""
        return " ".join(part for part in (self.roepnaam, self.voorvoegsel, self.achternaam) if part)


class Contactpersoon(Value):
    """Who at the school applies, and gets the mails (manual 000, ch. 1 step 2)."""

    naam: Text
    email: str
    telefoon: str = ""
    functie: str = ""


class Signaal(Value):
    """One signal of the register: code, severity (A = afkeur, S = signaal) and text (domain: PvE BRON, 7.1.25)."""

    code: int = Field(ge=0, le=999)
    ernst: Literal["A", "S"]
    omschrijving: str
