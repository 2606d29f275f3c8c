"""``schakel docs``: generate docs/asyncapi and docs/openapi from the code. A test fails when they are stale."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from schakel.config import SERVICES

PLACEHOLDERS = {
    "SCHAKEL_DATABASE_URL": "postgresql://app@localhost/schakel",
    "SCHAKEL_AMQP_URL": "amqp://localhost/",
}
"""What a service needs to be put together without a server."""


def render() -> dict[str, str]:
    """Return every document by its path below docs/."""
    documents = {}
    for service in SERVICES:
        documents[f"asyncapi/{service}.yaml"] = _ask(service, "asyncapi")
        documents[f"openapi/{service}.json"] = _ask(service, "openapi")
    return documents


def _ask(service: str, what: str) -> str:
    package = service.replace("-", "_")
    environment = {**PLACEHOLDERS, **_own(service)}
    done = subprocess.run(  # noqa: S603 - our own interpreter and our own package
        [sys.executable, "-m", package, what], env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout


def _own(service: str) -> dict[str, str]:
    if service == "gateway":
        from shared import tokens  # noqa: PLC0415 - only this service signs

        key = tokens.dump_key(tokens.new_key(), private=True)
        return {
            "SCHAKEL_GATEWAY_PRIVATE_KEY": key,
            "SCHAKEL_TOTP_KEYS": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            "SCHAKEL_PUBLIC_URL": "https://portal.example",
        }
    return {"SCHAKEL_REGISTER_URL": "https://register.example"} if service == "bron-export" else {}


def generate(folder: Annotated[Path, typer.Argument()] = Path("docs")) -> None:
    """Write them."""
    for name, text in render().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        typer.echo(str(path))
