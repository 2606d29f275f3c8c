"""An OSO dossier as Schakel holds it: the same for every version of the standard, and only what an SWV needs.

Fields are called as in the standard (Afspraak OSO gegevensset 2019.1), in the plural where there may be more. What was absent, opted
out, secret or not to be read is None or empty. Dates are calendar days, codes are as sent.
"""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

Onderdeel = Literal[
    "toelichting_onderwijsbehoeften",
    "diagnose",
    "handelingsplan",
    "opp",
    "tlv",
    "lwoo",
    "rvc",
    "verzuim",
    "eindtoets",
    "toets",
    "overigdocument",
]
"""What a bijlage belongs to (XSD 2019.1, ``document``)."""


class Deel(BaseModel):
    """Any part of a dossier."""

    model_config = ConfigDict(frozen=True)


class Adres(Deel):
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
    naam: str | None = None
    adressen: tuple[Adres, ...] = ()
    communicatie: tuple[Communicatie, ...] = ()


class School(Instelling):
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


class Metadata(Deel):
    deeldossier: str | None = None
    pakketnaam: str | None = None
    pakketversie: str | None = None
    datum: date | None = None
    standaardversie: str | None = None
    validatieversie: str | None = None
    overstap: str | None = None
    overdrachtsoort: str | None = None


class Inzage(Deel):
    voorlopigdossier: bool | None = None
    inzage: bool | None = None
    inzagedatum: date | None = None
    akkoord: str | None = None
    redennietakkoord: str | None = None
    toestemming: str | None = None


class Schoolloopbaan(Deel):
    schooljaar: str | None = None
    groepscode: str | None = None
    groepsnaam: str | None = None
    jaargroep: str | None = None
    begindatum: date | None = None
    einddatum: date | None = None
    brincode: str | None = None
    vestigingscode: str | None = None
    schoolsoort: str | None = None
    schooltype: str | None = None
    voelementcode: str | None = None
    voelementomschrijving: str | None = None
    schoolsoortomschrijving: str | None = None


class Overstapadvies(Deel):
    advies: str | None = None
    wensouders: str | None = None
    wensleerling: str | None = None
    herzienadvies: str | None = None
    motivatie_herzienadvies: str | None = None
    profiel: str | None = None
    argumentatie: str | None = None
    contactnodig: bool | None = None
    contactpersoon: str | None = None
    contacttelefoon: str | None = None
    contactemail: str | None = None
    aandachtspunten: str | None = None


class Voorschools(Deel):
    codevoorschoolsehistorie: int | None = None
    codevoorschoolsprogramma: int | None = None
    voorschoolsemaanden: int | None = None
    codevoorschoolsetoeleider: int | None = None
    codevoorschoolsedeelname: int | None = None
    voorschoolseaanwezigheid: int | None = None


class Vroegschools(Deel):
    codevroegschoolsprogramma: int | None = None
    vroegschoolsdatumingang: date | None = None
    vroegschoolseinddatum: date | None = None


class Vve(Deel):
    vanpeuterspeelzaal: bool | None = None
    naampeuterspeelzaal: str | None = None
    voorschools: Voorschools | None = None
    vroegschools: tuple[Vroegschools, ...] = ()


class Diagnose(Deel):
    codes: tuple[str, ...] = ()
    naam: str | None = None
    datum: date | None = None
    doorwie: str | None = None
    instantie: str | None = None


class Opp(Deel):
    opp_ingangdatum: date | None = None
    opp_einddatum: date | None = None


class Tlv(Deel):
    tlvingangdatum: date | None = None
    tlvswvnummer: str | None = None
    tlvcategorie: str | None = None
    tlvbeschikkingsnummer: str | None = None
    tlveinddatum: date | None = None


class ArrangementCluster12(Deel):
    arrangement_datum: date | None = None
    arrangement_brin: str | None = None
    arrangement_vestigingscode: str | None = None


class Arrangement(Deel):
    arrangement_datum: date | None = None
    arrangement_kenmerk: str | None = None
    arrangement_beschikkingsnr: str | None = None
    arrangement_einddatum: date | None = None


class Lwoo(Deel):
    lwoo_ingangdatum: date | None = None
    lwoo_swvnummer: str | None = None
    lwoo_beschikkingsnummer: str | None = None
    lwoo_einddatum: date | None = None


class Rvc(Deel):
    centraleproblematiek: str | None = None
    maatregelen: str | None = None
    deelgenomenaanonderzoek: bool | None = None
    leerachterstand: bool | None = None
    lagescoreeindtoets: bool | None = None
    rvcdatum: date | None = None
    rvcindicatie: str | None = None


class Onderwijsondersteuning(Deel):
    diagnoses: tuple[Diagnose, ...] = ()
    medicijngebruik: bool | None = None
    opp: Opp | None = None
    tlvs: tuple[Tlv, ...] = ()
    arrangementen_cluster12: tuple[ArrangementCluster12, ...] = ()
    arrangementen: tuple[Arrangement, ...] = ()
    lwoo: Lwoo | None = None
    rvc: Rvc | None = None


class Handelingsplan(Deel):
    startdatum: date | None = None
    einddatum: date | None = None
    isgerichtop: str | None = None


class Verzuim(Deel):
    """Of the last twelve months."""

    dagdelengeoorloofd: int | None = None
    dagdelenongeoorloofd: int | None = None
    urengeoorloofd: int | None = None
    urenongeoorloofd: int | None = None
    meerdan25percent: bool | None = None
    frequentie: int | None = None
    contactleerplicht: bool | None = None
    rmcmelding: bool | None = None


class Toetsscore(Deel):
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
    codereferentiescore: str | None = None
    codevergelijkingsgroep: str | None = None
    waarde: str | None = None
    kwalificatie: str | None = None


class Toetsonderdeel(Deel):
    eldonderdeelcode: str | None = None
    onderdeelnaam: str | None = None
    toetsscore: Toetsscore | None = None
    referentiescores: tuple[Referentiescore, ...] = ()


class Toets(Deel):
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
    domeincode: str | None = None
    domeinomschrijving: str | None = None
    dom_referentieniveau: str | None = None


class EindtoetsOnderdeel(Deel):
    onderdeelcode: str | None = None
    onderdeelomschrijving: str | None = None
    ond_referentieniveau: str | None = None
    domeinen: tuple[EindtoetsDomein, ...] = ()


class Eindtoets(Deel):
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
    waarde: str | None = None
    kwalificatie: str | None = None


class Cijfer(Deel):
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


class OsoDossier(Deel):
    """The whole. A block that is None or empty was absent, or was opted out."""

    metadata: Metadata = Metadata()
    inzage: Inzage | None = None
    school: School | None = None
    leerling: Leerling | None = None
    verzorgers: tuple[Verzorger, ...] = ()
    verzorgersaansprakelijk: bool | None = None
    aansprakelijkeinstelling: Instelling | None = None
    schoolloopbaan: tuple[Schoolloopbaan, ...] = ()
    onderwijsondersteuning: Onderwijsondersteuning | None = None
    handelingsplannen: tuple[Handelingsplan, ...] = ()
    verzuim: Verzuim | None = None
    toetsresultaten: tuple[Toets, ...] = ()
    eindtoets: Eindtoets | None = None
    cijferlijsten: tuple[Cijferlijst, ...] = ()
    overstapadvies: Overstapadvies | None = None
    vve: Vve | None = None
