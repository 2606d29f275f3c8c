"""An OSO dossier as Schakel holds it: the same for every version of the standard, and only what an SWV needs."""

from datetime import date
from typing import Literal

from intake.oso.leerresultaten import Cijferlijst, Eindtoets, Toets
from intake.oso.personen import Deel, Instelling, Leerling, School, Verzorger

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


class Metadata(Deel):
    """What the dossier says of itself."""

    deeldossier: str | None = None
    pakketnaam: str | None = None
    pakketversie: str | None = None
    datum: date | None = None
    standaardversie: str | None = None
    validatieversie: str | None = None
    overstap: str | None = None
    overdrachtsoort: str | None = None


class Inzage(Deel):
    """Whether the parents saw it, and agree."""

    voorlopigdossier: bool | None = None
    inzage: bool | None = None
    inzagedatum: date | None = None
    akkoord: str | None = None
    redennietakkoord: str | None = None
    toestemming: str | None = None


class Schoolloopbaan(Deel):
    """One school year: ``schooljaar`` is EEJJ-EEJJ."""

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
    """The advice for secondary education, in codes of list 2."""

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
    """Programme before school, in codes of lists 6 to 9."""

    codevoorschoolsehistorie: int | None = None
    codevoorschoolsprogramma: int | None = None
    voorschoolsemaanden: int | None = None
    codevoorschoolsetoeleider: int | None = None
    codevoorschoolsedeelname: int | None = None
    voorschoolseaanwezigheid: int | None = None


class Vroegschools(Deel):
    """Programme in the first years of school, in codes of list 9."""

    codevroegschoolsprogramma: int | None = None
    vroegschoolsdatumingang: date | None = None
    vroegschoolseinddatum: date | None = None


class Vve(Deel):
    """Voor- en vroegschoolse educatie."""

    vanpeuterspeelzaal: bool | None = None
    naampeuterspeelzaal: str | None = None
    voorschools: Voorschools | None = None
    vroegschools: tuple[Vroegschools, ...] = ()


class Diagnose(Deel):
    """What was diagnosed, in codes of list 23."""

    codes: tuple[str, ...] = ()
    naam: str | None = None
    datum: date | None = None
    doorwie: str | None = None
    instantie: str | None = None


class Opp(Deel):
    """Ontwikkelingsperspectief; the plan itself is a bijlage."""

    opp_ingangdatum: date | None = None
    opp_einddatum: date | None = None


class Tlv(Deel):
    """A toelaatbaarheidsverklaring that the pupil has: ``tlvcategorie`` is H, M, L or Nvt."""

    tlvingangdatum: date | None = None
    tlvswvnummer: str | None = None
    tlvcategorie: str | None = None
    tlvbeschikkingsnummer: str | None = None
    tlveinddatum: date | None = None


class ArrangementCluster12(Deel):
    """An arrangement of cluster 1 or 2."""

    arrangement_datum: date | None = None
    arrangement_brin: str | None = None
    arrangement_vestigingscode: str | None = None


class Arrangement(Deel):
    """An arrangement of passend onderwijs."""

    arrangement_datum: date | None = None
    arrangement_kenmerk: str | None = None
    arrangement_beschikkingsnr: str | None = None
    arrangement_einddatum: date | None = None


class Lwoo(Deel):
    """Leerwegondersteunend onderwijs."""

    lwoo_ingangdatum: date | None = None
    lwoo_swvnummer: str | None = None
    lwoo_beschikkingsnummer: str | None = None
    lwoo_einddatum: date | None = None


class Rvc(Deel):
    """A judgement of the regionale verwijzingscommissie."""

    centraleproblematiek: str | None = None
    maatregelen: str | None = None
    deelgenomenaanonderzoek: bool | None = None
    leerachterstand: bool | None = None
    lagescoreeindtoets: bool | None = None
    rvcdatum: date | None = None
    rvcindicatie: str | None = None


class Onderwijsondersteuning(Deel):
    """The support that the pupil has, or needs."""

    diagnoses: tuple[Diagnose, ...] = ()
    medicijngebruik: bool | None = None
    opp: Opp | None = None
    tlvs: tuple[Tlv, ...] = ()
    arrangementen_cluster12: tuple[ArrangementCluster12, ...] = ()
    arrangementen: tuple[Arrangement, ...] = ()
    lwoo: Lwoo | None = None
    rvc: Rvc | None = None


class Handelingsplan(Deel):
    """A plan for one subject; the plan itself is a bijlage."""

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
