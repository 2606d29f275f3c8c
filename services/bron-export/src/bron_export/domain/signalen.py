"""The signals of the register that a TLV or an arrangement can meet, as one table.

Codes and severity: programma van eisen BRON-PO 2014–2016, §7.1.25 (A = afkeur: nothing was registered, S = signaal: it was,
with a remark). The sentences are ours. Which codes today's ROD uses for an onderwijsarrangement is not public; it gets the
general ones, and 453, which that document lists for the end of an OPP. A code that is not in the table is shown with
the register's own text.

Left out because nothing we deliver can meet them: 311 (a second inschrijving; we enrol nobody), 360 (the SOAP envelope; our
form has none), 428 and 457 (uitstroomprofiel VSO), 750 to 757 (BSN and onderwijsnummer, which we never hold), and those of
an OPP or of an arrangement of cluster 1 and 2.

>>> signaal(423).omschrijving
'Een toelaatbaarheidsverklaring eindigt altijd op 31 juli.'
"""

from collections.abc import Iterable

from shared.contracts.common import Signaal

_A = {
    301: "Het BRIN-nummer van de school is op deze datum niet geldig.",
    304: "De registratie kon niet worden verwijderd.",
    305: "De ingangsdatum ligt niet na de geboortedatum van de leerling.",
    312: "Het register heeft al een later bericht over dit besluit verwerkt.",
    332: "De ingangsdatum ligt meer dan een jaar in de toekomst.",
    356: "De soort van deze school past niet bij dit bericht.",
    358: "Er is een technische storing bij het register.",
    359: "Het bericht is niet volgens de afgesproken vorm opgebouwd.",
    366: "De afzender mag niet namens deze school aanleveren.",
    396: "Dit berichtkenmerk is al eerder gebruikt voor een ander bericht.",
    397: "Deze vestiging van de school is niet bekend.",
    414: "Een toelaatbaarheidsverklaring mag niet vóór de start van passend onderwijs (1 augustus 2014) ingaan.",
    416: "De datum ligt vóór de start van passend onderwijs (1 augustus 2014).",
    419: "Het samenwerkingsverband is op de ingangsdatum niet geldig.",
    420: "Het samenwerkingsverband hoort niet bij deze schoolsoort.",
    421: "Het nummer van het samenwerkingsverband is anders dan in het beschikkingsnummer.",
    423: "Een toelaatbaarheidsverklaring eindigt altijd op 31 juli.",
    424: "De toelaatbaarheidsverklaring geldt niet voor ten minste één heel schooljaar.",
    425: "Er is al een toelaatbaarheidsverklaring met deze ingangsdatum.",
    453: "De einddatum ligt vóór de ingangsdatum.",
    740: "Dit gegeven is verplicht en ontbreekt.",
    741: "Deze waarde staat niet in de lijst van het register.",
    742: "Deze waarde heeft niet de afgesproken vorm.",
    743: "Het beschikkingsnummer is niet volgens de afspraak opgebouwd (zoals PO2507-2026-00123).",
    990: "Het register keurt de registratie af en geeft een eigen toelichting.",
}
_S = {
    331: "De ingangsdatum ligt meer dan een jaar in de toekomst.",
    415: "Er ontbreekt een toelaatbaarheidsverklaring bij de inschrijving.",
    422: "Dit beschikkingsnummer is al voor een andere leerling gebruikt.",
    991: "Het register geeft een eigen toelichting.",
}
SIGNALEN: dict[int, Signaal] = {
    **{code: Signaal(code=code, ernst="A", omschrijving=text) for code, text in _A.items()},
    **{code: Signaal(code=code, ernst="S", omschrijving=text) for code, text in _S.items()},
}
"""Every signal we know, by code."""

TIJDELIJK = frozenset({358})
"""Refusals that say nothing of the registration: the same content may be taken later."""


def signaal(code: int) -> Signaal:
    """Return the signal with this code. Raises KeyError for one we do not know."""
    return SIGNALEN[code]


def is_storing(signalen: Iterable[Signaal]) -> bool:
    """Tell whether only the register itself was at fault, so that trying again by itself makes sense."""
    afkeur = {each.code for each in signalen if each.ernst == "A"}
    return bool(afkeur) and afkeur <= TIJDELIJK
