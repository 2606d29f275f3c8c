"""Bijlagen of a hulpvraag and what the virus scan made of them."""

from uuid import UUID

from gateway.models.base import Answer, Moment


class Bijlage(Answer):
    """One bijlage. Only one that is ``beschikbaar`` can be downloaded; ``bericht`` says why one was ``geweigerd``.

    ``scan`` is ``niet gescand`` where the operator runs without a virus scanner on purpose, ``niet nodig`` for a letter.
    """

    bijlage: UUID
    naam: str
    omschrijving: str = ""
    soort: str = "bestand"
    staat: str
    scan: str | None = None
    regel: str | None = None
    bericht: str | None = None
    grootte: int | None = None
    sha256: str | None = None
    toegevoegd_op: Moment | None = None


class Bijlagen(Answer):
    """The bijlagen of a hulpvraag, oldest first."""

    bijlagen: list[Bijlage]

    @property
    def are_waiting(self) -> bool:
        """Whether any of them still has to be judged."""
        return any(bijlage.staat == "wordt gescand" for bijlage in self.bijlagen)


class BijlagenAangenomen(Answer):
    """The files saved at one moment; each ``wordt gescand`` first."""

    batch: UUID
    bijlagen: list[Bijlage]
