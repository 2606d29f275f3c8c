"""Mandates of schools."""

from fastapi import APIRouter, Response

from bron_export.api.models import MandaatAntwoord, MandaatOpgave, mandate_answer
from bron_export.api.ports import Beheerrollen, CurrentParts, IfMatch, etag, version_of
from bron_export.usecases.mandaten import Periode, put_mandate, show_mandate
from shared.contracts.common import SchoolCode
from shared.http import UNLOGGED
from shared.roles import ActorBySchool

router = APIRouter(tags=["mandaten"])


@router.get("/mandaten/{school}", openapi_extra={UNLOGGED: "mandaten van scholen, niets over een leerling"})
async def show(school: SchoolCode, actor: ActorBySchool, parts: CurrentParts, response: Response) -> MandaatAntwoord:
    """The mandate that counts for this school towards the SWV that is asked for."""
    async with parts.database.transaction() as tx:
        found = await show_mandate(tx, actor, school)
    response.headers.update(etag(found.versie))
    return mandate_answer(found)


@router.put("/mandaten/{school}")
async def put(
    school: SchoolCode,
    body: MandaatOpgave,
    actor: ActorBySchool,
    parts: CurrentParts,
    beheerrollen: Beheerrollen,
    response: Response,
    if_match: IfMatch = None,
) -> MandaatAntwoord:
    """Note a mandate, change its period or end it. The first one goes without If-Match; the same one again changes nothing."""
    async with parts.database.transaction() as tx:
        found = await put_mandate(
            tx,
            actor,
            school,
            Periode(body.van, body.tot),
            expected=version_of(if_match),
            beheerrollen=beheerrollen,
        )
        tx.after_commit(parts.wake)
    response.headers.update(etag(found.versie))
    return mandate_answer(found)
