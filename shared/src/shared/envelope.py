"""The envelope of every event: CloudEvents 1.0 in structured JSON, after the NL GOV profile (Logius, 1.0 of 10-10-2025).

>>> event = Event.about(StatusGewijzigd(...), subject=hulpvraag_id, sequence=3)
>>> event.type
'nl.passend-onderwijs.hulpvraag.status-gewijzigd.v1'

Attributes hold no personal data; ``data`` holds no more of it than the readers of this type need. An event is at most 64 KB.
"""

from typing import Any, ClassVar, Generic, Literal, Self, TypeVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared import clock, context

MAX_BYTES = 64 * 1024
"""NL GOV profile: an event that must pass anywhere is at most 64 KB."""

_sources: list[str] = ["urn:nld:schakel:systeem:onbekend"]


class Data(BaseModel):
    """The payload of one type of event. Readers ignore what they do not know, so that fields may be added."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    TYPE: ClassVar[str]
    """Reversed domain, plural or subject, version: also the AMQP type and the routing key."""


D = TypeVar("D", bound=Data)


class Event(BaseModel, Generic[D]):
    """One event. ``subject`` is the hulpvraag (or the aggregate the type names); order is kept per subject.

    ``sequence`` is the version of the subject after this event: the highest one wins, a gap is not waited for.
    ``correlationid`` is the id of the first message of the chain, ``causationid`` of the message that caused this one,
    ``traceparent`` the W3C trace context.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    source: str
    type: str
    subject: str
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"
    sequence: int = Field(ge=0)
    sequencetype: Literal["Integer"] = "Integer"
    correlationid: UUID
    causationid: UUID | None = None
    traceparent: str | None = None
    data: D

    @classmethod
    def about(cls, data: D, *, subject: UUID | str, sequence: int) -> Self:
        """Make a new event in the present chain of work."""
        work = context.current()
        return cls(
            id=clock.new_id(),
            source=_sources[0],
            type=data.TYPE,
            subject=str(subject),
            time=clock.now(),
            sequence=sequence,
            correlationid=work.correlation_id,
            causationid=work.causation_id,
            data=data,
        )


AnyEvent = Event[Any]


def configure_source(service: str) -> None:
    """Name this process as the source of its events. Called once, by the composition root."""
    _sources[0] = f"urn:nld:schakel:systeem:{service}"
