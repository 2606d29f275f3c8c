"""``schakel organisaties``: list, add, change, end, and many at once from a spreadsheet and back to one.

>>> schakel organisaties add school 99XA00 --naam "De Verzonnen Linde" --bestuur 70001 --swv PO2507 --by jansen
erbij      school 99XA00 De Verzonnen Linde
>>> schakel organisaties import organisaties.csv --dry-run --by jansen
gewijzigd  school 99XA00 De Verzonnen Linde: naam "De Linde" wordt "De Verzonnen Linde"
1 erbij, 1 gewijzigd, 12 gelijk; er is niets opgeslagen

The columns are those of ``COLUMNS``; days are jjjj-mm-dd, both included. Nothing is ever removed: what is over gets a last day.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from intake.domain.organisatie import Organisatie, Soort, key_of
from intake.store import register as store
from intake.usecases.register import Wijziging, keep
from schakel import config, table
from schakel.dead import By, opened
from shared.database import Transaction
from shared.errors import Conflict, Fault, InvalidInput, NotFound, SchakelError
from shared.faults import faults_of

COLUMNS = ("soort", "code", "naam", "bestuur", "swv", "platform", "van", "tot")

Kind = Annotated[Soort, typer.Argument(help="swv, bestuur, platform, school or voorschool")]
Code = Annotated[str, typer.Argument(help="its number: PO2507, 12345, PO2507-WEST, 99XA00")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]
Swv = Annotated[str | None, typer.Option(help="only what this SWV has to do with")]
Text = Annotated[str | None, typer.Option()]


def add_to(app: typer.Typer) -> None:
    """Put the commands into a group."""
    app.command("list")(list_)
    app.command()(add)
    app.command()(change)
    app.command()(end)
    app.command("import")(import_)
    app.command()(export)


def list_(
    zoek: Annotated[str, typer.Argument(help="part of a name or number")] = "",
    *,
    swv: Swv = None,
    soort: Annotated[Soort | None, typer.Option(help="only this kind")] = None,
) -> None:
    """Show organisations, by kind and name."""
    for one in asyncio.run(_listed(swv, soort, zoek)):
        belongs = " ".join(part for part in (one.bestuur, one.swv, one.platform) if part)
        days = f"{one.van or ''}..{one.tot or ''}" if one.van or one.tot else ""
        typer.echo("  ".join(part for part in (f"{one.soort:<10} {one.code:<12} {one.naam}", belongs, days) if part))


def add(
    soort: Kind,
    code: Code,
    *,
    naam: Annotated[str, typer.Option()],
    bestuur: Text = None,
    swv: Text = None,
    platform: Text = None,
    van: Day = None,
    tot: Day = None,
    by: By,
) -> None:
    """Add one organisation."""
    given = _given(naam=naam, bestuur=bestuur, swv=swv, platform=platform, van=van, tot=tot)

    async def act(tx: Transaction) -> list[Wijziging]:
        if await _one(tx, soort, code) is not None:
            raise Conflict(f"{code} bestaat al. Gebruik: schakel organisaties change")
        return await keep(tx, [_made({"soort": soort, "code": code, **given})], actor=f"operator:{by}")

    _show(_run(act))


def change(
    soort: Kind,
    code: Code,
    *,
    naam: Text = None,
    bestuur: Text = None,
    swv: Text = None,
    platform: Text = None,
    van: Day = None,
    tot: Day = None,
    by: By,
) -> None:
    """Change one organisation; what is not given stays. An empty text clears a platform."""
    given = _given(naam=naam, bestuur=bestuur, swv=swv, platform=platform, van=van, tot=tot)
    _show(_run(lambda tx: _change(tx, soort, code, given, by)))


def end(
    soort: Kind,
    code: Code,
    *,
    tot: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="its last day")],
    by: By,
) -> None:
    """End an organisation: what runs goes on, nothing new is taken after its last day."""
    _show(_run(lambda tx: _change(tx, soort, code, _given(tot=tot), by)))


def import_(
    file: Annotated[Path, typer.Argument(help=f"CSV with a head: {', '.join(COLUMNS)}; - for stdin")],
    *,
    by: By,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only show what would change")] = False,
) -> None:
    """Add or change every organisation in a spreadsheet to exactly what stands there. All rows, or none."""
    rows = table.read(file)

    async def act(tx: Transaction) -> list[Wijziging]:
        done = await keep(tx, _organisaties(rows), actor=f"operator:{by}")
        if dry_run:
            raise _Dry(done)
        return done

    try:
        done = _run(act)
    except _Dry as dry:
        done = dry.done
    counts = Counter(each.wat for each in done)
    _show([each for each in done if each.wat != "gelijk"])
    said = f"{counts['erbij']} erbij, {counts['gewijzigd']} gewijzigd, {counts['gelijk']} gelijk"
    typer.echo(f"{said}; er is niets opgeslagen" if dry_run else said)


def export(*, swv: Swv = None) -> None:
    """Write organisations as a spreadsheet that ``import`` reads back."""
    rows = [one.model_dump(mode="json") for one in asyncio.run(_listed(swv, None, ""))]
    typer.echo(table.write(COLUMNS, rows), nl=False)


class _Dry(Exception):
    """Raised inside the transaction, so that nothing of it stays."""

    def __init__(self, done: list[Wijziging]) -> None:
        super().__init__()
        self.done = done


async def _listed(swv: str | None, soort: str | None, zoek: str) -> list[Organisatie]:
    async with opened("intake") as database, database.transaction() as tx:
        return await store.listed(tx, swv, soort, zoek)


async def _one(tx: Transaction, soort: str, code: str) -> Organisatie | None:
    return (await store.known(tx, [code])).organisaties.get(key_of(soort, code))


async def _change(tx: Transaction, soort: str, code: str, given: dict[str, object], by: str) -> list[Wijziging]:
    before = await _one(tx, soort, code)
    if before is None:
        raise NotFound(f"{code} is er niet. Gebruik: schakel organisaties add")
    return await keep(tx, [_made({**before.model_dump(), "soort": soort, **given})], actor=f"operator:{by}")


def _given(**values: str | datetime | None) -> dict[str, object]:
    return {name: value.date() if isinstance(value, datetime) else value for name, value in values.items() if value is not None}


def _made(values: dict[str, object], place: int = 0) -> Organisatie:
    try:
        return Organisatie.model_validate(values)
    except ValidationError as error:
        found = faults_of(list(error.errors()))
        raise InvalidInput([fault.model_copy(update={"field": f"{place}.{fault.field}"}) for fault in found]) from error


def _organisaties(rows: list[dict[str, str]]) -> list[Organisatie]:
    made: list[Organisatie] = []
    faults: list[Fault] = []
    for place, row in enumerate(rows):
        values: dict[str, object] = {name: value for name, value in row.items() if name not in {"van", "tot"} or value}
        try:
            made.append(_made(values, place))
        except InvalidInput as error:
            faults += error.faults
    if faults:
        raise InvalidInput(faults)
    return made


def _run(act: Callable[[Transaction], Awaitable[list[Wijziging]]]) -> list[Wijziging]:
    async def run() -> list[Wijziging]:
        async with opened("intake") as database, database.transaction() as tx:
            return await act(tx)

    try:
        return asyncio.run(run())
    except InvalidInput as error:
        raise config.fail("\n".join([*map(_said, error.faults), "er is niets opgeslagen"])) from None
    except SchakelError as error:
        raise config.fail(error.detail) from None


def _said(fault: Fault) -> str:
    """By line of the file: the head is the first."""
    place, _, field = fault.field.partition(".")
    return f"regel {int(place) + 2}: {field}: {fault.message}"


def _show(done: list[Wijziging]) -> None:
    for each in done:
        one = each.organisatie
        changes = "; ".join(f'{name} "{old}" wordt "{new}"' for name, old, new in each.verschil)
        typer.echo(f"{each.wat:<10} {one.soort} {one.code} {one.naam}" + (f": {changes}" if changes else ""))
