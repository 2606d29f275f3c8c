"""One registration: what became of one version of a decision at the register, and what may happen to it next.

``OVERGANGEN`` is the whole life as a literal table: state → event → state. What is not in it does not happen: an answer that
came late or twice is passed over, a person is told that it cannot be done now.

>>> OVERGANGEN["onbekend"]["niet-bekend"]
'te verzenden'
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from bron_export.domain.gegevens import Gegevens
from shared.contracts.bron_export import Registratiestaat
from shared.contracts.common import Signaal

Gebeurtenis = Literal[
    "ontvangen",
    "geaccepteerd",
    "afgekeurd",
    "storing",
    "niet-bekend",
    "onzeker",
    "niet-verzonden",
    "ingetrokken",
    "niet-ingetrokken",
    "gecorrigeerd",
    "opnieuw",
    "vervangen",
]
"""What the register answered (``ontvangen``: taken, no verdict yet; ``niet-bekend``: it never saw this content;
``ingetrokken``: it was taken back, or a newer version took its place; ``niet-ingetrokken``: it refuses to take it back), what
came of sending (``onzeker``: it may have arrived; ``niet-verzonden``: it did not), or what a person or a newer version did."""

OVERGANGEN: Mapping[Registratiestaat, Mapping[Gebeurtenis, Registratiestaat]] = {
    "te verzenden": {
        "ontvangen": "verzonden",
        "geaccepteerd": "geaccepteerd",
        "afgekeurd": "afgekeurd",
        "storing": "te verzenden",
        "onzeker": "onbekend",
        "niet-verzonden": "te verzenden",
        "gecorrigeerd": "te verzenden",
        "ingetrokken": "vervallen",
        "niet-ingetrokken": "onbekend",
        "vervangen": "vervallen",
    },
    "verzonden": {
        "ontvangen": "verzonden",
        "geaccepteerd": "geaccepteerd",
        "afgekeurd": "afgekeurd",
        "storing": "te verzenden",
        "niet-bekend": "te verzenden",
        "ingetrokken": "vervallen",
        "onzeker": "verzonden",
        "niet-verzonden": "verzonden",
    },
    "onbekend": {
        "ontvangen": "verzonden",
        "geaccepteerd": "geaccepteerd",
        "afgekeurd": "afgekeurd",
        "storing": "te verzenden",
        "niet-bekend": "te verzenden",
        "ingetrokken": "vervallen",
        "onzeker": "onbekend",
        "niet-verzonden": "onbekend",
    },
    "afgekeurd": {
        "gecorrigeerd": "te verzenden",
        "opnieuw": "te verzenden",
        "vervangen": "vervallen",
    },
    "geaccepteerd": {
        "ingetrokken": "vervallen",
        "vervangen": "vervallen",
        # Only while it is being withdrawn: a withdrawal that failed leaves it where it was.
        "niet-ingetrokken": "geaccepteerd",
        "onzeker": "geaccepteerd",
        "niet-verzonden": "geaccepteerd",
    },
    "vervallen": {},
}

NIEUWE_INHOUD: frozenset[Gebeurtenis] = frozenset({"storing", "gecorrigeerd", "opnieuw"})
"""After these the register must judge anew, so the message gets the next ``volgnummer``."""

Reden = Literal[
    "geen-mandaat",
    "eerdere-versie",
    "nieuwere-versie",
    "geen-verbinding",
    "geen-antwoord",
    "onverwacht-antwoord",
    "toegang-geweigerd",
    "storing-register",
    "intrekking-mislukt",
]

REDENEN: Mapping[Reden, str] = {
    "geen-mandaat": "Er is geen geldig mandaat van de school. Zodra dat er is, gaat de registratie vanzelf naar het register.",
    "eerdere-versie": "Het register heeft nog geen antwoord gegeven op een eerdere versie van dit besluit. Daarna gaat deze.",
    "nieuwere-versie": "Er is een nieuwere versie van dit besluit. Deze vervalt zodra het register die heeft gezien.",
    "geen-verbinding": "Het register is niet bereikbaar. We proberen het vanzelf opnieuw.",
    "geen-antwoord": "Het register gaf geen antwoord. We vragen eerst na of de registratie is aangekomen.",
    "onverwacht-antwoord": "Het register gaf een antwoord dat we niet begrijpen. We vragen het na.",
    "toegang-geweigerd": "Het register geeft ons geen toegang. De beheerder moet de inloggegevens of het certificaat nakijken.",
    "storing-register": "Het register heeft een storing. We proberen het vanzelf opnieuw.",
    "intrekking-mislukt": "Het besluit is teruggedraaid, maar het register heeft de registratie nog niet verwijderd.",
}
"""Why a registration is not further yet, in a sentence for the school and the SWV."""


@dataclass(frozen=True, slots=True)
class Registratie:
    """One version of one decision at the register.

    ``volgnummer`` rises with each content the register must judge, ``versie`` with each change a reader can see. ``poging`` is
    the attempt under way: set before the first byte leaves, so that a process that dies leaves a trace of its doubt.
    ``vruchteloos`` counts attempts since the last verdict or correction. ``twijfel``: a message of ours that the register has
    not seen may still reach it, a delivery or, once it was accepted, a withdrawal; or a later one may have taken its place.
    ``platform`` is that of its school now.
    """

    id: UUID
    besluit: UUID
    besluitversie: int
    hulpvraag: UUID
    dossiernummer: int
    bestuur: str
    gegevens: Gegevens
    gewijzigd_op: datetime
    correlation_id: UUID
    traceparent: str | None = None
    volgnummer: int = 1
    staat: Registratiestaat = "te verzenden"
    versie: int = 1
    signalen: tuple[Signaal, ...] = ()
    reden: Reden | None = None
    mandaat: UUID | None = None
    poging: UUID | None = None
    vruchteloos: int = 0
    twijfel: bool = False
    volgende_poging_op: datetime | None = None
    platform: str | None = None

    @property
    def client_referentie(self) -> str:
        """Our name for this registration at the register: the same however often it is sent, another for each version."""
        return f"{self.besluit}.{self.besluitversie}"

    @property
    def is_onderweg(self) -> bool:
        """Whether the register may yet come to hold, or to lose, something of it that we do not know."""
        return (
            self.poging is not None
            or self.staat in {"verzonden", "onbekend"}
            or (self.staat == "geaccepteerd" and self.twijfel)
        )

    def may(self, gebeurtenis: Gebeurtenis) -> bool:
        """Tell whether this can happen now."""
        return gebeurtenis in OVERGANGEN[self.staat]
