"""The command line of every service: ``python -m intake serve | prepare | describe``.

>>> run(make_service, migrations=Path(__file__).parents[2] / "migrations")     # last line of a service's __main__
"""

import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import uvicorn
import uvloop
from fastapi import FastAPI

from shared.service import Service
from shared.settings import BaseServiceSettings, MigratorSettings


def run(make: Callable[[], Service], *, migrations: Path) -> None:
    """Do what the first argument says.

    ``serve`` runs until SIGTERM or SIGINT, and exits with 0 when it ended tidily; ``describe`` prints JSON for ``make docs``.
    """
    command = sys.argv[1] if len(sys.argv) > 1 else "serve"
    service = make()
    match command:
        case "serve":
            _serve(service)
        case "prepare":
            own = MigratorSettings()
            for name in uvloop.run(service.prepare(own.database_address, own.migrations or migrations)):
                sys.stdout.write(f"{service.name}: {name}\n")
        case "describe":
            json.dump({"asyncapi": service.asyncapi(), "openapi": service.http.openapi()}, sys.stdout, ensure_ascii=False)
        case other:
            sys.exit(f"{service.name}: unknown command {other!r}; one of serve, prepare, describe")


def _serve(service: Service) -> None:
    def end(*_: object) -> NoReturn:
        sys.exit(1 if service.failed else 0)

    # Uvicorn raises the signal once more after a tidy stop; by default that reads as a crash to whoever started us.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    server_of(service.http, service.settings).run()


def server_of(app: FastAPI, settings: BaseServiceSettings) -> uvicorn.Server:
    """The HTTP server, over TLS where it has a certificate."""
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
        proxy_headers=False,  # who trusts which proxy is a setting of the gateway, not of the server
        timeout_graceful_shutdown=int(settings.graceful_timeout),
    )
    return uvicorn.Server(config)
