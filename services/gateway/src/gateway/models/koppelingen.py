"""The verification codes by which a school lets in an environment of its LVS."""

from uuid import UUID

from gateway.models.base import Answer, Command, Line, Moment


class CodeOpgave(Command):
    """For what a code will be used."""

    naam: Line


class Verificatiecode(Answer):
    """A code, without the code itself; the environment that uses it, if any does."""

    id: UUID
    naam: str
    gemaakt_op: Moment
    gestopt_op: Moment | None
    systeem: str | None
    omgeving: str | None
    sinds: Moment | None
    gepauzeerd_op: Moment | None


class Verificatiecodes(Answer):
    """The codes of a school, those that are not stopped first."""

    school: str
    naam: str
    codes: list[Verificatiecode]


class NieuweCode(Answer):
    """A code as it is shown, once."""

    id: UUID
    code: str
