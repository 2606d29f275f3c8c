"""``schakel las add``: a connector that speaks OSO-SWV (docs/architecture/oso-melding.md).

>>> schakel las add parnassys --oin 00000003272448340204 --adres https://oso.las.example --by jansen
las parnassys: key 0Zk… (shown once)

Again for the same connector: other data, and a new key; the old one stops at once.
"""

import asyncio
from typing import Annotated

import asyncpg
import typer
from pydantic import ValidationError

from intake.las import LasOpgave, add_las
from schakel import config
from schakel.dead import By, opened
from shared.errors import SchakelError
from shared.faults import faults_of

app = typer.Typer(no_args_is_help=True, help="Pupil administrations that speak OSO-SWV.")


@app.callback()
def _group() -> None:
    """Keep ``add`` a command of its own, for others to come beside it."""


@app.command()
def add(
    connector: Annotated[str, typer.Argument(help="its name as a connector, which is there (schakel connectors add)")],
    *,
    oin: Annotated[str, typer.Option(help="its OIN as a supplier in the OSR: twenty digits")],
    adres: Annotated[str, typer.Option(help="root of its addresses: nothing is sent for it to any other")],
    by: By,
) -> None:
    """Add it, or change it to exactly this, with a new key that is shown once."""
    try:
        opgave = LasOpgave.model_validate({"connector": connector, "oin": oin, "adres": adres})
        key = asyncio.run(_store(opgave, by))
    except ValidationError as error:
        faults = faults_of(list(error.errors()))
        raise config.fail("\n".join(f"{fault.field}  [{fault.rule}]  {fault.message}" for fault in faults)) from None
    except SchakelError as error:
        raise config.fail(error.detail) from None
    except asyncpg.ForeignKeyViolationError:
        raise config.fail(f"there is no connector {connector}; add it first: schakel connectors add") from None
    typer.echo(f"las {connector}: key {key} (shown once)")


async def _store(opgave: LasOpgave, by: str) -> str:
    async with opened("intake") as database, database.transaction() as tx:
        return await add_las(tx, opgave, actor=f"operator:{by}")
