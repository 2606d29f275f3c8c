"""Version 2019.1: where in its XML the parts of a dossier stand. Only data (XSD ``OSO_gegevensset_2019.1``)."""

from collections.abc import Mapping

from intake.oso import dossier as d
from intake.oso import leerresultaten as lr
from intake.oso import personen as p

NAAMRUIMTE = "http://www.edustandaard.nl/oso_gegevensset/2019/dossier"

_LEERLING = "huidigeschool/leerling"
_INSTELLING = {"adressen": "adreslijst/adres", "communicatie": "communicatielijst/communicatie"}
_PERSOON = {**_INSTELLING, "voornamen": "voornaam", "voorletters": "voorletters-1"}
_TOETS = ("toetsidentificatie", ("eldtoetscode", "leergebied", "toetsnaam", "toetsversie"))
_EINDTOETS = (
    "eindtoetsresultaat",
    (
        "toetssoort",
        "toetsniveau",
        "toetsomschrijving",
        "datum_afname",
        "wettelijke_ontheffing",
        "standaardscore",
        "toets_advies",
    ),
)


def _onder(element: str, velden: tuple[str, ...]) -> dict[str, str]:
    return {veld: f"{element}/{veld}" for veld in velden}


PADEN: Mapping[type[p.Deel], Mapping[str, str]] = {
    d.OsoDossier: {
        "school": "huidigeschool",
        "leerling": _LEERLING,
        "verzorgers": f"{_LEERLING}/verzorger",
        "verzorgersaansprakelijk": f"{_LEERLING}/verzorgersaansprakelijk",
        "aansprakelijkeinstelling": f"{_LEERLING}/aansprakelijkeinstelling",
        "schoolloopbaan": f"{_LEERLING}/schoolloopbaanlijst/schoolloopbaan",
        "onderwijsondersteuning": f"{_LEERLING}/onderwijsondersteuning",
        "handelingsplannen": f"{_LEERLING}/onderwijsondersteuning/handelingsplan",
        "verzuim": f"{_LEERLING}/verzuim",
        "toetsresultaten": f"{_LEERLING}/toetslijst/toets",
        "eindtoets": f"{_LEERLING}/eindtoets_basisonderwijs",
        "cijferlijsten": f"{_LEERLING}/cijferlijstlijst/cijferlijst",
        "overstapadvies": f"{_LEERLING}/overstapadvies",
        "vve": _LEERLING,
        "metadata": ".",
    },
    d.Metadata: {
        **_onder(
            "metadata",
            ("deeldossier", "pakketnaam", "pakketversie", "datum", "standaardversie", "validatieversie", "overstap"),
        )
    },
    p.Persoon: _PERSOON,
    p.Leerling: {**_PERSOON, "adressen_buitenland": "adresbuitenland"},
    p.Verzorger: _PERSOON,
    p.Instelling: _INSTELLING,
    p.School: _INSTELLING,
    d.Onderwijsondersteuning: {
        "diagnoses": "diagnose",
        "tlvs": "tlv",
        "arrangementen_cluster12": "arrangement_cluster12",
        "arrangementen": "arrangement_pao",
    },
    d.Diagnose: {"codes": "code"},
    d.Rvc: _onder("signaleringlwoopro", ("deelgenomenaanonderzoek", "leerachterstand", "lagescoreeindtoets")),
    lr.Toets: {
        **_onder(*_TOETS),
        **_onder("afname", ("afnamedatum", "jaargroep", "dl")),
        **_onder("afname/afgenomendoor", ("naammedewerker", "functie")),
        "instelling": "afname/afgenomendoor/werktbijinstelling/instelling",
        "toetsscore": "resultaat/toetsscore",
        "referentiescores": "resultaat/referentiescore",
        "onderdelen": "toetsonderdeel",
    },
    lr.Toetsonderdeel: {"toetsscore": "resultaat/toetsscore", "referentiescores": "resultaat/referentiescore"},
    lr.Toetsscore: _onder("betrouwbaarheidsinterval", ("bivlaag", "bivhoog")),
    lr.Eindtoets: {**_onder(*_EINDTOETS), "onderdelen": "eindtoetsresultaat/onderdelen/onderdeel"},
    lr.EindtoetsOnderdeel: {"domeinen": "domeinen/domein"},
    lr.Cijferlijst: {
        "namen": "cijferlijstTypelijst/naam",
        "cijfers": "cijferlijstTypelijst/onderdeel",
        "scores": "cijferlijstTypelijst/score",
    },
}
"""By model: fields that stand elsewhere than under their own name. ``.`` is the element of the model around it."""

VOMBO = ("bevorderd", "examenresultaat", "resultaatvakkenvo", "certificaat", "competenties", "stage", "overigvombo")
WEGGELATEN = frozenset(
    {
        "bsn",
        "onderwijsnummer",
        "geboortemaand",
        "geboorteplaats",
        "nationaliteit",
        "postcode4adres",
        "banknummer",
        "iban",
        "gba",
        "leerlinggewicht",
        "nnca",
        "vir",
        "zat",
        "school",
        "categorie_uitlevering",
        *VOMBO,
    }
)
"""Forbidden in an SWV dossier, or no matter of an SWV (AVG art. 5(1)(c)). ``school``: where who took a test works;
``categorie_uitlevering`` is what UITLEVERING goes by."""

ONDERDELEN: Mapping[str, d.Onderdeel] = {
    "toelichting_onderwijsbehoeften": "toelichting_onderwijsbehoeften",
    "diagnose": "diagnose",
    "handelingsplan": "handelingsplan",
    "opp": "opp",
    "tlv": "tlv",
    "lwoo": "lwoo",
    "rvc": "rvc",
    "documentLijst": "verzuim",
    "eindtoets_basisonderwijs": "eindtoets",
    "resultaat": "toets",
    "overigdocumentlijst": "overigdocument",
}
"""What a bijlage belongs to, by the element around its ``document``."""

_SCHOOLVELDEN = tuple(
    f"huidigeschool/{veld}"
    for veld in (
        "naam",
        "adreslijst",
        "communicatielijst",
        "brincode",
        "vestigingscode",
        "aanleverpunt",
        "soort",
        "type",
        "naamdirecteur",
        "website",
    )
)
_LEERLINGVELDEN = (
    "voornaam",
    "voorletters-1",
    "voorvoegsel",
    "achternaam",
    "roepnaam",
    "geboortedatum",
    "geboortemaand",
    "geslacht",
    "adresgeheim",
    "adreslijst",
    "postcode4adres",
    "communicatielijst",
    "gba",
    "adresbuitenland",
    "geboorteplaats",
    "nationaliteit",
    "leerlingid",
    "onderwijssinds",
    "startdatumhuidigonderwijs",
    "datuminschrijving",
    "datumuitschrijving",
    "teruggeplaatstnaarbrin",
    "leerlinggewicht",
    "nnca",
    "tehuis",
    "huisarts",
)
_ONDERSTEUNING = (
    "toelichting_onderwijsbehoeften",
    "diagnose",
    "medicijngebruik",
    "opp",
    "tlv",
    "arrangement_cluster12",
    "arrangement_pao",
    "lwoo",
    "rvc",
)


def _leerling(*velden: str) -> tuple[str, ...]:
    return tuple(f"{_LEERLING}/{veld}" for veld in velden)


UITLEVERING: Mapping[str, tuple[str, ...]] = {
    "cat_metadata": (),
    "cat_ouderinzage": ("inzage",),
    "cat_school": _SCHOOLVELDEN,
    "cat_leerling": _leerling(*_LEERLINGVELDEN),
    "cat_oudersverzorgers": _leerling("verzorgersaansprakelijk", "aansprakelijkeinstelling", "verzorger"),
    "cat_vve": _leerling("vanpeuterspeelzaal", "naampeuterspeelzaal", "voorschools", "vroegschools"),
    "cat_schoolloopbaan": _leerling("schoolloopbaanlijst"),
    "cat_overstapadvies": _leerling("overstapadvies"),
    "cat_onderwijsondersteuning": _leerling(*(f"onderwijsondersteuning/{veld}" for veld in _ONDERSTEUNING)),
    "cat_verzuim": _leerling("verzuim"),
    "cat_eindtoetsbo": _leerling("eindtoets_basisonderwijs"),
    "cat_toetsresultaten": _leerling("toetslijst"),
    "cat_handelingsplannen": _leerling("onderwijsondersteuning/handelingsplan"),
    "cat_cijferlijsten": _leerling("cijferlijstlijst"),
    "cat_vombo": _leerling(*VOMBO),
    "cat_bijlagedocs": _leerling("overigdocumentlijst"),
}
"""What each category stands for, in the order of the XSD: OS.cat01 to OS.cat16. The metadata stay also when they are opted out:
they hold no datum of a pupil, and without them nothing can be read."""
