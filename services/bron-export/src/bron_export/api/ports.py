"""What routes need from the running service and from headers.

>>> async def route(actor: CurrentActor, parts: CurrentParts, if_match: IfMatch): ...
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request

from shared.database import Database
from shared.errors import Fault, InvalidInput, StaleVersion
from shared.roles import RolesOfSwv


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of the running service."""

    database: Database
    wake: Callable[[], None]


def _parts(request: Request) -> Parts:
    state = request.app.state
    return Parts(state.service.database, state.wake)


def _beheerrollen(known: RolesOfSwv) -> frozenset[str]:
    return frozenset(each.naam for each in known if each.soort == "swv" and each.beheert_registraties)


CurrentParts = Annotated[Parts, Depends(_parts)]
Beheerrollen = Annotated[frozenset[str], Depends(_beheerrollen)]
"""The roles of the actor's SWV that resend, correct and note mandates: ``registraties_door`` of its rules."""
IfMatch = Annotated[str | None, Header(alias="If-Match", description='The version that was seen, as ETag gave it: `"3"`')]
IdempotencyKey = Annotated[
    str | None, Header(alias="Idempotency-Key", max_length=100, description="The same key again gives the same answer")
]


def version_of(if_match: str | None) -> int | None:
    """Read If-Match; None when it is missing. Raises StaleVersion for a tag that is none of ours."""
    if if_match is None:
        return None
    found = re.fullmatch(r'"(\d{1,9})"', if_match.strip())
    if found is None:
        raise StaleVersion("If-Match noemt geen versie van ons.")
    return int(found[1])


def required(header: str, value: str | None) -> str:
    """Return a header that must be there. Raises InvalidInput."""
    if not value:
        raise InvalidInput([Fault(field=header, rule="verplicht", message=f"De header {header} is verplicht.")])
    return value


def needed_version(if_match: str | None) -> int:
    """Read If-Match. Raises InvalidInput when it is missing, StaleVersion for a tag that is none of ours."""
    required("If-Match", if_match)
    return version_of(if_match) or 0


def etag(versie: int) -> dict[str, str]:
    """Return the header that names this version."""
    return {"ETag": f'"{versie}"'}
