"""What every model of the contract is: commands take no unknown field, what one hears may hold more than one knows."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

_CLOSED = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True, extra="forbid")
_OPEN = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True, extra="ignore")


class Value(BaseModel):
    """A part of a command. JSON names are camelCase, Python's are snake_case; both are taken."""

    model_config = _CLOSED


class Command(Value):
    """Something to send; ``TYPE`` is its AMQP type."""

    TYPE: ClassVar[str]


class HeardValue(BaseModel):
    """A part of what one hears."""

    model_config = _OPEN


class Heard(HeardValue):
    """An answer, or news of a hulpvraag; ``TYPE`` is its AMQP type."""

    TYPE: ClassVar[str]
