"""What every route needs: the ports of this service, the headers of a command, and a command that is done once.

A command runs in one transaction that is committed before it is answered. With an ``Idempotency-Key`` the same command
again gets the same answer and changes nothing.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Header, Request
from fastapi.responses import JSONResponse
from joserfc.jwk import OKPKey

from shared import failpoints
from shared.database import Database, Transaction
from shared.errors import Fault, InvalidInput, PreconditionRequired
from shared.idempotency import Answer, remember, seen
from shared.tokens import Actor
from workflow.registry import RuleSets
from workflow.usecases.dossier import Dossier, opened

failpoints.register("workflow.before-commit", "workflow.after-commit")


@dataclass(frozen=True, slots=True)
class Ports:
    """The concrete things behind the routes, put together in ``main``."""

    database: Database
    rulesets: RuleSets
    capability_key: OKPKey


async def _ports(request: Request) -> Ports:
    found: Ports = request.app.state.ports
    return found


async def _expected(if_match: Annotated[str | None, Header(description='De versie die u heeft gezien: `"3"`')] = None) -> int:
    if if_match is None:
        raise PreconditionRequired
    matched = re.fullmatch(r'"(\d{1,9})"', if_match.strip())
    if matched is None:
        message = 'Noem één versie, tussen aanhalingstekens: "3".'
        raise InvalidInput([Fault(field="If-Match", rule="versie", message=message)])
    return int(matched[1])


UsedPorts = Annotated[Ports, Depends(_ports)]
Expected = Annotated[int, Depends(_expected)]
Key = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200)]
Opened = TypeVar("Opened")


async def once(
    request: Request,
    ports: Ports,
    actor: Actor,
    dossiernummer: int,
    key: str | None,
    command: Callable[[Transaction, Dossier], Awaitable[Answer]],
) -> JSONResponse:
    """Open the hulpvraag for a change, do the command once, and answer after the commit."""

    async def open_it(tx: Transaction) -> Dossier:
        return await opened(tx, ports.rulesets, actor, dossiernummer, lock=True)

    answer = await done_once(request, ports, actor, key, open_it, command)
    versie = answer.body.get("versie")
    return JSONResponse(answer.body, answer.status, {} if versie is None else {"ETag": etag(versie)})


async def done_once(
    request: Request,
    ports: Ports,
    actor: Actor,
    key: str | None,
    first: Callable[[Transaction], Awaitable[Opened]],
    command: Callable[[Transaction, Opened], Awaitable[Answer]],
) -> Answer:
    """Do the command once. ``first`` comes before every answer, also one given before: it refuses who may not, now."""
    asked = b"\n".join(
        (request.method.encode(), request.url.path.encode(), request.headers.get("if-match", "").encode(), await request.body())
    )
    async with ports.database.transaction() as tx:
        what = await first(tx)
        answer = await seen(tx, key, actor.sub, asked) if key else None
        if answer is None:
            answer = await command(tx, what)
            if key:
                about = what.id if isinstance(what, Dossier) else None
                await remember(tx, key, actor.sub, asked, answer, hulpvraag=about)
        failpoints.hit("workflow.before-commit")
    failpoints.hit("workflow.after-commit")
    return answer


def etag(versie: int) -> str:
    """Write a version as an entity tag (RFC 9110, 8.8.3)."""
    return f'"{versie}"'
