"""``schakel outbox status``: what each service still has to send, since when, and what holds it back."""

import asyncio

import typer
from asyncpg import Record

from schakel import config
from schakel.dead import opened
from shared import clock

app = typer.Typer(no_args_is_help=True, help="The outbox.")

_STATUS = """
SELECT count(*) AS waiting, count(*) FILTER (WHERE attempts > 0) AS failing,
    coalesce(extract(epoch FROM $1::timestamptz - min(created_at)), 0)::float8 AS age,
    (SELECT last_error FROM outbox WHERE sent_at IS NULL AND last_error IS NOT NULL ORDER BY id LIMIT 1) AS error,
    (SELECT expires_at > now() FROM relay_lease) AS relayed
FROM outbox WHERE sent_at IS NULL
"""


@app.callback()
def _group() -> None:
    """Keep ``status`` a command of its own, for others to come beside it."""


@app.command()
def status() -> None:
    """Show one line a service; exit 1 when a row fails or nobody relays."""
    trouble = False
    for service in config.SERVICES:
        row = asyncio.run(_status(service))
        trouble = trouble or bool(row["failing"]) or not row["relayed"]
        line = f"{service:<12} {row['waiting']:>6} waiting  oldest {row['age']:.1f} s  {row['failing']} failing"
        typer.echo(line + ("" if row["relayed"] else "  no relay active") + (f"  {row['error']}" if row["error"] else ""))
    raise typer.Exit(1 if trouble else 0)


async def _status(service: str) -> Record:
    async with opened(service) as database:
        row = await database.pool.fetchrow(_STATUS, clock.now())
    if row is None:
        raise config.fail(f"{service}: no answer")
    return row
