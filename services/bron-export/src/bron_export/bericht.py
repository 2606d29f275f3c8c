"""What travels between Schakel and a register, both ways, as JSON over HTTP.

This form is our own. The message, contract and XSD with which ROD takes a TLV, an onderwijsarrangement or an OPDC stay today
are not public; the fields on a school's screen, and the fields and signal codes of the programma van eisen of 2014–2016, are.
A link with the real register replaces this module and ``adapters/register.py``, and nothing else.

::

    POST   /registraties                     a first delivery             200 verdict · 202 taken, ask later
    PUT    /registraties/{clientReferentie}  other content, or a newer version of the decision: makes or replaces
    GET    /registraties/{clientReferentie}  what became of it            404: never seen
    DELETE /registraties/{clientReferentie}  take it back, also what never came: if it comes yet, it is not registered

A register that keeps to this form tells messages apart by (``clientReferentie``, ``volgnummer``): the same one again gets the
answer it had. It holds at most one registration per ``besluit``; a lower ``besluitversie`` than it already judged is
refused with signal 312, so that a message that lingered on the way cannot undo a later one.
"""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from bron_export.domain.registratie import Registratie
from shared.contracts.common import Signaal

Beoordeling = Literal["in behandeling", "geaccepteerd", "afgekeurd", "vervangen", "ingetrokken"]
"""``vervangen``: a newer version of the decision took its place. ``ingetrokken``: it was taken back."""


class Bericht(BaseModel):
    """A part of a message. A register may add fields; we pass over what we do not know."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True)


class Namens(Bericht):
    """The school for which is registered, and the mandate by which."""

    brin: Annotated[str, StringConstraints(pattern=r"^\d{2}[A-Z]{2}$")]
    vestiging: Annotated[str, StringConstraints(pattern=r"^\d{2}$")]
    mandaat: UUID


class Tlv(Bericht):
    """A toelaatbaarheidsverklaring (fields 91–95 of the programma van eisen BRON-PO 2014–2016)."""

    beschikkingsnummer: str
    bekostigingscategorie: str | None
    ingangsdatum: date | None
    einddatum: date | None


class Arrangement(Bericht):
    """An onderwijsarrangement (manual 000, ch. 4)."""

    ingangsdatum: date | None
    einddatum: date | None
    omschrijving: str
    begeleider: str


class Melding(Bericht):
    """One delivery. The pupil is the school's own ``leerlingid``: there is no field for a BSN or onderwijsnummer."""

    client_referentie: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    volgnummer: Annotated[int, Field(ge=1)]
    besluit: UUID
    besluitversie: Annotated[int, Field(ge=1)]
    namens: Namens
    leerlingid: str
    samenwerkingsverband: str
    toelaatbaarheidsverklaring: Tlv | None = None
    onderwijsarrangement: Arrangement | None = None


class Antwoord(Bericht):
    """The register's word on one delivery. ``signalen`` may come with an acceptance too: remarks (S)."""

    client_referentie: str
    volgnummer: int
    status: Beoordeling
    signalen: tuple[Signaal, ...] = ()


def melding_van(registratie: Registratie) -> Melding:
    """Put a registration into the agreed form. It must have its mandate."""
    data = registratie.gegevens
    if registratie.mandaat is None:
        msg = "zonder mandaat gaat er niets naar het register"
        raise ValueError(msg)
    tlv = Tlv(
        beschikkingsnummer=data.nummer, bekostigingscategorie=data.categorie, ingangsdatum=data.begin, einddatum=data.eind
    )
    arrangement = Arrangement(
        ingangsdatum=data.begin, einddatum=data.eind, omschrijving=data.omschrijving, begeleider=data.begeleider
    )
    return Melding(
        client_referentie=registratie.client_referentie,
        volgnummer=registratie.volgnummer,
        besluit=registratie.besluit,
        besluitversie=registratie.besluitversie,
        namens=Namens(brin=data.brin, vestiging=data.vestiging, mandaat=registratie.mandaat),
        leerlingid=data.leerlingid,
        samenwerkingsverband=data.swv,
        toelaatbaarheidsverklaring=tlv if data.soort == "TLV" else None,
        onderwijsarrangement=arrangement if data.soort == "onderwijsarrangement" else None,
    )
