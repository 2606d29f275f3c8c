"""What a pupil did in tests and subjects, as an OSO dossier has it."""

from datetime import date
from decimal import Decimal

from intake.oso.personen import Deel, Instelling


class Toetsscore(Deel):
    """A raw score; ``tijd`` in the unit of the test."""

    aantalopgaven: int | None = None
    aantalgoed: int | None = None
    aantalfout: int | None = None
    aantalgelezen: int | None = None
    tijd: Decimal | None = None
    vaardigheidsscore: Decimal | None = None
    codevaardigheidsschaal: str | None = None
    bivlaag: Decimal | None = None
    bivhoog: Decimal | None = None


class Referentiescore(Deel):
    """A score beside that of others, in codes of lists 11 and 22."""

    codereferentiescore: str | None = None
    codevergelijkingsgroep: str | None = None
    waarde: str | None = None
    kwalificatie: str | None = None


class Toetsonderdeel(Deel):
    """A part of a test."""

    eldonderdeelcode: str | None = None
    onderdeelnaam: str | None = None
    toetsscore: Toetsscore | None = None
    referentiescores: tuple[Referentiescore, ...] = ()


class Toets(Deel):
    """A test that the pupil took."""

    eldtoetscode: str | None = None
    leergebied: str | None = None
    toetsnaam: str | None = None
    toetsversie: str | None = None
    afnamedatum: date | None = None
    jaargroep: str | None = None
    dl: int | None = None
    naammedewerker: str | None = None
    functie: str | None = None
    instelling: Instelling | None = None
    toetsscore: Toetsscore | None = None
    referentiescores: tuple[Referentiescore, ...] = ()
    onderdelen: tuple[Toetsonderdeel, ...] = ()
    opmerking: str | None = None


class EindtoetsDomein(Deel):
    """A domain in a part of the eindtoets."""

    domeincode: str | None = None
    domeinomschrijving: str | None = None
    dom_referentieniveau: str | None = None


class EindtoetsOnderdeel(Deel):
    """A part of the eindtoets."""

    onderdeelcode: str | None = None
    onderdeelomschrijving: str | None = None
    ond_referentieniveau: str | None = None
    domeinen: tuple[EindtoetsDomein, ...] = ()


class Eindtoets(Deel):
    """The test at the end of primary school, in codes of lists 42 to 47."""

    deelgenomen: bool | None = None
    toetssoort: str | None = None
    toetsniveau: str | None = None
    toetsomschrijving: str | None = None
    datum_afname: date | None = None
    wettelijke_ontheffing: str | None = None
    standaardscore: int | None = None
    toets_advies: str | None = None
    onderdelen: tuple[EindtoetsOnderdeel, ...] = ()


class Score(Deel):
    """A mark."""

    waarde: str | None = None
    kwalificatie: str | None = None


class Cijfer(Deel):
    """The mark of one subject."""

    naam: str | None = None
    score: Score | None = None
    afnamedatum: date | None = None
    jaargroep: str | None = None
    periode: str | None = None


class Cijferlijst(Deel):
    """One list; ``namen`` and ``scores`` are of the list as a whole."""

    namen: tuple[str, ...] = ()
    cijfers: tuple[Cijfer, ...] = ()
    scores: tuple[Score, ...] = ()
    afnamedatum: date | None = None
    jaargroep: str | None = None
    periode: str | None = None
