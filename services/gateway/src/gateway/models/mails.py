"""Mails about hulpvragen, and whether one wants them."""

from uuid import UUID

from gateway.models.base import Answer, Command, Moment


class Mail(Answer):
    """One mail and its fate; ``uitleg`` says the state in a sentence."""

    id: UUID
    hulpvraag: UUID
    dossiernummer: int
    onderwerp: str
    doelgroep: str
    email: str
    staat: str
    uitleg: str
    pogingen: int
    gepland_op: Moment
    gewijzigd_op: Moment
    volgende_poging: Moment | None


class Mails(Answer):
    """A page of mails, newest first; ``meer``: there is a next page."""

    mails: list[Mail]
    pagina: int
    meer: bool


class VoorkeurenOpgave(Command):
    """Whether mails about changes of status are wanted."""

    statusmails: bool


class Voorkeuren(Answer):
    """What holds for one's own address. ``gewijzigdOp`` is empty when nobody ever chose: then mails are sent."""

    email: str
    statusmails: bool
    gewijzigd_op: Moment | None
