"""A second reading of an OSO dossier, by xpath on a plain tree: slow, without bounds, and of other hands than ``intake.oso``.

>>> verwacht(inhoud) == gezien(oso.lees(io.BytesIO(inhoud), map_))
True

Both give every value by a name of its own: ``leerling.achternaam``, ``verzorgers.1.adressen.0.postcode``.
"""

import base64
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET

from pydantic import BaseModel

from intake.domain.bsn import contains_bsn
from intake.oso import Gelezen
from support.oso import NS

E = "huidigeschool/leerling"
L = f"{E}/"
S = f"{E}/onderwijsondersteuning"
C = "score.waarde=score|waarde score.kwalificatie=score|kwalificatie"
ADRES = "soortadres straat nummer toevoeging aanduiding locatieomschrijving postcode plaats gemeente land"
P = "voorletters=voorletters-1 voorvoegsel achternaam roepnaam geslacht adresgeheim?"
T = " ".join(
    f"toetsscore.{veld.rpartition('/')[2].rstrip('#%')}=resultaat/toetsscore|{veld}"
    for veld in (
        *("aantalopgaven#", "aantalgoed#", "aantalfout#", "aantalgelezen#", "tijd%", "vaardigheidsscore%"),
        *("codevaardigheidsschaal", "betrouwbaarheidsinterval/bivlaag%", "betrouwbaarheidsinterval/bivhoog%"),
    )
)
KAART: dict[str, str] = {
    "metadata=.": (
        "deeldossier=metadata/deeldossier pakketnaam=metadata/pakketnaam pakketversie=metadata/pakketversie "
        "datum=metadata/datum@ standaardversie=metadata/standaardversie validatieversie=metadata/validatieversie "
        "overstap=metadata/overstap overdrachtsoort"
    ),
    "inzage=inzage": "voorlopigdossier? inzage? inzagedatum@ akkoord redennietakkoord toestemming",
    "school=huidigeschool": "naam brincode vestigingscode aanleverpunt soort type naamdirecteur website",
    f"leerling={E}": (
        f"{P} geboortedatum@ leerlingid onderwijssinds@ startdatumhuidigonderwijs@ datuminschrijving@ "
        "datumuitschrijving@ teruggeplaatstnaarbrin tehuis?"
    ),
    f"leerling.huisarts={E}/huisarts": f"{P}",
    f"={E}": "verzorgersaansprakelijk?",
    f"aansprakelijkeinstelling={E}/aansprakelijkeinstelling": "naam",
    f"overstapadvies={E}/overstapadvies": (
        "advies wensouders wensleerling herzienadvies motivatie_herzienadvies profiel argumentatie contactnodig? "
        "contactpersoon contacttelefoon contactemail aandachtspunten"
    ),
    f"vve={E}": "vanpeuterspeelzaal? naampeuterspeelzaal",
    f"vve.voorschools={E}/voorschools": (
        "codevoorschoolsehistorie# codevoorschoolsprogramma# voorschoolsemaanden# codevoorschoolsetoeleider# "
        "codevoorschoolsedeelname# voorschoolseaanwezigheid#"
    ),
    f"onderwijsondersteuning={S}": "medicijngebruik?",
    f"onderwijsondersteuning.opp={S}|opp": "opp_ingangdatum@ opp_einddatum@",
    f"onderwijsondersteuning.lwoo={S}|lwoo": "lwoo_ingangdatum@ lwoo_swvnummer lwoo_beschikkingsnummer lwoo_einddatum@",
    f"onderwijsondersteuning.rvc={S}|rvc": (
        "centraleproblematiek maatregelen deelgenomenaanonderzoek=signaleringlwoopro/deelgenomenaanonderzoek? "
        "leerachterstand=signaleringlwoopro/leerachterstand? "
        "lagescoreeindtoets=signaleringlwoopro/lagescoreeindtoets? rvcdatum@ rvcindicatie"
    ),
    f"verzuim={E}/verzuim": (
        "dagdelengeoorloofd# dagdelenongeoorloofd# urengeoorloofd# urenongeoorloofd# meerdan25percent? frequentie# "
        "contactleerplicht? rmcmelding?"
    ),
    f"eindtoets={E}/eindtoets_basisonderwijs": (
        "deelgenomen? toetssoort=eindtoetsresultaat/toetssoort toetsniveau=eindtoetsresultaat/toetsniveau "
        "toetsomschrijving=eindtoetsresultaat/toetsomschrijving datum_afname=eindtoetsresultaat/datum_afname@ "
        "wettelijke_ontheffing=eindtoetsresultaat/wettelijke_ontheffing "
        "standaardscore=eindtoetsresultaat/standaardscore# toets_advies=eindtoetsresultaat/toets_advies"
    ),
}
"""``part=path`` and the fields of the one element there: ``name`` or ``name=path``, then @ for a date, ? a boolean, # a whole
number, % a decimal. Before a ``|`` only the first element counts."""
LIJSTEN: dict[str, str] = {
    f"verzorgers={E}/verzorger": f"{P} relatietotkind overleden? overlijdensdatum@ wettigevertegenwoordiger?",
    f"schoolloopbaan={E}/schoolloopbaanlijst/schoolloopbaan": (
        "schooljaar groepscode groepsnaam jaargroep begindatum@ einddatum@ brincode vestigingscode schoolsoort "
        "schooltype voelementcode voelementomschrijving schoolsoortomschrijving"
    ),
    f"vve.vroegschools={E}/vroegschools": "codevroegschoolsprogramma# vroegschoolsdatumingang@ vroegschoolseinddatum@",
    f"onderwijsondersteuning.diagnoses={S}|diagnose": "naam datum@ doorwie instantie",
    f"onderwijsondersteuning.tlvs={S}|tlv": "tlvingangdatum@ tlvswvnummer tlvcategorie tlvbeschikkingsnummer tlveinddatum@",
    f"onderwijsondersteuning.arrangementen_cluster12={S}|arrangement_cluster12": (
        "arrangement_datum@ arrangement_brin arrangement_vestigingscode"
    ),
    f"onderwijsondersteuning.arrangementen={S}|arrangement_pao": (
        "arrangement_datum@ arrangement_kenmerk arrangement_beschikkingsnr arrangement_einddatum@"
    ),
    f"handelingsplannen={S}/handelingsplan": "startdatum@ einddatum@ isgerichtop",
    f"toetsresultaten={E}/toetslijst/toets": (
        "eldtoetscode=toetsidentificatie/eldtoetscode leergebied=toetsidentificatie/leergebied "
        "toetsnaam=toetsidentificatie/toetsnaam toetsversie=toetsidentificatie/toetsversie "
        "afnamedatum=afname/afnamedatum@ jaargroep=afname/jaargroep dl=afname/dl# "
        "naammedewerker=afname/afgenomendoor/naammedewerker functie=afname/afgenomendoor/functie "
        f"instelling.naam=afname/afgenomendoor/werktbijinstelling/instelling|naam opmerking {T}"
    ),
    f"cijferlijsten={E}/cijferlijstlijst/cijferlijst": "afnamedatum@ jaargroep periode",
}
"""The same of every element there, numbered from 0."""
BINNEN: dict[str, list[tuple[str, str, str]]] = {
    "verzorgers": [("adressen", "adreslijst/adres", ADRES)],
    "toetsresultaten": [
        ("referentiescores", "resultaat/referentiescore", "codereferentiescore codevergelijkingsgroep waarde kwalificatie"),
        ("onderdelen", "toetsonderdeel", f"eldonderdeelcode onderdeelnaam {T}"),
        ("instelling.adressen", "afname/afgenomendoor/werktbijinstelling/instelling|adreslijst/adres", ADRES),
    ],
    "cijferlijsten": [
        ("cijfers", "cijferlijstTypelijst/onderdeel", f"naam {C} afnamedatum@ jaargroep periode"),
        ("scores", "cijferlijstTypelijst/score", "waarde kwalificatie"),
    ],
}
"""Lists in an element of a list."""
CONTACT = "soort aanduiding nummer geheim? noodnummer?"
MEER: list[tuple[str, str, str]] = [
    ("school.adressen", "huidigeschool|adreslijst/adres", ADRES),
    ("school.communicatie", "huidigeschool|communicatielijst/communicatie", CONTACT),
    ("leerling.adressen", f"{L}adreslijst/adres", ADRES),
    ("leerling.communicatie", f"{L}communicatielijst/communicatie", CONTACT),
    ("leerling.huisarts.communicatie", f"{L}huisarts|communicatielijst/communicatie", CONTACT),
    ("aansprakelijkeinstelling.adressen", f"{L}aansprakelijkeinstelling|adreslijst/adres", ADRES),
]
TEKSTEN = {"leerling.voornamen": f"{L}voornaam", "leerling.adressen_buitenland": f"{L}adresbuitenland"}
UIT: dict[str, tuple[str, ...]] = {
    "ouderinzage": ("inzage",),
    "school": ("school",),
    "leerling": ("leerling",),
    "oudersverzorgers": ("verzorgers", "verzorgersaansprakelijk", "aansprakelijkeinstelling"),
    "vve": ("vve",),
    "schoolloopbaan": ("schoolloopbaan",),
    "overstapadvies": ("overstapadvies",),
    "onderwijsondersteuning": ("onderwijsondersteuning",),
    "verzuim": ("verzuim",),
    "eindtoetsbo": ("eindtoets",),
    "toetsresultaten": ("toetsresultaten",),
    "handelingsplannen": ("handelingsplannen",),
    "cijferlijsten": ("cijferlijsten",),
}
"""By category, which parts are not there when it is out."""
_VORM = {"@": r"\d{4}-\d\d-\d\d(Z|[+-]\d\d:\d\d)?", "#": r"[+-]?\d{1,9}", "%": r"[+-]?(\d{1,12}(\.\d{0,6})?|\.\d{1,6})"}


def _q(pad: str) -> str:
    return "/".join(stap if stap == "." else f"{{{NS}}}{stap}" for stap in pad.split("/"))


def _eerste(element: ET.Element, pad: str) -> ET.Element | None:
    gevonden: ET.Element | None = element
    for deel in pad.split("|"):
        gevonden = None if gevonden is None else gevonden.find(_q(deel))
    return gevonden


def _alle(element: ET.Element, pad: str) -> list[ET.Element]:
    voor, _, lijst = pad.rpartition("|")
    bij = _eerste(element, voor) if voor else element
    return [] if bij is None else bij.findall(_q(lijst))


def _tekst(element: ET.Element | None) -> str:
    """The text of an element by itself, without that of those inside; nothing when it could be a BSN."""
    if element is None:
        return ""
    ruw = (element.text or "") + "".join(kind.tail or "" for kind in element)
    naam = element.tag.rpartition("}")[2]
    if naam in {"bsn", "onderwijsnummer"} or (naam not in {"nummer", "contacttelefoon", "contactemail"} and contains_bsn(ruw)):
        return ""
    return " ".join(ruw.split())


def _waarde(tekst: str, soort: str) -> object:
    if soort == "?":
        return {"true": True, "1": True, "false": False, "0": False}.get(tekst)
    if soort == "":
        return tekst or None
    if not re.fullmatch(_VORM[soort], tekst, re.ASCII):
        return None
    try:
        return date.fromisoformat(tekst[:10]) if soort == "@" else int(tekst) if soort == "#" else Decimal(tekst)
    except ValueError:
        return None


def _velden(element: ET.Element, velden: str) -> Iterator[tuple[str, object]]:
    for veld in velden.split():
        soort = veld[-1] if veld[-1] in "@?#%" else ""
        naam, _, pad = veld.removesuffix(soort).partition("=")
        yield naam, _waarde(_tekst(_eerste(element, pad or naam)), soort)


def _is_geheim(persoon: ET.Element, veld: str) -> bool:
    return any(_tekst(een) not in {"false", "0"} for een in persoon.findall(_q(veld)))


def _verberg(wortel: ET.Element) -> None:
    for element in list(wortel.iter()):
        if _is_geheim(element, "adresgeheim"):
            for naam in ("adreslijst", "adresbuitenland"):
                for kind in element.findall(_q(naam)):
                    element.remove(kind)
        nummer = element.find(_q("nummer"))
        verhuld = _is_geheim(element, "geheim") or _tekst(nummer) in {"9999999999", "geheim@geheim.geheim"}
        for een in element.findall(_q("nummer")) if verhuld and element.tag == _q("communicatie") else ():
            een.clear()


def _uitgezet(wortel: ET.Element) -> set[str]:
    gezegd = {naam: wortel.findall(_q(f"metadata/categorie_uitlevering/cat_{naam}")) for naam in UIT}
    return {naam for naam, alle in gezegd.items() if any(_tekst(een) not in {"VERPLICHT", "OPTIONEEL"} for een in alle)}


def verwacht(inhoud: bytes) -> dict[str, object]:
    """Every value that a right reading gives, and nothing that is None."""
    wortel = ET.fromstring(inhoud)
    _verberg(wortel)
    gevonden: dict[str, object] = {}

    def neem(bij: str, element: ET.Element, velden: str) -> None:
        gevonden.update({f"{bij}.{naam}".lstrip("."): waarde for naam, waarde in _velden(element, velden)})

    for sleutel, velden in KAART.items():
        deel, _, pad = sleutel.partition("=")
        element = _eerste(wortel, pad)
        if element is not None:
            neem(deel, element, velden)
    lijsten = [(*sleutel.split("="), velden) for sleutel, velden in LIJSTEN.items()]
    for deel, pad, velden in [*lijsten, *MEER]:
        for plaats, element in enumerate(_alle(wortel, pad)):
            neem(f"{deel}.{plaats}", element, velden)
            for binnen, onder, meer in BINNEN.get(deel, []):
                for nummer, kind in enumerate(_alle(element, onder)):
                    neem(f"{deel}.{plaats}.{binnen}.{nummer}", kind, meer)
    for deel, pad in TEKSTEN.items():
        teksten = [_tekst(element) for element in wortel.findall(_q(pad))]
        gevonden.update({f"{deel}.{plaats}": tekst for plaats, tekst in enumerate(filter(None, teksten))})
    uit = {deel for naam in _uitgezet(wortel) for deel in UIT[naam]}
    return {naam: waarde for naam, waarde in gevonden.items() if waarde is not None and naam.partition(".")[0] not in uit}


def gezien(gelezen: Gelezen, namen: set[str]) -> dict[str, object]:
    """Every value that was read, of the names that the second reading knows."""
    return {
        naam: waarde for naam, waarde in _plat("", gelezen.dossier) if waarde is not None and _zonder_nummers(naam) in namen
    }


def alle_namen() -> set[str]:
    """Every name that ``verwacht`` can give, without numbers."""
    namen = {*TEKSTEN}
    for sleutel, velden in [*KAART.items(), *LIJSTEN.items(), *((f"{deel}=", velden) for deel, _, velden in MEER)]:
        deel = sleutel.partition("=")[0]
        groepen = [(deel, velden), *((f"{deel}.{binnen}", meer) for binnen, _, meer in BINNEN.get(deel, []))]
        for bij, groep in groepen:
            namen |= {f"{bij}.{re.split('[=@?#%]', veld)[0]}".lstrip(".") for veld in groep.split()}
    return namen


def _plat(naam: str, waarde: object) -> Iterator[tuple[str, object]]:
    if isinstance(waarde, BaseModel):
        for veld in type(waarde).model_fields:
            yield from _plat(f"{naam}.{veld}".lstrip("."), getattr(waarde, veld))
    elif isinstance(waarde, tuple):
        for plaats, een in enumerate(waarde):
            yield from _plat(f"{naam}.{plaats}", een)
    else:
        yield naam, waarde


def _zonder_nummers(naam: str) -> str:
    return ".".join(stap for stap in naam.split(".") if not stap.isdigit())


def bestanden(inhoud: bytes) -> list[str | None]:
    """The hash of the one file in each document, in order; None where it cannot be opened just so."""
    return [_hash(_tekst_van_bestand(element)) for element in ET.fromstring(inhoud).iter(_q("document"))]


def _tekst_van_bestand(document: ET.Element) -> str:
    element = document.find(_q("bestandsinhoud"))
    return "" if element is None else "".join(element.itertext())


def _hash(tekst: str) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(base64.b64decode("".join(tekst.split()), validate=True))) as pakket:
            (naam,) = pakket.namelist()
            return hashlib.sha256(pakket.read(naam)).hexdigest()
    except (ValueError, zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError):
        return None
