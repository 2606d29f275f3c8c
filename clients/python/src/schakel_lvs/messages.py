"""Messages as they travel: what goes out, with an id to send it again under, and what came in, in its place in the row."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from pydantic import ValidationError

from schakel_lvs.base import Command
from schakel_lvs.berichten import HEARD, Antwoord, Bericht


@dataclass(frozen=True, slots=True)
class Sent:
    """A command as it goes out: keep it, and send exactly this again."""

    id: UUID
    type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Received:
    """A message from Schakel. ``volgnummer`` counts 1, 2, 3 per connector; ``betreft`` is the id of the command it answers.

    ``missed``: so many numbers right before this one never arrived here.
    """

    volgnummer: int
    id: str
    type: str
    betreft: str | None
    body: bytes
    missed: int = 0

    @property
    def content(self) -> Antwoord | Bericht | None:
        """What it says; None for what this version of the package does not understand: ``body`` has it."""
        kind = HEARD.get(self.type)
        try:
            return None if kind is None else kind.model_validate_json(self.body)
        except ValidationError:
            return None


def message(command: Command, *, id_: UUID | None = None) -> Sent:
    """Write a command down, with an id of its own."""
    return Sent(id_ or uuid4(), command.TYPE, command.model_dump_json(by_alias=True, exclude_defaults=True).encode())
