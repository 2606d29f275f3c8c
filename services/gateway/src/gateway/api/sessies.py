"""``/sessies``: log in, see where one is logged in, log out."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field, SecretStr

from gateway import store
from gateway.api.base import PREFIX, problems
from gateway.models.base import Answer, Command, Moment
from gateway.parts import CurrentParts
from gateway.sessions import LoggedIn
from gateway.usecases import login

router = APIRouter(prefix="/sessies", tags=["sessies"])

Typed = Annotated[str, Field(min_length=1, max_length=100)]


class SessieOpenen(Command):
    """Who logs in. ``code`` is that of the authenticator app, one that was mailed, or a recovery code; each counts once."""

    organisatie: Typed = Field(examples=["PO2507"])
    gebruikersnaam: Typed = Field(examples=["a.jansen"])
    wachtwoord: SecretStr = Field(min_length=1, max_length=256)
    code: str = Field(min_length=6, max_length=20, examples=["123456"])


class Sessie(Answer):
    """One log-in. It ends after 30 minutes without use, and at ``eindigtOp`` in any case."""

    id: UUID
    soort: store.Kind
    begonnen_op: Moment
    gebruikt_op: Moment
    eindigt_op: Moment


class NieuweSessie(Sessie):
    """A session that was just opened. ``token`` is shown this once: send it as ``Authorization: Bearer``."""

    token: str


@router.post("", status_code=201, operation_id="sessieOpenen")
async def open_session(request: Request, response: Response, body: SessieOpenen, parts: CurrentParts) -> NieuweSessie:
    """Log in with organisation, user name, password and code."""
    address = parts.address(request)
    parts.hold_pace(address)
    attempt = login.Attempt(body.organisatie, body.gebruikersnaam, body.wachtwoord.get_secret_value(), body.code, address)
    opened = await login.log_in(parts.database, parts.passwords, parts.post, parts.limits, attempt, "api")
    session = opened.session
    response.headers["location"] = f"{PREFIX}{router.prefix}/{session.id}"
    return NieuweSessie(
        id=session.id,
        soort="api",
        begonnen_op=session.created_at,
        gebruikt_op=session.seen_at,
        eindigt_op=session.ends_at,
        token=opened.token,
    )


@router.get("", operation_id="sessiesTonen")
async def list_sessions(parts: CurrentParts, session: LoggedIn) -> list[Sessie]:
    """List one's own living sessions, oldest first."""
    rows = await store.sessions(parts.database.pool, session.account.id, parts.limits.idle)
    return [
        Sessie(
            id=row["id"],
            soort=row["kind"],
            begonnen_op=row["created_at"],
            gebruikt_op=row["seen_at"],
            eindigt_op=row["ends_at"],
        )
        for row in rows
    ]


@router.delete("/{sessie}", status_code=204, operation_id="sessieBeeindigen", response_class=Response, responses=problems(404))
async def end_session(sessie: UUID, parts: CurrentParts, session: LoggedIn) -> None:
    """End one of one's own sessions, at once and everywhere."""
    async with parts.database.transaction() as tx:
        await login.log_out(tx, sessie, session.account.id)
