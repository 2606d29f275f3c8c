"""Where the servers are: from the environment, or from the file that ``make up`` leaves.

``SCHAKEL_ENV_FILE`` names such a file; without it ``.local/servers/schakel.env`` in this folder or above is used.
"""

import os
from functools import lru_cache
from pathlib import Path

import typer

SERVICES = ("gateway", "intake", "workflow", "documents", "notify", "bron-export")
"""Every service, by the name of its folder."""


def fail(sentence: str) -> typer.Exit:
    """Say what is wrong on stderr; raise what this returns."""
    typer.echo(sentence, err=True)
    return typer.Exit(1)


@lru_cache
def _file() -> dict[str, str]:
    named = os.environ.get("SCHAKEL_ENV_FILE")
    here = Path.cwd()
    candidates = [Path(named)] if named else [folder / ".local" / "servers" / "schakel.env" for folder in (here, *here.parents)]
    for path in candidates:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except OSError:
            continue
        return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {}


def find(name: str) -> str:
    """Return a setting; empty when it is nowhere."""
    return os.environ.get(name) or _file().get(name) or ""


def value(name: str) -> str:
    """Return a setting; end with a sentence when it is nowhere."""
    found = find(name)
    if not found:
        raise fail(f"{name} is nowhere to be found: set it, or run this where `make up` ran")
    return found


def database_url(service: str) -> str:
    """Return the database of this service, by its app role. Ends with a sentence for an unknown service."""
    if service not in SERVICES:
        raise fail(f"unknown service {service!r}; one of {', '.join(SERVICES)}")
    return value(f"SCHAKEL_{service.replace('-', '_').upper()}_DATABASE_URL")
