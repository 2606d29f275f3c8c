"""``schakel docs``: generate docs/asyncapi, docs/openapi, docs/schemas and the models of the Python client from the code.

A test fails when they are stale. ``--baseline``, at a release: keep the schemas, for later ones to be compared with.
"""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from intake.adapters import contract
from schakel import bindings
from schakel.config import SERVICES
from shared import tokens

PLACEHOLDERS = {
    "SCHAKEL_DATABASE_URL": "postgresql://app@localhost/schakel",
    "SCHAKEL_AMQP_URL": "amqp://localhost/",
}
"""What a service needs to be put together without a server."""
SCHEMAS = "schemas/connector"
BASELINE = f"{SCHEMAS}/baseline"
"""The schemas of the last release, which builders of connectors hold to."""
CLIENT = "../clients/python/src/schakel_lvs/berichten.py"
NO_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


def render() -> dict[str, str]:
    """Return every document by its path below docs/."""
    found = {}
    with ThreadPoolExecutor(2) as pool:
        for service, made in zip(SERVICES, pool.map(_describe, SERVICES), strict=True):
            found[f"openapi/{service}.json"] = json.dumps(made["openapi"], indent=2, ensure_ascii=False) + "\n"
            text = yaml.dump(made["asyncapi"], Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120)
            found[f"asyncapi/{service}.yaml"] = text
    return found | connectors()


def connectors() -> dict[str, str]:
    """Return the contract with connectors, by path below docs/: a schema for each type, and the models of the client."""
    found = contract.published()
    made = {
        f"{SCHEMAS}/{kind.removeprefix('nl.passend-onderwijs.')}.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for kind, schema in found.items()
    }
    kinds = {"commands": contract.COMMANDS, "answers": contract.ANSWERS, "news": contract.NEWS}
    text = bindings.render(**{name: [found[contract.type_of(kind)] for kind in group] for name, group in kinds.items()})
    return {**made, CLIENT: text}


def _describe(service: str) -> dict[str, Any]:
    package = service.replace("-", "_")
    done = subprocess.run(  # noqa: S603 - our own interpreter and our own package
        [sys.executable, "-m", package, "describe"], env={**PLACEHOLDERS, **_own(service)}, stdout=subprocess.PIPE, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _own(service: str) -> dict[str, str]:
    """Return what only this service needs; keys are made for the moment, for none ends up in a document."""
    match service:
        case "gateway":
            return {
                "SCHAKEL_GATEWAY_PRIVATE_KEY": _key(),
                "SCHAKEL_TOTP_KEYS": NO_KEY,
                "SCHAKEL_LINK_KEY": NO_KEY,
                "SCHAKEL_PUBLIC_URL": "https://portal.example",
            }
        case "notify":
            return {"SCHAKEL_LINK_KEY": NO_KEY}
        case "workflow":
            return {"SCHAKEL_CAPABILITY_KEY": _key()}
        case "bron-export":
            return {"SCHAKEL_REGISTER_URL": "https://register.example"}
        case _:
            return {}


def _key() -> str:
    return tokens.dump_key(tokens.new_key(), private=True)


class _Plain(yaml.SafeDumper):
    """Writes what stands in two places twice: an alias reads badly, and not every AsyncAPI tool takes one."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ANN401, ARG002 - the interface of PyYAML
        return True


def generate(
    folder: Annotated[Path, typer.Argument()] = Path("docs"),
    *,
    baseline: Annotated[bool, typer.Option(help="at a release: keep the schemas of the contract with connectors")] = False,
) -> None:
    """Write them."""
    found = connectors() if baseline else render()
    if baseline:
        found = {name.replace(SCHEMAS, BASELINE): text for name, text in found.items() if name.startswith(SCHEMAS)}
    for name, text in found.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        typer.echo(str(path))
