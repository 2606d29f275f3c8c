"""A decision in the words of its letter: the data a template shows. Everything is text, ready for print.

>>> opstellen(besluit)["onderwerp"]
'Toelaatbaarheidsverklaring afgegeven'

What a beschikking must hold: motivering and, where possible, the wettelijk voorschrift (Awb 3:46 and 3:47), and by
whom, within which term and where bezwaar can be made (Awb 3:45, 6:7 to 6:9). The clause itself stands in the template.
"""

import re
from typing import Any, Literal, assert_never

from documents.domain.datums import periode, voluit
from documents.domain.tekst import clean, one_line, paragraphs
from shared.contracts.workflow import Afzender, BesluitGenomen

Brief = Literal["TLV-brief", "schoolbrief"]

_EMAIL = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,200}")
_CATEGORIE = {
    "L": "laag (bekostigingscategorie 1)",
    "M": "midden (bekostigingscategorie 2)",
    "H": "hoog (bekostigingscategorie 3)",
}
_WPO = "artikel 18a van de Wet op het primair onderwijs (WPO)"
_WVO = "artikel 2.47 van de Wet voortgezet onderwijs 2020 (WVO 2020)"
_GRONDSLAG = {
    ("TLV", "PO"): (
        f"Wij nemen dit besluit op grond van {_WPO}, zesde lid, onderdeel c. Daarin staat dat het samenwerkingsverband "
        "beoordeelt of een leerling toelaatbaar is. Over zo’n besluit adviseren deskundigen ons (artikel 18a, elfde lid, WPO)."
    ),
    ("TLV", "VO"): (
        f"Wij nemen dit besluit op grond van {_WVO}. Daarin staat dat het samenwerkingsverband beoordeelt of een leerling "
        "toelaatbaar is. Over zo’n besluit adviseren deskundigen ons."
    ),
    ("arrangement", "PO"): (
        f"Wij nemen dit besluit op grond van {_WPO}, zesde lid, onderdeel b. Daarin staat dat het samenwerkingsverband de "
        "middelen voor extra ondersteuning verdeelt en toewijst aan scholen."
    ),
    ("arrangement", "VO"): (
        f"Wij nemen dit besluit op grond van {_WVO}. Daarin staat dat het samenwerkingsverband de middelen voor extra "
        "ondersteuning verdeelt en toewijst aan scholen."
    ),
}


def naam_van(besluit: BesluitGenomen, brief: Brief) -> str:
    """Name the letter as a file: ``TLV-brief PO2507-26-00012 (versie 2).pdf``."""
    nummer = re.sub(r"[^0-9A-Za-z._-]+", "-", clean(besluit.nummer))[:80].strip(".-") or "zonder nummer"
    return f"{brief} {nummer}{f' (versie {besluit.versie})' if besluit.versie > 1 else ''}.pdf"


def opstellen(besluit: BesluitGenomen) -> dict[str, Any]:
    """Put the decision in words, as JSON for the template. No personal data goes into the title, which ends up in metadata."""
    soort = "toelaatbaarheidsverklaring" if besluit.soort == "TLV" else "arrangement"
    nummer = one_line(besluit.nummer)
    wet = besluit.swv[:2]
    dag = besluit.genomen_op
    return {
        "titel": f"Besluit {soort} {nummer}",
        "onderwerp": _onderwerp(besluit),
        "nummer": nummer,
        "versie": besluit.versie,
        "datum": {"jaar": dag.year, "maand": dag.month, "dag": dag.day},
        "kenmerken": [
            ["Datum", voluit(dag)],
            ["Ons besluitnummer", nummer],
            ["Dossiernummer", str(besluit.dossiernummer)],
        ],
        "afzender": _afzender(besluit.afzender),
        "aan": _aan(besluit),
        "aanhef": f"Beste {one_line(besluit.contactpersoon.naam)},",
        "voor": _voor(besluit),
        "niveau": besluit.niveau,
        "onderwijs": _onderwijs(besluit),
        "toegekend": besluit.toegekend,
        "rijen": _rijen(besluit),
        "omschrijving": paragraphs(besluit.omschrijving),
        "motivering": paragraphs(besluit.motivering),
        "grondslag": _GRONDSLAG[besluit.soort, wet],
        "melding": _melding(besluit),
    }


def _onderwerp(besluit: BesluitGenomen) -> str:
    match besluit.soort:
        case "TLV":
            return f"Toelaatbaarheidsverklaring {'afgegeven' if besluit.toegekend else 'niet afgegeven'}"
        case "arrangement":
            return f"Arrangement {'toegekend' if besluit.toegekend else 'niet toegekend'}"
        case other:
            assert_never(other)


def _afzender(afzender: Afzender) -> dict[str, Any]:
    naam, adres = one_line(afzender.naam), one_line(afzender.adres)
    plaats = one_line(f"{afzender.postcode}  {afzender.plaats}")
    telefoon, email = one_line(afzender.telefoon), afzender.email.strip()
    return {
        "naam": naam,
        "regels": [regel for regel in (adres, plaats, telefoon) if regel],
        "telefoon": telefoon,
        "email": email if _EMAIL.fullmatch(email) else "",
        "retour": f"Retouradres: {adres}, {plaats}",
        "bezwaaradres": [f"het bestuur van {naam}", adres, plaats],
    }


def _aan(besluit: BesluitGenomen) -> list[str]:
    functie = one_line(besluit.contactpersoon.functie)
    naam = one_line(besluit.contactpersoon.naam)
    return [
        "Aan het bestuur van",
        f"{one_line(besluit.school.naam)} ({besluit.school.code})",
        f"t.a.v. {naam}{f', {functie}' if functie else ''}",
    ]


def _voor(besluit: BesluitGenomen) -> str:
    match besluit.niveau:
        case "leerling":
            return one_line(besluit.leerling.naam) if besluit.leerling else "de leerling"
        case "groep":
            return one_line(f"groep {besluit.groep}") if besluit.groep else "de groep"
        case "school":
            return one_line(besluit.school.naam)
        case other:
            assert_never(other)


def _onderwijs(besluit: BesluitGenomen) -> str:
    """To what a TLV admits. Without a category it may be a school for SBO, which has none (WPO 18a lid 6 c)."""
    if besluit.swv.startswith("VO"):
        return "het voortgezet speciaal onderwijs"
    return (
        "het speciaal onderwijs" if besluit.categorie else "een speciale school voor basisonderwijs of het speciaal onderwijs"
    )


def _rijen(besluit: BesluitGenomen) -> list[list[str]]:
    afgegeven = "afgegeven" if besluit.soort == "TLV" else "toegekend"
    geldig = "Geldig" if besluit.soort == "TLV" else "Periode"
    rijen = [
        [besluit.niveau.capitalize(), _voor(besluit)] if besluit.niveau != "school" else None,
        ["Geboortedatum", voluit(besluit.leerling.geboortedatum)] if besluit.leerling else None,
        ["School", f"{one_line(besluit.school.naam)} ({besluit.school.code})"],
        ["Besluit", afgegeven if besluit.toegekend else f"niet {afgegeven}"],
        ["Categorie", _CATEGORIE[besluit.categorie]] if besluit.toegekend and besluit.categorie else None,
        [geldig, periode(besluit.begin, besluit.eind)] if besluit.toegekend and (besluit.begin or besluit.eind) else None,
        ["Begeleider", one_line(besluit.begeleider)] if besluit.toegekend and besluit.begeleider.strip() else None,
        ["Nummer", one_line(besluit.nummer)],
    ]
    return [rij for rij in rijen if rij]


def _melding(besluit: BesluitGenomen) -> str:
    """Who tells the register: we on behalf of the school, the school itself (manual 000, ch. 4), or nobody (ch. 3: a group)."""
    if besluit.registratie:
        return "U hoeft dit besluit niet zelf aan te melden bij het register (BRON). Dat doen wij namens u."
    if besluit.niveau != "leerling":
        return f"U hoeft een arrangement voor een {besluit.niveau} niet aan te melden bij het register (BRON)."
    return "Meld dit besluit zelf aan bij het register (BRON), vanuit uw leerlingadministratie."
