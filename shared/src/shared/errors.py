"""Every error that crosses a boundary, in one tree.

::

    SchakelError                       slug, HTTP status, temporary or not
    ├── InvalidInput             400   one or more faults, each with field and rule
    ├── Unauthenticated          401
    ├── Forbidden                403
    ├── NotFound                 404
    ├── Conflict                 409
    │   ├── StaleVersion         412   If-Match named another version
    │   └── IllegalTransition    409   names the steps that are allowed
    ├── TooLarge                 413
    ├── Unprocessable            422   well-formed, but a rule says no
    ├── PreconditionRequired     428   If-Match is missing
    ├── TooManyRequests          429
    └── TemporaryError           503   trying again later may help
        ├── DatabaseUnavailable
        ├── BrokerUnavailable          the outcome of a publish is unknown: publish again with the same id
        ├── Unroutable                 the broker returned the message: no queue is bound
        └── Refused                    the broker closed the channel over a message: no such exchange, or no right

HTTP status and retry follow from the type, never from the text. The text is Dutch where a user or connector builder reads it.

>>> raise InvalidInput([Fault(field="leerling.geboortedatum", rule="datum", message="Geen bestaande datum.")])
"""

from collections.abc import Sequence
from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Fault(BaseModel):
    """What is wrong with one field, in the words of the one who sent it.

    ``field`` is a dotted path in the message as sent (``bijlagen.0.naam``), ``rule`` a slug that stays the same over versions.
    """

    model_config = ConfigDict(frozen=True)

    field: str
    rule: str
    message: str


class SchakelError(Exception):
    """The root. ``detail`` is a sentence for the reader, ``extra`` goes along as members of problem+json."""

    slug: ClassVar[str] = "fout"
    title: ClassVar[str] = "Er ging iets mis"
    status: ClassVar[int] = 500
    temporary: ClassVar[bool] = False

    def __init__(self, detail: str = "", **extra: object) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.extra = extra


class InvalidInput(SchakelError):
    """The message does not have the agreed form. Carries every fault, not the first."""

    slug = "ongeldige-invoer"
    title = "De invoer klopt niet"
    status = 400

    def __init__(self, faults: Sequence[Fault], detail: str = "") -> None:
        super().__init__(detail or "; ".join(f"{fault.field}: {fault.message}" for fault in faults))
        self.faults = tuple(faults)
        self.extra = {"fouten": [fault.model_dump() for fault in faults]}


class Unauthenticated(SchakelError):
    """Nobody is logged in, or the token is not valid."""

    slug = "niet-aangemeld"
    title = "U bent niet aangemeld"
    status = 401


class Forbidden(SchakelError):
    """Known who it is; not allowed."""

    slug = "geen-rechten"
    title = "U heeft hier geen rechten voor"
    status = 403


class NotFound(SchakelError):
    """Does not exist, or may not be known to exist by this actor."""

    slug = "niet-gevonden"
    title = "Niet gevonden"
    status = 404


class Conflict(SchakelError):
    """The request was right when it was made up, but the world moved on."""

    slug = "conflict"
    title = "Dit kan in deze toestand niet"
    status = 409


class StaleVersion(Conflict):
    """If-Match named a version that is no longer the newest (RFC 9110, 13.1.1)."""

    slug = "verouderde-versie"
    title = "Iemand anders heeft dit ondertussen gewijzigd"
    status = 412


class IllegalTransition(Conflict):
    """The status may not follow the present one. Pass ``toegestaan``: the steps this actor may take now."""

    slug = "statusovergang-niet-toegestaan"
    title = "Deze status kan nu niet"


class TooLarge(SchakelError):
    """More bytes than agreed."""

    slug = "te-groot"
    title = "Te groot"
    status = 413


class Unprocessable(SchakelError):
    """Well-formed, but a rule of the SWV says no."""

    slug = "regel-niet-vervuld"
    title = "Een regel is niet vervuld"
    status = 422


class PreconditionRequired(SchakelError):
    """A change must say which version it was made up for, in If-Match (RFC 6585, 3)."""

    slug = "versie-ontbreekt"
    title = "Zeg in If-Match welke versie u heeft gezien"
    status = 428


class TooManyRequests(SchakelError):
    """Slow down. ``extra['retry_after']`` is in seconds."""

    slug = "te-veel-verzoeken"
    title = "Te veel verzoeken"
    status = 429


class TemporaryError(SchakelError):
    """A dependency is away; nothing was lost, trying again later may help."""

    slug = "tijdelijk-niet-beschikbaar"
    title = "Dit werkt nu even niet"
    status = 503
    temporary = True


class DatabaseUnavailable(TemporaryError):
    """PostgreSQL cannot be reached, or refuses work for a reason that passes."""

    slug = "database-niet-bereikbaar"


class BrokerUnavailable(TemporaryError):
    """RabbitMQ cannot be reached, or did not confirm in time: whether the message arrived is unknown."""

    slug = "broker-niet-bereikbaar"


class Unroutable(TemporaryError):
    """The broker gave the message back, because no queue is bound for it (yet)."""

    slug = "geen-ontvanger"


class Refused(TemporaryError):
    """The broker closed the channel over a message: its exchange is not there, or this user may not publish it."""

    slug = "geweigerd-door-broker"
