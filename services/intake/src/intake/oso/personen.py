"""Who is in an OSO dossier: the pupil, the people around it, and the school.

Fields are called as in the standard (Afspraak OSO gegevensset 2019.1), in the plural where there may be more. What was absent,
opted out, secret or not to be read is None or empty. Codes are as sent.
"""

from datetime import date

from pydantic import BaseModel, ConfigDict


class Deel(BaseModel):
    """Any part of a dossier."""

    model_config = ConfigDict(frozen=True)


class Adres(Deel):
    """An address; ``soortadres`` is bezoek, post or gba, ``land`` a GBA code (6030 is Nederland)."""

    soortadres: str | None = None
    straat: str | None = None
    nummer: str | None = None
    toevoeging: str | None = None
    aanduiding: str | None = None
    locatieomschrijving: str | None = None
    postcode: str | None = None
    plaats: str | None = None
    gemeente: str | None = None
    land: str | None = None


class Communicatie(Deel):
    """A telephone number or mail address; ``nummer`` is None when it is secret."""

    soort: str | None = None
    aanduiding: str | None = None
    nummer: str | None = None
    geheim: bool | None = None
    noodnummer: bool | None = None


class Persoon(Deel):
    """``adressen`` is empty when ``adresgeheim``."""

    voornamen: tuple[str, ...] = ()
    voorletters: str | None = None
    voorvoegsel: str | None = None
    achternaam: str | None = None
    roepnaam: str | None = None
    geslacht: str | None = None
    adresgeheim: bool | None = None
    adressen: tuple[Adres, ...] = ()
    communicatie: tuple[Communicatie, ...] = ()


class Leerling(Persoon):
    """``leerlingid`` is the key in the school's system, the only number of a pupil in an SWV dossier."""

    geboortedatum: date | None = None
    adressen_buitenland: tuple[str, ...] = ()
    leerlingid: str | None = None
    onderwijssinds: date | None = None
    startdatumhuidigonderwijs: date | None = None
    datuminschrijving: date | None = None
    datumuitschrijving: date | None = None
    teruggeplaatstnaarbrin: str | None = None
    tehuis: bool | None = None
    huisarts: Persoon | None = None


class Verzorger(Persoon):
    """``relatietotkind`` is a code of list 41 (1 to 9)."""

    relatietotkind: str | None = None
    overleden: bool | None = None
    overlijdensdatum: date | None = None
    wettigevertegenwoordiger: bool | None = None


class Instelling(Deel):
    """An organisation around a pupil."""

    naam: str | None = None
    adressen: tuple[Adres, ...] = ()
    communicatie: tuple[Communicatie, ...] = ()


class School(Instelling):
    """The school that sends the dossier."""

    brincode: str | None = None
    vestigingscode: str | None = None
    aanleverpunt: str | None = None
    soort: str | None = None
    type: str | None = None
    naamdirecteur: str | None = None
    website: str | None = None

    @property
    def code(self) -> str | None:
        """BRIN and vestiging in six positions, as everywhere in Schakel."""
        return f"{self.brincode}{self.vestigingscode}" if self.brincode and self.vestigingscode else None
