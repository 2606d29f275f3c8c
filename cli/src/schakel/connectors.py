"""``schakel connectors``: which systems of schools (LVS) may send, for whom, and with which RabbitMQ user.

>>> schakel connectors add parnassys --naam ParnasSys --swv PO2507 --school 99XA00 --by jansen
connector parnassys: active; user lvs-parnassys, password 0Zk… (shown once)
>>> schakel connectors mandate parnassys 99XB00 --tot 2027-07-31 --branches --by jansen
>>> schakel connectors rotate parnassys --by jansen
>>> schakel connectors stop parnassys --by jansen

Each may be repeated: what was done half, because the broker's management API went away for one, is done again.
"""

import asyncio
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import asyncpg
import typer
from pydantic import ValidationError

from intake import organisations
from intake.connectors import MandaatOpgave, add_mandate
from intake.organisations import Organisaties
from intake.store import organisations as store
from schakel import config
from schakel.broker import Management
from schakel.dead import By, opened
from shared.errors import Fault, InvalidInput, SchakelError
from shared.faults import faults_of

app = typer.Typer(no_args_is_help=True, help="Systems of schools (LVS) that may send.")

Name = Annotated[str, typer.Argument(help="its short name, in small letters: its queue is lvs.<name>.uit")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]


@app.command("list")
def list_() -> None:
    """Show them, with what each may send and for how many schools."""
    for row in asyncio.run(_listed()):
        own = [f"{row[key]} {unit}" for key, unit in (("max_bericht", "bytes"), ("per_minuut", "a minute")) if row[key]]
        state = "active" if row["actief"] else "stopped"
        counts = f"{row['mandaten']} mandates, {row['codes']} codes in use"
        typer.echo("  ".join([f"{row['id']:<20} {state:<8} {row['gebruiker']}", " ".join(row["swv"]), counts, *own]))


@app.command()
def add(
    connector: Name,
    *,
    naam: Annotated[str, typer.Option(help="what people call it")],
    swv: Annotated[list[str], typer.Option(help="a SWV it may send to; may be repeated")],
    school: Annotated[list[str] | None, typer.Option(help="a school that gave it a mandate; may be repeated")] = None,
    max_message: Annotated[int | None, typer.Option(help="bytes of its largest message; else what the settings say")] = None,
    per_minute: Annotated[int | None, typer.Option(help="its messages a minute; else what the settings say")] = None,
    by: By,
) -> None:
    """Add a connector with its RabbitMQ user, or change it to exactly this. A new password is shown once.

    One that was stopped stays stopped; mandates that are not named end.
    """
    given = {
        "id": connector,
        "naam": naam,
        "gebruiker": f"lvs-{connector}",
        "swv": swv,
        "scholen": school or [],
        "max_bericht": max_message,
        "per_minuut": per_minute,
    }
    keep(checked({"connectors": [given]}), by)


@app.command()
def mandate(
    connector: Name,
    school: Annotated[str, typer.Argument(help="BRIN and vestiging: 99XA00")],
    *,
    van: Day = None,
    tot: Day = None,
    branches: Annotated[
        bool, typer.Option("--branches", help="from the main location, for every location of the BRIN")
    ] = False,
    by: By,
) -> None:
    """Note the mandate of a school, or change the one it gave: from and until a day, both included. It ends by its last day."""
    days = {name: day.date() for name, day in (("van", van), ("tot", tot)) if day}
    try:
        opgave = MandaatOpgave(school=school, voor_nevenvestigingen=branches, **days)
    except ValidationError as error:
        raise config.fail(_said(faults_of(list(error.errors())))) from None
    asyncio.run(_note(connector, opgave, by))
    typer.echo(f"connector {connector}: mandate of {school}, {days.get('van', '…')} to {days.get('tot', '…')}")


@app.command()
def rotate(connector: Name, *, by: By) -> None:
    """Give its user a new password, shown once. The old one is useless at once, and who is logged in with it is out."""
    user, active = asyncio.run(_found(connector))
    password = secrets.token_urlsafe(24)
    with Management.configured() as management:
        management.add_connector(connector, user, password, active=active)
        management.close(user)
    asyncio.run(_record("connector.wachtwoord", connector, by))
    typer.echo(f"connector {connector}: user {user}, password {password} (shown once); its connections were closed")


@app.command()
def stop(connector: Name, *, by: By) -> None:
    """Let its user log in no more, close its connections and read no more of it. What waits for it and from it is kept."""
    user, was = asyncio.run(_found(connector))
    with Management.configured() as management:
        if management.has_user(user):
            management.let_in(user, active=False)
            management.close(user)
    asyncio.run(_set(connector, by, active=False))
    typer.echo(f"connector {connector}: {'stopped' if was else 'was stopped already'}; user {user} cannot log in")


@app.command()
def resume(connector: Name, *, by: By) -> None:
    """Let a stopped one go on, with the password it had and everything that waited."""
    user, was = asyncio.run(_found(connector))
    with Management.configured() as management:
        if not management.has_user(user):
            raise config.fail(f"the broker has no user {user}. Use: schakel connectors rotate")
        management.let_in(user, active=True)
    asyncio.run(_set(connector, by, active=True))
    typer.echo(f"connector {connector}: {'was active already' if was else 'active'}; user {user} can log in")


def checked(given: object) -> Organisaties:
    """Check a document of organisations and connectors, text or decoded; end with every fault."""
    try:
        return organisations.parse(given) if isinstance(given, str) else organisations.check(given)
    except InvalidInput as error:
        raise config.fail(_said(error.faults)) from None


def keep(document: Organisaties, by: str) -> None:
    """Store a document, and make the RabbitMQ users of the connectors in it; say what became of each."""
    if not document.connectors:
        asyncio.run(_store(document, by))
        return
    with Management.configured() as management:
        known = {each.id: management.has_user(each.gebruiker) for each in document.connectors}
        active = asyncio.run(_store(document, by))
        for each in document.connectors:
            password = None if known[each.id] else secrets.token_urlsafe(24)
            management.add_connector(each.id, each.gebruiker, password, active=each.id in active)
            shown = f"password {password} (shown once)" if password else "password as it was"
            state = "active" if each.id in active else "stopped"
            typer.echo(f"connector {each.id}: {state}; user {each.gebruiker}, {shown}")


def _said(faults: Sequence[Fault]) -> str:
    return "\n".join(f"{fault.field}  [{fault.rule}]  {fault.message}" for fault in faults)


async def _store(document: Organisaties, by: str) -> set[str]:
    """Store it, and return which connectors are active now."""
    try:
        async with opened("intake") as database, database.transaction() as tx:
            await organisations.load(tx, document, actor=f"operator:{by}")
            return {row["id"] for row in await store.connectors(tx) if row["actief"]}
    except SchakelError as error:
        raise config.fail(error.detail) from None
    except asyncpg.ForeignKeyViolationError as error:
        raise config.fail(f"something is named that is not there: {error.detail}") from None


async def _listed() -> list[asyncpg.Record]:
    async with opened("intake") as database, database.transaction() as tx:
        return await store.connectors(tx)


async def _found(connector: str) -> tuple[str, bool]:
    for row in await _listed():
        if row["id"] == connector:
            return row["gebruiker"], row["actief"]
    raise config.fail(f"there is no connector {connector}. Use: schakel connectors add")


async def _set(connector: str, by: str, *, active: bool) -> None:
    async with opened("intake") as database, database.transaction() as tx:
        await store.set_active(tx, connector, actief=active)
        tx.audit("connector.hervat" if active else "connector.gestopt", subject=connector, actor=f"operator:{by}")


async def _note(connector: str, opgave: MandaatOpgave, by: str) -> None:
    try:
        async with opened("intake") as database, database.transaction() as tx:
            await add_mandate(tx, connector, opgave, actor=f"operator:{by}")
    except asyncpg.ForeignKeyViolationError as error:
        raise config.fail(f"something is named that is not there: {error.detail}") from None


async def _record(act: str, connector: str, by: str) -> None:
    async with opened("intake") as database, database.transaction() as tx:
        tx.audit(act, subject=connector, actor=f"operator:{by}")
