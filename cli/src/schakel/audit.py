"""``schakel audit``: who saw and did what, and whether the log of it is still as it was written.

>>> schakel audit show 100001                       # everyone who opened or changed this hulpvraag
>>> schakel audit heads > 2026-11-27.json           # keep this where nobody of the database can write
>>> schakel audit verify --heads 2026-11-27.json    # exit 1 when a row was altered, removed, added or moved

Each service chains its own log. Whoever owns a database can write the whole chain anew, or cut off its end: then it no longer
holds the heads that were kept elsewhere.
"""

import asyncio
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from asyncpg import Record

from schakel import config
from schakel.dead import opened
from shared import audit

app = typer.Typer(no_args_is_help=True, help="The audit log.")

_UNSEALED = """
SELECT count(*) FROM audit_log
WHERE transaction_id >= coalesce((SELECT below FROM audit_block ORDER BY number DESC LIMIT 1), '0'::xid8)
"""
_HULPVRAAG = "SELECT id::text FROM hulpvraag WHERE dossiernummer = $1"
_ABOUT = """
SELECT at, action, actor FROM audit_log WHERE subject = $1 OR details -> 'dossiernummers' @> to_jsonb($2::bigint)
ORDER BY at, id
"""
_PEOPLE = "SELECT id::text, naam, organisatie FROM account WHERE id::text = ANY($1::text[])"


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in the log of one service; ``kept`` is the hash now at the block of a head that was kept."""

    verdict: audit.Verdict
    unsealed: int
    kept: bytes | None


@app.command()
def verify(
    heads: Annotated[Path | None, typer.Option(help="what `schakel audit heads` said before; - for stdin")] = None,
) -> None:
    """Recompute every chain, and compare it with heads that were kept; exit 1 when one does not fit."""
    known = _read(heads) if heads else {}
    is_whole = True
    for service in config.SERVICES:
        number, expected = known.get(service, (0, ""))
        looked = asyncio.run(_look(service, number))
        fault = _fault(looked, number, expected)
        is_whole = is_whole and fault is None
        found = looked.verdict
        typer.echo(
            f"{service:<12} {found.blocks} blocks, {found.entries} entries, {looked.unsealed} unsealed  {fault or 'whole'}"
        )
    raise typer.Exit(0 if is_whole else 1)


@app.command()
def heads() -> None:
    """Print the last block of every chain, as JSON."""
    found = {}
    for service in config.SERVICES:
        verdict = asyncio.run(_look(service, 0)).verdict
        if verdict.broken is not None:
            raise config.fail(f"{service}: block {verdict.broken} does not fit; nothing to keep")
        found[service] = {"number": verdict.blocks, "hash": verdict.head.hex()}
    typer.echo(json.dumps(found, indent=2))


@app.command()
def show(dossiernummer: int) -> None:
    """Show everyone who opened or changed a hulpvraag, or saw it in a list: when, what, who, in which service."""
    hulpvraag = asyncio.run(_fetch("workflow", _HULPVRAAG, dossiernummer))
    if not hulpvraag:
        raise config.fail(f"there is no hulpvraag {dossiernummer}")
    lines = [
        (row["at"], service, row["action"], row["actor"] or "-")
        for service in config.SERVICES
        for row in asyncio.run(_fetch(service, _ABOUT, hulpvraag[0]["id"], dossiernummer))
    ]
    people = {row["id"]: row for row in asyncio.run(_fetch("gateway", _PEOPLE, sorted({line[3] for line in lines})))}
    for at, service, action, actor in sorted(lines):
        who = f"{people[actor]['naam']} ({people[actor]['organisatie']})" if actor in people else actor
        typer.echo(f"{at:%Y-%m-%d %H:%M:%S}  {action:<28}  {who}  [{service}]")


def _fault(looked: Looked, number: int, expected: str) -> str | None:
    if looked.verdict.broken is not None:
        return f"BROKEN at block {looked.verdict.broken}"
    if number and looked.kept is None:
        return f"CUT OFF: block {number} is gone"
    if number and looked.kept is not None and looked.kept.hex() != expected:
        return f"REWRITTEN: block {number} is not the one that was kept"
    return None


async def _look(service: str, number: int) -> Looked:
    async with opened(service) as database, database.transaction() as tx:
        verdict = await audit.verify(tx.connection)
        unsealed: int = await tx.fetchval(_UNSEALED)
        return Looked(verdict, unsealed, await audit.hash_at(tx.connection, number) if number else None)


async def _fetch(service: str, query: str, *values: object) -> list[Record]:
    async with opened(service) as database:
        rows: list[Record] = await database.pool.fetch(query, *values)
        return rows


def _read(file: Path) -> dict[str, tuple[int, str]]:
    try:
        found = json.loads(sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8"))
        return {service: (int(head["number"]), str(head["hash"])) for service, head in found.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise config.fail(f"{file} is not what `schakel audit heads` printed") from None
