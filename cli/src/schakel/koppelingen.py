"""``schakel koppelingen``: the verification codes by which a school lets in an environment of its LVS (Esis).

>>> schakel koppelingen make 99XA00 --naam "Esis, locatie Bos" --by jansen
99XA004T8K2…  (shown once; enter it in Esis under Beheer > Koppelingen)

The school, its board and who manages the SWV do the same in the portal.
"""

import asyncio
from typing import Annotated
from uuid import UUID

import asyncpg
import typer

from intake.store import koppelingen as store
from intake.usecases import verificatiecode
from schakel import config
from schakel.dead import By, opened
from shared.errors import SchakelError

app = typer.Typer(no_args_is_help=True, help="Verification codes of schools (Esis).")

School = Annotated[str, typer.Argument(help="BRIN and vestiging: 99XA00")]


@app.command("list")
def list_(school: School) -> None:
    """Show the codes of a school, never a code itself, with the environment that uses each."""
    for row in asyncio.run(_listed(school)):
        used = f"{row['systeem']}, {row['omgeving']}" if row["systeem"] else "not used yet"
        state = "stopped" if row["gestopt_op"] else "removed in the LVS" if row["gepauzeerd_op"] else "counts"
        typer.echo(f"{row['id']}  {state}  {row['naam']}  {used}")


@app.command()
def make(school: School, *, naam: Annotated[str, typer.Option(help="for what, to recognise it by")], by: By) -> None:
    """Make a code for one environment, and show it this once."""
    typer.echo(f"{asyncio.run(_make(school, naam, by))}  (shown once; enter it in Esis under Beheer > Koppelingen)")


@app.command()
def stop(school: School, code: Annotated[UUID, typer.Argument(help="its id, from `list`")], *, by: By) -> None:
    """Let a code open nothing more, at once and for good."""
    asyncio.run(_stop(school, code, by))
    typer.echo("stopped")


async def _listed(school: str) -> list[asyncpg.Record]:
    async with opened("intake") as database, database.transaction() as tx:
        return await store.of_school(tx, school)


async def _make(school: str, naam: str, by: str) -> str:
    try:
        async with opened("intake") as database, database.transaction() as tx:
            _, code = await verificatiecode.make(tx, school, naam, f"operator:{by}")
            return code
    except SchakelError as error:
        raise config.fail(error.detail) from None
    except asyncpg.ForeignKeyViolationError:
        raise config.fail(f"there is no school {school}") from None


async def _stop(school: str, code: UUID, by: str) -> None:
    try:
        async with opened("intake") as database, database.transaction() as tx:
            await verificatiecode.stop(tx, school, code, f"operator:{by}")
    except SchakelError as error:
        raise config.fail(error.detail) from None
