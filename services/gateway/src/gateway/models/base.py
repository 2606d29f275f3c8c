"""The shape of everything the API takes and gives: camelCase JSON; moments in UTC, days as ``jjjj-mm-dd``."""

from datetime import UTC
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, StringConstraints
from pydantic.alias_generators import to_camel

from shared.text import READABLE


class Command(BaseModel):
    """What a client sends. An unknown field is refused by name: nothing is set by accident (ASVS 5.0, 15.3.3)."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)


class Answer(BaseModel):
    """What a client gets. Made from what a service says; only the fields named here leave the house."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True, serialize_by_alias=True
    )


Moment = Annotated[AwareDatetime, AfterValidator(lambda value: value.astimezone(UTC))]
"""A moment, answered in UTC (/core/date-time/timezone)."""
Address = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=256), READABLE]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), READABLE]
Story = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000), READABLE]
