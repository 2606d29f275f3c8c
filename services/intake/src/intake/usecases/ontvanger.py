"""What takes a dossier of OSO-SWV further: the one use case for a dossier, whatever way it came.

``ophalen.Ophaler`` has it as ``ontvanger``. Without one a dossier stands as a row (``notificatie.staat`` 'ontvangen') and
waits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class OntvangenDossier:
    """A dossier as a LAS gave it, for an SWV and a school (six positions).

    ``formulier`` is what the school filled in beside it (``osoberichten.FORMULIER``), as far as the LAS sends that at all.
    """

    notificatie: UUID
    connector: str
    swv: str
    school: str
    inhoud: bytes
    formulier: Mapping[str, str]
    ontvangen_op: datetime


class DossierOntvanger(Protocol):
    """Makes a hulpvraag of it, in the transaction of the caller, once per ``notificatie``."""

    async def __call__(self, tx: Transaction, dossier: OntvangenDossier) -> tuple[UUID, int]:
        """Return the hulpvraag and its dossiernummer. Raises InvalidInput with every fault of a dossier that is not taken."""
        ...
