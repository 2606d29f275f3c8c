"""``schakel retention``: what passed its term, erasing it everywhere, and the proof of that.

>>> schakel retention show PO2507                                   # nothing is erased
>>> schakel retention run PO2507 --confirm 3 --by jansen            # the number that `show` gave
>>> schakel retention proof 100001                                  # what each service erased, and when all had

The term is ``SCHAKEL_RETENTION_YEARS`` years after the end (three: WPO 18a lid 13), of the hulpvraag and of what was granted.
"""

import asyncio
import json
from typing import Annotated, Any

import typer

from schakel import config
from schakel.dead import By, opened
from shared import clock
from shared.database import Database
from workflow.domain.bewaartermijn import YEARS
from workflow.store import vernietiging as store
from workflow.usecases.vernietigen import OTHERS, Verlopen, destroy, past_term

app = typer.Typer(no_args_is_help=True, help="What is kept, and until when.")
Swv = Annotated[str, typer.Argument(help="PO2507")]


@app.command()
def show(swv: Swv) -> None:
    """List what passed its term: dossiernummer, end, last day of the term. Nothing is erased."""
    found = asyncio.run(_past(swv))
    for one in found:
        typer.echo(f"{one.dossiernummer}  ended {one.geeindigd_op}  kept until and with {one.bewaard_tot_en_met}")
    typer.echo(f"{len(found)} past the term of {_years()} years")


@app.command()
def run(
    swv: Swv,
    by: By,
    confirm: Annotated[int, typer.Option(help="how many `schakel retention show` named; another number erases nothing")],
) -> None:
    """Erase what passed its term, for good, in every service. What was opened again meanwhile stays; may be repeated."""
    found = asyncio.run(_past(swv))
    if len(found) != confirm:
        raise config.fail(f"{len(found)} are past their term, not {confirm}; look again with `schakel retention show {swv}`")
    gone = asyncio.run(_destroy(found, f"operator:{by}"))
    typer.echo(f"{gone} erased here; the other services follow, see `schakel retention proof`")


@app.command()
def proof(dossiernummer: Annotated[int | None, typer.Argument(help="one; all when left out")] = None) -> None:
    """Show what was erased, when, by whom, and how much each service erased; exit 1 while one has not answered."""
    rows = asyncio.run(_record(dossiernummer))
    waiting = 0
    for row in rows:
        left = sorted(OTHERS - set(row["diensten"]))
        waiting += bool(left)
        state = f"waits for {', '.join(left)}" if left else "complete"
        typer.echo(f"{row['dossiernummer']}  {row['swv']}  {row['op']:%Y-%m-%d %H:%M}  {row['door']}  {state}")
        for service in sorted(row["diensten"]):
            typer.echo(f"    {service:<12} {json.dumps(row['diensten'][service], sort_keys=True)}")
    if not rows:
        raise config.fail("nothing was erased" if dossiernummer is None else f"{dossiernummer} was not erased")
    raise typer.Exit(1 if waiting else 0)


def _years() -> int:
    years = int(config.find("SCHAKEL_RETENTION_YEARS") or YEARS)
    if years < YEARS:
        raise config.fail(f"SCHAKEL_RETENTION_YEARS is {years}: the law asks for {YEARS} at least (WPO 18a lid 13)")
    return years


async def _past(swv: str) -> list[Verlopen]:
    async with opened("workflow") as database, database.transaction() as tx:
        return await past_term(tx, swv, clock.today(), years=_years())


async def _destroy(found: list[Verlopen], by: str) -> int:
    async with opened("workflow") as database:
        return sum([await _one(database, each, by) for each in found])


async def _one(database: Database, each: Verlopen, by: str) -> bool:
    async with database.transaction() as tx:
        return await destroy(tx, each.hulpvraag, by=by, years=_years())


async def _record(dossiernummer: int | None) -> list[dict[str, Any]]:
    async with opened("workflow") as database, database.transaction() as tx:
        return [dict(row) for row in await store.record(tx, dossiernummer)]
