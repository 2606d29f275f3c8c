"""Registrations: see them, send them again, mend them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from bron_export import toegang
from bron_export.api.models import Correctie, RegistratieAntwoord, RegistratieDetail, RegistratieLijst, as_answer, as_detail
from bron_export.api.ports import Beheerrollen, CurrentParts, IdempotencyKey, IfMatch, etag, needed_version, required
from bron_export.store import registraties as store
from bron_export.usecases import correctie, inzage
from shared.contracts.bron_export import Registratiestaat
from shared.idempotency import Answer, remember, seen
from shared.roles import ActorBySchool

router = APIRouter(tags=["registraties"])


@router.get("/registraties")
async def list_registrations(
    actor: ActorBySchool,
    parts: CurrentParts,
    beheerrollen: Beheerrollen,
    hulpvraag: UUID | None = None,
    staat: Registratiestaat | None = None,
    pagina: Annotated[int, Query(ge=1, le=1000)] = 1,
) -> RegistratieLijst:
    """What this actor may see, of one hulpvraag or in one state; what is not the actor's is not there."""
    async with parts.database.transaction() as tx:
        found, more = await inzage.list_registrations(tx, actor, hulpvraag=hulpvraag, staat=staat, pagina=pagina)
    shown = tuple(as_answer(each, actor, beheerrollen) for each in found)
    return RegistratieLijst(registraties=shown, pagina=pagina, meer=more)


@router.get("/registraties/{registratie}")
async def show_registration(
    registratie: UUID, actor: ActorBySchool, parts: CurrentParts, beheerrollen: Beheerrollen, response: Response
) -> RegistratieDetail:
    """One registration, with every attempt and correction. 404 for what is not the actor's."""
    async with parts.database.transaction() as tx:
        found = await inzage.show(tx, actor, registratie)
    response.headers.update(etag(found.registratie.versie))
    return as_detail(found, actor, beheerrollen)


@router.post("/registraties/{registratie}/verzendingen", status_code=202, response_model=RegistratieAntwoord)
async def resend(
    registratie: UUID,
    actor: ActorBySchool,
    parts: CurrentParts,
    beheerrollen: Beheerrollen,
    request: Request,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> JSONResponse:
    """Try again now. What was refused goes out once more; of what is under way the register is asked at once."""
    key = required("Idempotency-Key", idempotency_key)
    fingerprint = f"{request.method} {request.url.path}".encode()
    async with parts.database.transaction() as tx:
        answer = await seen(tx, key, actor.sub, fingerprint)
        if answer is None:
            found = toegang.acted_on(actor, await store.find(tx, registratie), beheerrollen)
            found = await correctie.resend(tx, found, needed_version(if_match), actor.sub)
            body = as_answer(found, actor, beheerrollen).model_dump(mode="json", by_alias=True)
            answer = Answer(202, body)
            await remember(tx, key, actor.sub, fingerprint, answer, hulpvraag=found.hulpvraag)
            tx.after_commit(parts.wake)
    return JSONResponse(answer.body, answer.status, etag(answer.body["versie"]))


@router.patch("/registraties/{registratie}")
async def correct(
    registratie: UUID,
    body: Correctie,
    actor: ActorBySchool,
    parts: CurrentParts,
    beheerrollen: Beheerrollen,
    response: Response,
    if_match: IfMatch = None,
) -> RegistratieAntwoord:
    """Change what the register refused, with a reason, and send it again."""
    async with parts.database.transaction() as tx:
        found = toegang.acted_on(actor, await store.find(tx, registratie), beheerrollen)
        found = await correctie.correct(tx, found, needed_version(if_match), body.changes, body.reden, actor.sub)
        tx.after_commit(parts.wake)
    response.headers.update(etag(found.versie))
    return as_answer(found, actor, beheerrollen)
