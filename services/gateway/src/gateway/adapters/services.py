"""The other services, asked over HTTP on behalf of a person.

>>> answer = await services.ask("workflow", "GET", "/hulpvragen/20014", actor)
>>> answer.body["status"], answer.version

Each call carries a token of 60 seconds for that service alone, the correlation id and the trace. What a service refuses
comes back as the same error; a service that does not answer is a TemporaryError that says so.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import httpx
from joserfc.jwk import OKPKey

from gateway.settings import Settings
from shared import context, errors, failpoints, telemetry, tls, tokens
from shared.errors import Fault, InvalidInput, SchakelError, TemporaryError
from shared.http import CORRELATION
from shared.log import get_logger
from shared.problem import TYPE
from shared.tokens import Actor

Name = Literal["workflow", "intake", "documents", "notify", "bron-export"]
CAPABILITY = "Schakel-Machtiging"

log = get_logger()

failpoints.register("gateway.before-ask", "gateway.after-ask")

# A service hangs up on who is silent for five seconds (uvicorn's default), which is also httpx's. Who is the first to hang up
# must not be a matter of luck: a question sent on a connection that is just closed is a 503 for a person.
_LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=2)

_PEOPLE_SAY: dict[Name, str] = {
    "workflow": "De hulpvragen zijn",
    "intake": "Het indienen van hulpvragen is",
    "documents": "De bijlagen zijn",
    "notify": "De mails zijn",
    "bron-export": "De registraties zijn",
}


class ServiceAway(TemporaryError):
    """A service does not answer, or not in time. For a command: whether it was carried out is unknown."""

    slug = "dienst-niet-bereikbaar"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered: status, JSON (None for 204), and where its headers gave them the version and the place."""

    status: int
    body: Any
    version: int | None


class Services:
    """One client per service, open between start and stop."""

    def __init__(self, settings: Settings, transports: Mapping[str, httpx.AsyncBaseTransport] | None = None) -> None:
        self._key: OKPKey = tokens.load_key(settings.gateway_private_key.get_secret_value())
        self._urls: dict[Name, str] = {
            "workflow": settings.workflow_url,
            "intake": settings.intake_url,
            "documents": settings.documents_url,
            "notify": settings.notify_url,
            "bron-export": settings.bron_export_url,
        }
        self._timeout = httpx.Timeout(settings.service_timeout, connect=2.0)
        self._transports = transports or {}
        self._verify = tls.context(settings.tls_ca)
        self._clients: dict[str, httpx.AsyncClient] = {}

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Keep the clients open inside the block."""
        async with AsyncExitStack() as stack:
            for name, url in self._urls.items():
                client = httpx.AsyncClient(
                    base_url=url,
                    timeout=self._timeout,
                    transport=self._transports.get(name) or self._over_the_network(),
                )
                self._clients[name] = await stack.enter_async_context(client)
            yield
        self._clients = {}

    def _over_the_network(self) -> httpx.AsyncHTTPTransport:
        return httpx.AsyncHTTPTransport(retries=1, limits=_LIMITS, verify=self._verify)

    async def ask(
        self,
        service: Name,
        method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"],
        path: str,
        actor: Actor,
        *,
        json: object = None,
        params: Mapping[str, str | int | Sequence[int]] | None = None,
        version: int | None = None,
        key: str | None = None,
        capability: str | None = None,
    ) -> Answer:
        """Ask one thing. ``version`` becomes If-Match, ``key`` Idempotency-Key, ``capability`` the leave workflow gave."""
        work = context.current()
        if work.token is not None:
            actor = actor.model_copy(update={"token": work.token})
        headers = {
            "authorization": f"Bearer {tokens.sign(actor, audience=service, key=self._key)}",
            CORRELATION: str(work.correlation_id),
        }
        given = {
            "traceparent": telemetry.current(),
            "if-match": None if version is None else f'"{version}"',
            "idempotency-key": key,
            CAPABILITY: capability,
        }
        headers.update({name: value for name, value in given.items() if value is not None})
        if key is not None:
            failpoints.hit("gateway.before-ask")
        try:
            response = await self._clients[service].request(method, path, json=json, params=params, headers=headers)
        except (httpx.TransportError, KeyError) as error:
            log.warning("service_away", to=service, error=type(error).__name__)
            raise _away(service) from error
        if key is not None:
            failpoints.hit("gateway.after-ask")
        if response.is_success:
            body = response.json() if response.content else None
            return Answer(response.status_code, body, _version(response))
        raise _error(service, response)


def path_of(identifier: UUID | int) -> str:
    """Write an identifier into a path; its type keeps anything else out."""
    return str(identifier)


def _away(service: Name) -> ServiceAway:
    return ServiceAway(f"{_PEOPLE_SAY[service]} nu even niet bereikbaar.")


def _version(response: httpx.Response) -> int | None:
    tag = response.headers.get("etag", "").removeprefix("W/").strip('"')
    return int(tag) if tag.isdecimal() else None


def _kinds() -> dict[str, type[SchakelError]]:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, SchakelError)]
    return {kind.slug: kind for kind in kinds}


_KINDS = _kinds()
_BY_STATUS = {kind.status: kind for kind in reversed(_KINDS.values())}


def _error(service: Name, response: httpx.Response) -> SchakelError:
    """Make the same error again. A 401 or 500 is between us and the service: the person can do nothing about it."""
    if response.status_code == 401 or response.status_code >= 500:
        log.error("service_failed", to=service, status=response.status_code)
        return _away(service)
    try:
        problem: dict[str, Any] = response.json()
    except ValueError:
        problem = {}
    slug = str(problem.pop("type", "")).removeprefix(TYPE)
    kind = _KINDS.get(slug) or _BY_STATUS.get(response.status_code, SchakelError)
    detail = str(problem.pop("detail", "")) or str(problem.get("title", ""))
    for known in ("title", "status"):
        problem.pop(known, None)
    if issubclass(kind, InvalidInput):
        return kind([Fault.model_validate(fault) for fault in problem.get("fouten", [])], detail)
    return kind(detail, **problem)
