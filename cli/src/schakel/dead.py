"""``schakel dead``: what could not be handled, by cause; look at it, send it again, or give it up.

>>> schakel dead list
>>> schakel dead show notify 17
>>> schakel dead replay notify --reason RuntimeError --by jansen
>>> schakel dead drop notify 17 --by jansen --why "dubbel ingestuurd"
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import typer
from asyncpg import Record

from schakel import config
from shared import deadletter
from shared.database import Database
from shared.errors import NotFound

app = typer.Typer(no_args_is_help=True, help="Dead letters.")

_SHOWN = (
    "id",
    "queue",
    "message_id",
    "type",
    "subject",
    "reason",
    "detail",
    "attempts",
    "times",
    "died_at",
    "state",
    "settled_by",
)
AT_ONCE = 500
"""Letters in one transaction: what one failure undoes, and how long other work on those rows waits."""

Numbers = Annotated[list[int] | None, typer.Argument(help="numbers; none: all that match the options")]
By = Annotated[str, typer.Option("--by", help="who does this; stands in the audit log")]


@asynccontextmanager
async def opened(service: str) -> AsyncIterator[Database]:
    """Hold the database of a service."""
    database = Database(config.database_url(service), size=2, application="schakel-cli")
    await database.connect()
    try:
        yield database
    finally:
        await database.close()


@app.command("list")
def list_(service: Annotated[str | None, typer.Argument(help="only this service")] = None) -> None:
    """Show the causes, the largest first, and the letters of each."""
    total = 0
    for name in [service] if service else config.SERVICES:
        causes, letters = asyncio.run(_list(name))
        shown = Counter((row["queue"], row["reason"]) for row in letters)
        for cause in causes:
            total += cause["open"]
            typer.echo(f"{cause['queue']}  {cause['reason']}  {cause['open']} open, last {cause['last']:%Y-%m-%d %H:%M}")
            for row in letters:
                if (row["queue"], row["reason"]) == (cause["queue"], cause["reason"]):
                    typer.echo(f"  {row['id']:>6}  {row['subject'] or '-'}  {row['attempts']} attempts  {row['detail'][:80]}")
            if left := cause["open"] - shown[cause["queue"], cause["reason"]]:
                typer.echo(f"          {left} more")
    if not total:
        typer.echo("no dead letters")


async def _list(service: str) -> tuple[list[Record], list[Record]]:
    async with opened(service) as database:
        return await deadletter.causes(database.pool), await deadletter.listed(database.pool)


@app.command()
def show(service: str, number: int) -> None:
    """Show one whole: why it died, its headers and its body. It may hold personal data."""
    row = asyncio.run(_show(service, number))
    for key in _SHOWN:
        typer.echo(f"{key:>12}  {row[key]}")
    typer.echo(f"{'headers':>12}  {json.dumps(row['headers'], ensure_ascii=False)}")
    typer.echo(bytes(row["body"]).decode(errors="replace"))


async def _show(service: str, number: int) -> Record:
    async with opened(service) as database:
        try:
            return await deadletter.show(database.pool, number)
        except NotFound as error:
            raise config.fail(error.detail) from None


@app.command()
def replay(service: str, numbers: Numbers = None, *, by: By, queue: str | None = None, reason: str | None = None) -> None:
    """Put letters back into their work queue: these, or all of a queue or reason. The inbox keeps a second effect away."""
    count = asyncio.run(_settle(service, numbers, queue, reason, by, None))
    typer.echo(f"{count} replayed")


@app.command()
def drop(
    service: str,
    numbers: Numbers = None,
    *,
    by: By,
    why: Annotated[str, typer.Option(help="the reason; stands in the audit log")],
    queue: str | None = None,
    reason: str | None = None,
) -> None:
    """Give letters up: these, or all of a queue or reason."""
    count = asyncio.run(_settle(service, numbers, queue, reason, by, why))
    typer.echo(f"{count} dropped")


async def _settle(
    service: str, numbers: list[int] | None, queue: str | None, reason: str | None, by: str, why: str | None
) -> int:
    if not (numbers or queue or reason):
        raise config.fail("name numbers, --queue or --reason")
    async with opened(service) as database:
        # Those of now: one that is replayed and dies again must not be replayed for ever.
        chosen = numbers or await deadletter.numbers(database.pool, queue, reason)
        settled = 0
        for start in range(0, len(chosen), AT_ONCE):
            some = chosen[start : start + AT_ONCE]
            async with database.transaction() as tx:
                if why is None:
                    settled += await deadletter.replay(tx, some, actor=f"operator:{by}")
                else:
                    settled += await deadletter.drop(tx, some, actor=f"operator:{by}", why=why)
        return settled
