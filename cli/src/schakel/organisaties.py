"""``schakel organisaties load`` and ``schakel connector add``: who there is, and which systems may send for them.

One by one, or from a spreadsheet: ``schakel.register``, whose commands stand beside ``load``.

>>> schakel organisaties load organisaties.yaml --by jansen
>>> schakel connector add parnassys --naam ParnasSys --swv PO2507 --school 99XA00 --school 99XB00 --by jansen
connector parnassys: user lvs-parnassys, password 0Zk… (shown once)

Both may be repeated: what is there is changed to what was given, and nothing is removed by leaving it out of the file.
"""

import asyncio
import secrets
from typing import Annotated

import asyncpg
import typer

from intake import organisations
from intake.connectors import ConnectorOpgave
from intake.organisations import Organisaties
from schakel import config, register
from schakel.broker import Management
from schakel.dead import By, opened
from shared.errors import InvalidInput, SchakelError

app = typer.Typer(no_args_is_help=True, help="SWVs, boards, platforms, schools and preschools.")
register.add_to(app)
connectors = typer.Typer(no_args_is_help=True, help="Systems of schools (LVS) that may send.")


@connectors.callback()
def _connector_group() -> None:
    """Keep ``add`` a command of its own, for others to come beside it."""


@app.command()
def load(
    file: Annotated[typer.FileText, typer.Argument(encoding="utf-8", help="YAML or JSON; - is stdin")],
    *,
    by: By,
) -> None:
    """Add or change the SWVs, boards, schools and connectors in a file (its form: docs/architecture/intake.md)."""
    document = _checked(file.read())
    asyncio.run(_store(document, by))
    typer.echo(f"{len(document.swv)} swv, {len(document.besturen)} besturen, {len(document.scholen)} scholen")
    _broker_users(document, renew=False)


@connectors.command()
def add(
    connector: Annotated[str, typer.Argument(help="a short name, in small letters: its queue is lvs.<name>.uit")],
    *,
    naam: Annotated[str, typer.Option(help="what people call it")],
    swv: Annotated[list[str], typer.Option(help="a SWV it may send to; may be repeated")],
    school: Annotated[list[str] | None, typer.Option(help="a school that gave it a mandate; may be repeated")] = None,
    by: By,
    renew: Annotated[bool, typer.Option("--renew-password", help="a new password for a connector that has one")] = False,
) -> None:
    """Add a connector with its RabbitMQ user, or change it to exactly this. A new password is shown once."""
    given = {"id": connector, "naam": naam, "gebruiker": f"lvs-{connector}", "swv": swv, "scholen": school or []}
    document = _checked({"connectors": [given]})
    asyncio.run(_store(document, by))
    _broker_users(document, renew=renew)


def _checked(given: object) -> Organisaties:
    try:
        return organisations.parse(given) if isinstance(given, str) else organisations.check(given)
    except InvalidInput as error:
        raise config.fail("\n".join(f"{fault.field}  [{fault.rule}]  {fault.message}" for fault in error.faults)) from None


async def _store(document: Organisaties, by: str) -> None:
    try:
        async with opened("intake") as database, database.transaction() as tx:
            await organisations.load(tx, document, actor=f"operator:{by}")
    except SchakelError as error:
        raise config.fail(error.detail) from None
    except asyncpg.ForeignKeyViolationError as error:
        raise config.fail(f"something is named that is not there: {error.detail}") from None


def _broker_users(document: Organisaties, *, renew: bool) -> None:
    if not document.connectors:
        return
    with Management.configured() as management:
        for connector in document.connectors:
            typer.echo(_broker_user(management, connector, renew=renew))


def _broker_user(management: Management, connector: ConnectorOpgave, *, renew: bool) -> str:
    known = management.has_user(connector.gebruiker)
    password = None if known and not renew else secrets.token_urlsafe(24)
    management.add_connector(connector.id, connector.gebruiker, password)
    shown = f"password {password} (shown once)" if password else "password as it was"
    return f"connector {connector.id}: user {connector.gebruiker}, {shown}"
