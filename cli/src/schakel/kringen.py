"""``schakel kringen``: the scholenkringen of an SWV from a spreadsheet, and back to one.

>>> schakel kringen import kringen.csv --swv PO3008 --by jansen
4 kringen vastgelegd
>>> schakel kringen export --swv PO3008
naam;coordinator;email;scholen
Helmond;Cor Bedacht;cor@po3008.example;99XH00|99XH01

Which kringen there are stands in the rules of the SWV (``kringen``); here is who coordinates each, and for which schools.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from schakel import config, table
from schakel.dead import By, opened
from shared import clock
from shared.database import Transaction
from shared.errors import Fault, InvalidInput
from shared.faults import faults_of
from workflow.api.shapes_rondom import KringKeuze
from workflow.registry import RuleSets
from workflow.store import kring as store
from workflow.store import regelset
from workflow.store.hulpvraag import Coordinator

COLUMNS = ("naam", "coordinator", "email", "scholen")

app = typer.Typer(no_args_is_help=True, help="Scholenkringen: who coordinates for which schools.")
Swv = Annotated[str, typer.Option(help="the SWV whose kringen these are")]


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help=f"CSV with a head: {', '.join(COLUMNS)} (with | between); - for stdin")],
    *,
    swv: Swv,
    by: By,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only check")] = False,
) -> None:
    """Set up every kring in a spreadsheet with its coordinator and exactly its schools. All rows, or none."""
    rows = table.read(file)
    try:
        asyncio.run(_import(rows, swv, f"operator:{by}", dry_run=dry_run))
    except InvalidInput as error:
        said = [f"regel {fault.field.replace('.', ': ', 1)}: {fault.message}" for fault in error.faults]
        raise config.fail("\n".join([*said, "er is niets opgeslagen"])) from None
    typer.echo(f"{len(rows)} kringen in orde; er is niets opgeslagen" if dry_run else f"{len(rows)} kringen vastgelegd")


@app.command()
def export(*, swv: Swv) -> None:
    """Write the kringen as a spreadsheet that ``import`` reads back."""

    async def listed() -> list[dict[str, object]]:
        async with opened("workflow") as database, database.transaction() as tx:
            return [{**dict(row), "scholen": "|".join(row["scholen"])} for row in await store.listed(tx, swv)]

    typer.echo(table.write(COLUMNS, asyncio.run(listed())), nl=False)


async def _import(rows: list[dict[str, str]], swv: str, by: str, *, dry_run: bool) -> None:
    async with opened("workflow") as database, database.transaction() as tx:
        names = await _named(tx, swv)
        taken = Counter(school for row in rows for school in _schools(row))
        faults: list[Fault] = []
        for line, row in enumerate(rows, 2):
            found = list(_faults(row, names, taken))
            faults += [fault.model_copy(update={"field": f"{line}.{fault.field}"}) for fault in found]
            if not found and not dry_run:
                scholen = _schools(row)
                await store.put(tx, swv, row["naam"], Coordinator(row["coordinator"], row["email"]), scholen, clock.now())
                tx.audit("kring.gewijzigd", subject=swv, actor=by, kring=row["naam"], scholen=len(scholen))
        if faults:
            raise InvalidInput(faults)


async def _named(tx: Transaction, swv: str) -> set[str]:
    newest = await regelset.newest_of(tx, swv)
    if newest is None:
        raise config.fail(f"van {swv} zijn geen regels gepubliceerd")
    regels = await RuleSets([]).pinned(tx.connection, swv, newest)
    return {kring.naam for kring in regels.ruleset.kringen}


def _schools(row: dict[str, str]) -> list[str]:
    return [code.strip() for code in row.get("scholen", "").split("|") if code.strip()]


def _faults(row: dict[str, str], names: set[str], taken: Counter[str]) -> Iterator[Fault]:
    given = {name: value for name, value in row.items() if name not in {"naam", "scholen"}}
    try:
        KringKeuze.model_validate({**given, "scholen": _schools(row)})
    except ValidationError as error:
        yield from faults_of(list(error.errors()))
    if row.get("naam") not in names:
        yield Fault(
            field="naam", rule="bekend", message="Deze scholenkring staat niet in de regels van het samenwerkingsverband."
        )
    for school in _schools(row):
        if taken[school] > 1:
            yield Fault(field="scholen", rule="dubbel", message=f"{school} staat hier meer dan eens.")
