"""What the register must know of one decision, and which decisions it must know of.

A TLV is registered with number, category, begin and end; an onderwijsarrangement with begin, end, omschrijving and
begeleider (manual 000, ch. 4: ingangsdatum, einddatum, omschrijving, begeleider, samenwerkingsverband). The pupil is named by
the school's BRIN and its own leerlingid: no name, no birth date, and never a BSN or onderwijsnummer.

>>> te_registreren(besluit)     # None: nothing goes to the register
Gegevens(soort='TLV', …)
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from shared.contracts.workflow import BesluitGenomen

Soort = Literal["TLV", "onderwijsarrangement"]
Categorie = Literal["L", "M", "H"]


@dataclass(frozen=True, slots=True)
class Gegevens:
    """The content of a registration. Dates are inclusive; what a kind does not have is empty."""

    soort: Soort
    swv: str
    school: str
    leerlingid: str
    nummer: str = ""
    categorie: Categorie | None = None
    begin: date | None = None
    eind: date | None = None
    omschrijving: str = ""
    begeleider: str = ""

    @property
    def brin(self) -> str:
        """The first four positions of the school's code."""
        return self.school[:4]

    @property
    def vestiging(self) -> str:
        """The last two: 00 is the main location."""
        return self.school[4:]


def te_registreren(besluit: BesluitGenomen) -> Gegevens | None:
    """Say what must be registered of this decision, or None.

    A second wall behind workflow's rule set: what is not about one pupil is never registered, whatever the event asks
    (manual 000, ch. 3: a group arrangement does not go to BRON), nor is a refusal.
    """
    leerling = besluit.leerling
    about_one = besluit.niveau == "leerling" and besluit.groep is None
    if besluit.registratie is None or not besluit.toegekend or leerling is None or not about_one:
        return None
    is_tlv = besluit.registratie == "TLV"
    return Gegevens(
        soort=besluit.registratie,
        swv=besluit.swv,
        school=besluit.school.code,
        leerlingid=leerling.leerlingid,
        nummer=besluit.nummer if is_tlv else "",
        categorie=besluit.categorie if is_tlv else None,
        begin=besluit.begin,
        eind=besluit.eind,
        omschrijving="" if is_tlv else besluit.omschrijving,
        begeleider="" if is_tlv else besluit.begeleider,
    )
