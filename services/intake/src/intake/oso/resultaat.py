"""What reading an OSO dossier gives, and within what bounds it is read."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from intake.oso.dossier import Onderdeel, OsoDossier
from shared.errors import Fault, InvalidInput

Ernst = Literal["fout", "waarschuwing"]
Profiel = Literal["POSWV", "VOSWV"]


class OsoOnleesbaar(InvalidInput):
    """What was sent is no OSO dossier that we can read. ``fault.rule`` says why: geen-xml, dtd, versie-onbekend, and so on."""

    slug = "oso-onleesbaar"
    title = "Dit OSO-dossier kunnen wij niet lezen"

    def __init__(self, rule: str, message: str) -> None:
        super().__init__([Fault(field="(dossier)", rule=rule, message=message)])

    @property
    def fault(self) -> Fault:
        """The one reason."""
        return self.faults[0]


class Bevinding(BaseModel):
    """What is the matter at one place in the dossier.

    ``veld`` is a dotted path below ``dossier`` (``huidigeschool.leerling.verzorger.1.adreslijst``), with a number from 0 where
    there are more of the name. ``bericht`` holds no value from the dossier; ``bijlage`` is the name of the bijlage as sent,
    when it is about one: not for a log.
    """

    model_config = ConfigDict(frozen=True)

    code: str
    ernst: Ernst
    veld: str
    bericht: str
    bijlage: str | None = None


class OsoBijlage(BaseModel):
    """A document of the dossier.

    ``pad`` is the unpacked file, or None when it could not be taken: ``bevindingen`` (codes) say why. ``grootte`` is in bytes,
    ``sha256`` in hexadecimals; both of the unpacked file. ``naam`` is as sent, and may be any text; ``naam_in_zip`` is what the
    file is called inside.
    """

    model_config = ConfigDict(frozen=True)

    naam: str
    omschrijving: str | None = None
    onderdeel: Onderdeel
    veld: str
    naam_in_zip: str | None = None
    pad: Path | None = None
    sha256: str | None = None
    grootte: int | None = None
    bevindingen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grenzen:
    """Bounds on what is read, in bytes. Over the first nine the dossier is refused, over one of the others a bijlage."""

    bestand: int = 800 * 1024 * 1024
    """The XML: fifty files of 10 MB in base64, and room."""
    teken: int = 256 * 1024
    """One tag, comment or instruction, which a parser must hold whole."""
    diepte: int = 24
    onderdelen: int = 50_000
    """Elements; the full example has 805. At most 65,535, the lines that libxml2 counts (``schema.py``)."""
    attributen: int = 8
    attribuut: int = 1_000
    """Characters of one attribute."""
    tekst: int = 65_536
    """Characters of one element that is no file."""
    teksten: int = 4_000_000
    """Characters of all of them."""
    bijlagen: int = 200
    zip: int = 16 * 1024 * 1024
    """One bijlage, packed."""
    bijlage: int = 10 * 1024 * 1024
    """One bijlage, unpacked."""
    uitgepakt: int = 600 * 1024 * 1024
    """All bijlagen, unpacked."""
    verhouding: int = 150
    """How many times larger than packed a file may be, above ``vrij``."""
    vrij: int = 1024 * 1024
    inhoudsopgave: int = 64 * 1024
    """The directory of one ZIP."""
    vondsten: int = 20
    """Findings with one code."""


@dataclass(frozen=True, slots=True)
class Gelezen:
    """An OSO dossier as read. ``profiel`` is None when it names none of ours, which is a finding (SO01, SO02)."""

    versie: str
    profiel: Profiel | None
    dossier: OsoDossier
    bijlagen: tuple[OsoBijlage, ...]
    bevindingen: tuple[Bevinding, ...]

    @property
    def fouten(self) -> tuple[Bevinding, ...]:
        """Findings with which no hulpvraag can be made of it."""
        return tuple(found for found in self.bevindingen if found.ernst == "fout")
