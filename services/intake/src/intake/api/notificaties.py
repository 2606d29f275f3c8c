"""The address to which a LAS sends its notificaties of OSO-SWV: SOAP in, SOAP out, also for what is refused.

Who sends is known by a key (``Authorization: Bearer``) that only that LAS has, or the proxy that verified its certificate;
without one it is a 401, as on every route. The answer is given once the notificatie is committed.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from intake import osoberichten, soap
from intake.melding import Loket
from shared.database import is_outage
from shared.errors import InvalidInput, SchakelError, TemporaryError, TooLarge, Unauthenticated

router = APIRouter(tags=["OSO-SWV"])

MOST = 65_536
"""Bytes of a notificatie; Kennisnet's example has under a thousand."""
XML = "text/xml; charset=utf-8"
_bearer = HTTPBearer(scheme_name="las", description="the key of a LAS; see docs/architecture/oso-melding.md", auto_error=False)
_SOAP = {"text/xml": {"schema": {"type": "string"}}}


@router.post(
    "/oso/notificaties",
    summary="Een LAS meldt dat een OSO-dossier klaarstaat",
    response_class=Response,
    responses={200: {"description": "notificatieResponse: NotificatieOntvangen", "content": _SOAP}},
    openapi_extra={"requestBody": {"required": True, "content": _SOAP}},
)
async def notificatie(request: Request, sent: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Response:
    """Take a notificatieRequest. The same koppelsleutel again gets the same answer and makes nothing new."""
    loket: Loket | None = request.app.state.oso_loket
    if loket is None:
        raise Unauthenticated("OSO-SWV is hier niet ingericht.")
    las = await loket.herken(sent.credentials if sent else "")
    try:
        versie = await loket.ontvang(las, await _body(request))
    except SchakelError as error:
        return _refusal(error)
    except Exception as error:
        if not is_outage(error):
            raise
        return _refusal(TemporaryError("Dit werkt nu even niet. Verstuur de notificatie later opnieuw."))
    return Response(osoberichten.ontvangen(versie), media_type=XML)


async def _body(request: Request) -> bytes:
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > MOST:
            raise TooLarge(f"Een notificatie is hoogstens {MOST} bytes.")
    return bytes(data)


def _refusal(error: SchakelError) -> Response:
    """Write a SOAP fault: with status 500 where the message is at fault (SOAP 1.1, 6.2), else with that of the error."""
    faults = error.faults if isinstance(error, InvalidInput) else ()
    text = error.detail if not faults else " ".join(fault.message for fault in faults)
    status = 500 if error.status in {400, 409} else error.status
    headers = {"retry-after": "60"} if error.temporary else {}
    return Response(soap.fault("Server" if error.temporary else "Client", text[:2000], faults), status, headers, media_type=XML)
