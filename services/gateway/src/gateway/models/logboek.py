"""Who saw and did what with one hulpvraag."""

from uuid import UUID

from gateway.models.base import Answer, Moment


class Logregel(Answer):
    """One act, as the service that decided it wrote it down."""

    regel: UUID
    op: Moment
    handeling: str
    door: str | None
    organisatie: str | None
    rollen: list[str]
    grond: str | None
    tot: Moment | None
    geweigerd: bool


class Logboek(Answer):
    """A page of one service."""

    regels: list[Logregel]
    meer: bool
