"""What bron-export tells the others. ``subject`` is the hulpvraag."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.common import Signaal, SwvCode
from shared.envelope import Data

Registratiestaat = Literal["te verzenden", "verzonden", "geaccepteerd", "afgekeurd", "onbekend", "vervallen"]
"""``verzonden``: delivered, no answer yet. ``onbekend``: it cannot be told whether the register took it; it is asked."""


class RegistratieGewijzigd(Data):
    """The registration of a decision got another state at the register."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.registratie.gewijzigd.v1"

    swv: SwvCode
    hulpvraag: UUID
    dossiernummer: int
    besluit: UUID
    registratie: UUID
    soort: Literal["TLV", "onderwijsarrangement"]
    staat: Registratiestaat
    versie: int
    signalen: tuple[Signaal, ...] = ()
    gewijzigd_op: datetime
