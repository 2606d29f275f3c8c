"""OSO dossiers with a hulpvraag, and what reading them found."""

from typing import Any, Literal
from uuid import UUID

from gateway.models.base import Answer, Moment


class Bevinding(Answer):
    """Something about a dossier: a fault, or a warning. ``bijlage`` is the name of the file it is about, if any."""

    code: str
    ernst: Literal["fout", "waarschuwing"]
    veld: str
    bericht: str
    bijlage: str | None = None


class OsoDossier(Answer):
    """One dossier. ``gegevens`` are called as in OSO 2019.1; ``bewaard``: the original may be fetched by the SWV."""

    osodossier: UUID
    staat: str
    versie: int | None = None
    profiel: str | None = None
    gegevens: dict[str, Any] | None = None
    bijlagen: tuple[str, ...] = ()
    bevindingen: tuple[Bevinding, ...] = ()
    bewaard: bool = False
    aangeboden_op: Moment
    afgehandeld_op: Moment | None = None


class OsoDossiers(Answer):
    """The newest first."""

    osodossiers: list[OsoDossier]
