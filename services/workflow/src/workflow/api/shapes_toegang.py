"""The shapes of extra access."""

from datetime import date, datetime
from typing import Any, Literal, Self
from uuid import UUID

from shared import clock
from workflow.api.shapes import Address, Body, Line, Shape


class NieuweToegang(Body):
    """For whom, why, and until and with which day."""

    account: UUID
    naam: Line
    email: Address
    reden: Line
    tot_en_met: date


class Toegang(Shape):
    """One opening of a hulpvraag. ``staat`` is ``loopt``, ``verlopen`` or ``ingetrokken``."""

    toegang: UUID
    naam: str
    email: str
    reden: str
    tot_en_met: date
    staat: Literal["loopt", "verlopen", "ingetrokken"]
    gegeven_door: str
    gegeven_op: datetime

    @classmethod
    def of(cls, row: dict[str, Any], now: datetime) -> Self:
        """Read a row as it stands now."""
        staat = "ingetrokken" if row["ingetrokken_op"] else "loopt" if row["tot"] > now else "verlopen"
        return cls.model_validate({**row, "tot_en_met": clock.last_day(row["tot"]), "staat": staat})


class Toegangen(Shape):
    """Everyone who was let in."""

    dossiernummer: int
    toegangen: list[Toegang]


class GedeeldeHulpvraag(Shape):
    """A hulpvraag that is open for the one who asks."""

    dossiernummer: int
    naam: str
    school: str
    schoolnaam: str
    aanvraagtype: str
    status: str | None
    einde: bool
    tot_en_met: date


class GedeeldeOverlegronde(Shape):
    """An overlegronde of someone else in which the one who asks takes part."""

    dossiernummer: int
    overlegronde: UUID
    onderwerp: str
    organisator: str
    tot_en_met: date


class Gedeeld(Shape):
    """What is open for the one who asks: hulpvragen, the newest first, and overlegrondes, the first to end first."""

    hulpvragen: list[GedeeldeHulpvraag]
    overlegrondes: list[GedeeldeOverlegronde]
