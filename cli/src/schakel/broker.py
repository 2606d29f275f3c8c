"""``schakel broker users``: one RabbitMQ user per service, with the least it needs; one per connector.

A service configures, writes and reads what carries its own name, declares and binds the two shared exchanges, publishes only
its own types of events, and buries only what died in its own queues. A connector writes to its own exchange and reads its own
queue. A one-shot job in compose.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Self
from urllib.parse import quote

import httpx
import typer

from intake.connectors import permissions
from schakel import config
from shared import tls
from shared.contracts.every_service import LogboekVerzegeld, TokensVervallen, VernietigingBevestigd
from shared.envelope import Data

app = typer.Typer(no_args_is_help=True, help="The broker.")


MAX_CONNECTIONS = 10
"""Of one connector at the same time: a few processes, and what a reconnect leaves behind for a moment."""
MAX_CHANNELS = 50

NOT_ASKED_TO_ERASE = frozenset({"gateway", "workflow"})
"""gateway holds nothing of a hulpvraag; workflow, which says what is to be erased, need not tell itself that it did."""

ENDS_ACCESS = frozenset({"gateway", "workflow"})
"""An account is stopped in the one, access is withdrawn in the other; nobody else may say that what was signed is void."""


def _types(service: str) -> tuple[str, ...]:
    """The events of a service: those of its module of contracts and what every service tells, without prefix and version."""
    name = f"shared.contracts.{service.replace('-', '_')}"
    kinds = vars(import_module(name)).values() if find_spec(name) else ()
    own = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Data) and kind.__module__ == name]
    told: list[type[Data]] = [LogboekVerzegeld]
    told += [TokensVervallen] if service in ENDS_ACCESS else []
    told += [] if service in NOT_ASKED_TO_ERASE else [VernietigingBevestigd]
    return tuple(kind.TYPE.removeprefix(PREFIX).rpartition(".")[0] for kind in [*own, *told])


PREFIX = "nl.passend-onderwijs."
TYPES: Mapping[str, tuple[str, ...]] = {service: _types(service) for service in config.SERVICES}
"""Who publishes what: a forged event of another service is refused by the broker itself."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What a user may do: patterns over names, over the types it publishes to ``events``, and over what it may bury."""

    configure: str
    write: str
    read: str
    publish: str
    bury: str


def rights_of(service: str) -> Rights:
    """Return the rights of a service."""
    own = f"{service}\\..*"
    mine = f"{own}|lvs\\..*" if service == "intake" else own
    both = f"^({mine}|events|dead)$"
    types = "|".join(name.replace(".", "\\.") for name in TYPES[service])
    publish = f"^nl\\.passend-onderwijs\\.({types})\\.v[0-9]+$" if types else "^$"
    return Rights(configure=both, write=both, read=both, publish=publish, bury=f"^{service}\\.")


class Management:
    """The management API, as far as users go: ``with Management(url, user, password) as management: …``."""

    def __init__(self, url: str, user: str, password: str, vhost: str = "/") -> None:
        self._http = httpx.Client(base_url=url, auth=(user, password), timeout=10, trust_env=False, verify=tls.context(None))
        self._vhost = quote(vhost, safe="")

    @classmethod
    def configured(cls) -> Self:
        """Open the one in the settings, as administrator."""
        return cls(*map(config.value, ("SCHAKEL_MANAGEMENT_URL", "SCHAKEL_ADMIN_USER", "SCHAKEL_ADMIN_PASSWORD")))

    def __enter__(self) -> Self:
        """Use and close it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self._http.close()

    def add_service(self, service: str, password: str) -> None:
        """Make or change the user of a service."""
        rights = rights_of(service)
        self._user(service, password, {"configure": rights.configure, "write": rights.write, "read": rights.read})
        topics = {"events": (rights.publish, ".*"), "dead": (rights.bury, rights.bury)}
        for exchange, (write, read) in topics.items():
            self._put(f"topic-permissions/{self._vhost}/{service}", {"exchange": exchange, "write": write, "read": read})

    def has_user(self, name: str) -> bool:
        """Tell whether this user exists."""
        return self._send("GET", f"users/{quote(name, safe='')}", missing_ok=True)

    def add_connector(self, connector: str, user: str, password: str | None, *, active: bool = True) -> None:
        """Make or change the user of a connector; without a password it keeps the one it has.

        It has no topic permissions, for nothing it may write to has topics. One that is not ``active`` cannot log in.
        """
        self._user(user, password, permissions(connector))
        self._put(f"user-limits/{quote(user, safe='')}/max-channels", {"value": MAX_CHANNELS})
        self.let_in(user, active=active)

    def let_in(self, user: str, *, active: bool) -> None:
        """Let a user log in from now on, or not: who may have no connection gets none, whatever the password."""
        self._put(f"user-limits/{quote(user, safe='')}/max-connections", {"value": MAX_CONNECTIONS if active else 0})

    def close(self, user: str) -> None:
        """Close every connection that this user has."""
        self._send("DELETE", f"connections/username/{quote(user, safe='')}", missing_ok=True)

    def _user(self, name: str, password: str | None, rights: Mapping[str, str]) -> None:
        if password is not None:
            self._put(f"users/{quote(name, safe='')}", {"password": password, "tags": ""})
        self._put(f"permissions/{self._vhost}/{quote(name, safe='')}", rights)

    def _put(self, path: str, content: Mapping[str, Any]) -> None:
        self._send("PUT", path, content)

    def _send(self, method: str, path: str, content: Mapping[str, Any] | None = None, *, missing_ok: bool = False) -> bool:
        """Ask one thing; False when it is not there. Ends with a sentence when the broker is away, or refuses."""
        try:
            answer = self._http.request(method, f"/api/{path}", json=content)
        except httpx.TransportError as error:
            away = f"the broker's management API at {self._http.base_url} does not answer ({type(error).__name__})"
            raise config.fail(f"{away}; run the same again when it does") from None
        if missing_ok and answer.status_code == httpx.codes.NOT_FOUND:
            return False
        if answer.is_error:
            raise config.fail(f"the broker's management API refuses {method} {path}: {answer.status_code} {answer.text[:200]}")
        return True


@app.callback()
def _group() -> None:
    """Keep ``users`` a command of its own, for others to come beside it."""


@app.command()
def users() -> None:
    """Make the six users, with the passwords in SCHAKEL_<SERVICE>_AMQP_PASSWORD. May be repeated."""
    with Management.configured() as management:
        for service in config.SERVICES:
            management.add_service(service, config.value(f"SCHAKEL_{service.replace('-', '_').upper()}_AMQP_PASSWORD"))
            typer.echo(f"{service}: user and rights")
