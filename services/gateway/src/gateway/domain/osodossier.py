"""An OSO dossier as people read it: the blocks a school knows, with Dutch words for the fields of the standard.

>>> blokken({"leerling": {"roepnaam": "Noor", "geboortedatum": "2016-05-04"}})
[Blok(naam='Leerling', groepen=[[('Roepnaam', 'Noor'), ('Geboortedatum', '4 mei 2016')]])]

Nothing is left out: a field without a word of its own stands under its name in the standard.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gateway.domain.dutch import day

Groep = list[tuple[str, str]]
_BLOKKEN = {
    "leerling": "Leerling",
    "verzorgers": "Ouders en verzorgers",
    "aansprakelijkeinstelling": "Verantwoordelijke instelling",
    "school": "School",
    "schoolloopbaan": "Schoolloopbaan",
    "onderwijsondersteuning": "Onderwijsondersteuning",
    "handelingsplannen": "Handelingsplannen",
    "verzuim": "Verzuim in de laatste twaalf maanden",
    "toetsresultaten": "Toetsresultaten",
    "eindtoets": "Eindtoets",
    "cijferlijsten": "Cijferlijsten",
    "overstapadvies": "Overstapadvies",
    "vve": "Voor- en vroegschoolse educatie",
    "inzage": "Inzage door de ouders",
    "metadata": "Over dit dossier",
}
_WOORDEN = {
    "voornamen": "Voornamen",
    "voorletters": "Voorletters",
    "voorvoegsel": "Tussenvoegsel",
    "roepnaam": "Roepnaam",
    "achternaam": "Achternaam",
    "geboortedatum": "Geboortedatum",
    "geslacht": "Geslacht",
    "leerlingid": "Leerlingnummer van de school",
    "adresgeheim": "Adres is geheim",
    "adressen": "Adres",
    "communicatie": "Telefoon en e-mail",
    "datuminschrijving": "Ingeschreven op",
    "datumuitschrijving": "Uitgeschreven op",
    "onderwijssinds": "In het onderwijs sinds",
    "startdatumhuidigonderwijs": "Op dit soort onderwijs sinds",
    "relatietotkind": "Relatie tot het kind (code)",
    "wettigevertegenwoordiger": "Wettige vertegenwoordiger",
    "overleden": "Overleden",
    "brincode": "BRIN",
    "vestigingscode": "Vestiging",
    "naamdirecteur": "Directeur",
    "groepsnaam": "Groep",
    "groepscode": "Groep (code)",
    "jaargroep": "Jaargroep",
    "begindatum": "Van",
    "startdatum": "Van",
    "einddatum": "Tot en met",
    "isgerichtop": "Gericht op",
    "medicijngebruik": "Gebruikt medicijnen",
    "codes": "Code",
    "doorwie": "Vastgesteld door",
    "opp_ingangdatum": "OPP vanaf",
    "opp_einddatum": "OPP tot en met",
    "tlvingangdatum": "TLV vanaf",
    "tlveinddatum": "TLV tot en met",
    "tlvswvnummer": "TLV van",
    "tlvcategorie": "TLV-categorie",
    "tlvbeschikkingsnummer": "TLV-nummer",
    "arrangement_datum": "Arrangement vanaf",
    "arrangement_einddatum": "Arrangement tot en met",
    "arrangement_kenmerk": "Kenmerk van het arrangement",
    "arrangement_beschikkingsnr": "Nummer van het arrangement",
    "dagdelengeoorloofd": "Dagdelen geoorloofd",
    "dagdelenongeoorloofd": "Dagdelen ongeoorloofd",
    "urengeoorloofd": "Uren geoorloofd",
    "urenongeoorloofd": "Uren ongeoorloofd",
    "meerdan25percent": "Meer dan een kwart afwezig",
    "contactleerplicht": "Contact met leerplicht",
    "toetsnaam": "Toets",
    "afnamedatum": "Gemaakt op",
    "vaardigheidsscore": "Vaardigheidsscore",
    "kwalificatie": "Niveau",
    "overstap": "Profiel",
    "pakketnaam": "Gemaakt met",
    "datum": "Datum",
}
_WAARDEN = {"geslacht": {"0": "onbekend", "1": "man", "2": "vrouw"}}
_BARE = frozenset({"adressen", "communicatie"})
"""What reads well without the name of each field: a street and its number."""
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Blok:
    """A block, with one group of (word, text) for each thing in it: two test results are two groups."""

    naam: str
    groepen: list[Groep]


def blokken(gegevens: Mapping[str, Any]) -> list[Blok]:
    """Return the blocks that hold something, in a fixed order."""
    found = []
    for veld, naam in _BLOKKEN.items():
        held = gegevens.get(veld)
        groepen = [groep for one in (held if isinstance(held, list) else [held]) if (groep := list(_lines(one)))]
        if groepen:
            found.append(Blok(naam, groepen))
    return found


def _lines(thing: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - JSON
    """One line for each field of a thing, and one for each thing inside it."""
    if not isinstance(thing, dict):
        return
    for veld, value in thing.items():
        inside = value if isinstance(value, list) and any(isinstance(one, dict) for one in value) else [value]
        yield from ((_word(veld), text) for one in inside if (text := _text(veld, one)))


def _text(veld: str, value: Any) -> str:  # noqa: ANN401 - JSON
    match value:
        case None:
            return ""
        case dict():
            parts = [(name, _text(name, one)) for name, one in value.items()]
            return ", ".join(text if veld in _BARE else f"{_word(name).lower()}: {text}" for name, text in parts if text)
        case list():
            return " ".join(text for one in value if (text := _text(veld, one)))
        case bool():
            return "ja" if value else "nee"
        case str() if _DATE.fullmatch(value):
            return _day(value)
        case _:
            return _WAARDEN.get(veld, {}).get(str(value), str(value))


def _word(veld: str) -> str:
    return _WOORDEN.get(veld) or veld.replace("_", " ").capitalize()


def _day(value: str) -> str:
    """Write a day in full; a text that only looks like one stays as it is."""
    try:
        return day(date.fromisoformat(value))
    except ValueError:
        return value
