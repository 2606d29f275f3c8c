"""``schakel audit``: who saw and did what, and whether the log of it is still as it was written.

>>> schakel audit show 100001                       # everyone who opened or changed this hulpvraag
>>> schakel audit export 100001                     # the same as records of Logius Logboek Dataverwerkingen
>>> schakel audit verify                            # exit 1 when a row was altered, removed, added or moved
>>> schakel audit heads > 2026-11-27.json           # and keep this where nobody of the database can write
>>> schakel audit verify --heads 2026-11-27.json

Each service chains its own log. Whoever owns a database can write the whole chain anew, or cut off its end: then it no longer
holds the heads that documents stored in S3 every hour (``schakel.anchors``), nor those that an operator kept.
"""

import asyncio
import json
import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from asyncpg import Record

from schakel import anchors, config, ldv
from schakel.dead import opened
from shared import audit

app = typer.Typer(no_args_is_help=True, help="The audit log.")

_UNSEALED = """
SELECT count(*) FROM audit_log
WHERE transaction_id >= coalesce((SELECT below FROM audit_block ORDER BY number DESC LIMIT 1), '0'::xid8)
"""
_HULPVRAAG = "SELECT id::text FROM hulpvraag WHERE dossiernummer = $1"
_ABOUT = """
SELECT id, at, action, subject, actor, correlation_id, details FROM audit_log
WHERE subject IN ($1, 'dossiernummer:' || $2::bigint) OR details -> 'dossiernummers' @> to_jsonb($2::bigint)
ORDER BY at, id
"""
_PEOPLE = "SELECT id::text, naam, organisatie FROM account WHERE id::text = ANY($1::text[])"


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in the log of one service; ``present`` are the hashes now at the blocks of heads that were kept."""

    verdict: audit.Verdict
    unsealed: int
    present: Mapping[int, bytes]


@app.command()
def verify(
    heads: Annotated[Path | None, typer.Option(help="what `schakel audit heads` said before; - for stdin")] = None,
) -> None:
    """Recompute every chain, and compare it with the heads in S3 and those kept by hand; exit 1 when one does not fit."""
    known: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for source in (_anchored(), _read(heads) if heads else {}):
        for service, kept in source.items():
            for number, hashes in kept.items():
                known[service][number] |= hashes
    is_whole = True
    for service in config.SERVICES:
        looked = asyncio.run(_look(service, known[service]))
        fault = _fault(looked, known[service])
        is_whole = is_whole and fault is None
        found = looked.verdict
        typer.echo(
            f"{service:<12} {found.blocks} blocks, {found.entries} entries, {looked.unsealed} unsealed, "
            f"kept up to block {max(known[service], default=0)}  {fault or 'whole'}"
        )
    raise typer.Exit(0 if is_whole else 1)


@app.command()
def heads() -> None:
    """Print the last block of every chain, as JSON."""
    found = {}
    for service in config.SERVICES:
        verdict = asyncio.run(_look(service, {})).verdict
        if verdict.broken is not None:
            raise config.fail(f"{service}: block {verdict.broken} does not fit; nothing to keep")
        found[service] = {"number": verdict.blocks, "hash": verdict.head.hex()}
    typer.echo(json.dumps(found, indent=2))


@app.command()
def show(dossiernummer: int) -> None:
    """Show everyone who opened or changed a hulpvraag, or saw it in a list: when, what, who, by which token, in which part."""
    hulpvraag = asyncio.run(_fetch("workflow", _HULPVRAAG, dossiernummer))
    if not hulpvraag:
        raise config.fail(f"there is no hulpvraag {dossiernummer}")
    lines = [
        (row["at"], service, row["action"], row["actor"] or "-", _remarks(row["details"]))
        for service in config.SERVICES
        for row in asyncio.run(_fetch(service, _ABOUT, hulpvraag[0]["id"], dossiernummer))
    ]
    people = {row["id"]: row for row in asyncio.run(_fetch("gateway", _PEOPLE, sorted({line[3] for line in lines})))}
    for at, service, action, actor, remarks in sorted(lines):
        who = f"{people[actor]['naam']} ({people[actor]['organisatie']})" if actor in people else actor
        typer.echo(f"{at:%Y-%m-%d %H:%M:%S}  {action:<28}  {who}  {remarks}[{service}]")


def _remarks(details: Mapping[str, Any]) -> str:
    """On what ground, and by which API token where a program did it."""
    ground, token = details.get("grond"), details.get("token")
    return "".join(f"{part} " for part in (ground, f"token {token}" if token else None) if part)


@app.command()
def export(dossiernummer: int) -> None:
    """Print the records of one hulpvraag after Logius Logboek Dataverwerkingen: JSON, one a line."""
    hulpvraag = asyncio.run(_fetch("workflow", _HULPVRAAG, dossiernummer))
    if not hulpvraag:
        raise config.fail(f"there is no hulpvraag {dossiernummer}")
    for service in config.SERVICES:
        for row in asyncio.run(_fetch(service, _ABOUT, hulpvraag[0]["id"], dossiernummer)):
            for record in ldv.records(service, row):
                typer.echo(json.dumps(record, ensure_ascii=False))


def _fault(looked: Looked, known: Mapping[int, set[str]]) -> str | None:
    if looked.verdict.broken is not None:
        return f"BROKEN at block {looked.verdict.broken}"
    for number in sorted(known):
        present = looked.present.get(number)
        if present is None:
            return f"CUT OFF: block {number} is gone"
        if known[number] != {present.hex()}:
            return f"REWRITTEN: block {number} is not the one that was kept"
    return None


def _anchored() -> anchors.Heads:
    if not config.find("SCHAKEL_AUDITOR_ACCESS_KEY"):
        typer.echo("the heads in S3 are not looked at: SCHAKEL_AUDITOR_ACCESS_KEY is not set", err=True)
        return {}
    return anchors.stored()


async def _look(service: str, known: Mapping[int, set[str]]) -> Looked:
    async with opened(service) as database, database.transaction() as tx:
        verdict = await audit.verify(tx.connection)
        unsealed: int = await tx.fetchval(_UNSEALED)
        return Looked(verdict, unsealed, await audit.hashes_at(tx.connection, known))


async def _fetch(service: str, query: str, *values: object) -> list[Record]:
    async with opened(service) as database:
        rows: list[Record] = await database.pool.fetch(query, *values)
        return rows


def _read(file: Path) -> anchors.Heads:
    try:
        found = json.loads(sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8"))
        heads_of = {service: (int(head["number"]), str(head["hash"])) for service, head in found.items()}
        return {service: {number: {hash_}} for service, (number, hash_) in heads_of.items() if number}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise config.fail(f"{file} is not what `schakel audit heads` printed") from None
