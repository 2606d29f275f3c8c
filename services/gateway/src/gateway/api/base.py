"""What the routes of the API share: their place, their errors, their headers."""

from typing import Annotated, Any

from fastapi import Header, Path, Response

from shared.errors import Fault, InvalidInput, PreconditionRequired
from shared.openapi import INVALID, PROBLEM

PREFIX = "/api/v1"


_TEXTS = {
    400: INVALID,
    401: "Niet aangemeld, of de sessie is verlopen of het token geldt niet (meer).",
    403: "Geen rechten, ook niet met dit token (`scope` noemt wat het mist), of het verzoek komt van een andere site.",
    404: "Bestaat niet, of is niet van u.",
    409: "Kan in deze toestand niet; `toegestaan` noemt wat wel kan.",
    412: "Iemand anders was u voor: haal de nieuwe versie op.",
    413: "Te groot.",
    422: "Een regel is niet vervuld, of deze `Idempotency-Key` hoort bij een andere opdracht.",
    428: "`If-Match` ontbreekt.",
    429: "Te veel verzoeken; wacht `Retry-After` seconden.",
    503: "Een dienst is even niet bereikbaar; probeer het later opnieuw.",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe what a route refuses for reasons of its own; ``openapi`` adds what follows from its form."""
    return {status: {"description": _TEXTS[status], "content": PROBLEM} for status in statuses}


Dossiernummer = Annotated[int, Path(gt=0, lt=2**63, description="nummer van de hulpvraag")]
IfMatch = Annotated[str | None, Header(description='versie die u zag, zoals de ETag haar gaf: `"3"`')]
IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=8, max_length=100, description="zelf gekozen; dezelfde opdracht met dezelfde sleutel wordt één keer gedaan"
    ),
]


def seen_version(if_match: str | None) -> int:
    """Read If-Match. Raises PreconditionRequired when it is missing, InvalidInput for a tag that is none of ours."""
    if if_match is None:
        raise PreconditionRequired
    tag = if_match.strip().removeprefix("W/").strip('"')
    if not tag.isdecimal() or len(tag) > 9:
        raise InvalidInput([Fault(field="If-Match", rule="versie", message='Noem één versie, tussen aanhalingstekens: "3".')])
    return int(tag)


def put_version(response: Response, version: int | None) -> None:
    """Name the version in the answer (ETag, RFC 9110, 8.8.3)."""
    if version is not None:
        response.headers["etag"] = f'"{version}"'
