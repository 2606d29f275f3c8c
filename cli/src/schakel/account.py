"""``schakel account``: who may log in to the portal and the API.

>>> schakel account add PO2507 a.jansen --naam "Anna Jansen" --email a.jansen@swv.example --soort swv --swv PO2507 --by beheer
password  6tq…
TOTP      JBSWY3DPEHPK3PXP…
          otpauth://totp/Schakel:a.jansen%20%28PO2507%29?secret=JBSWY3DPEHPK3PXP…

Many at once, from a spreadsheet, each invited by mail: ``schakel account invite people.csv --swv PO2507 --by beheer``.
What is shown is shown once. For a lost telephone: ``schakel account renew``; for who leaves: ``schakel account stop``.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Literal, TypeVar
from urllib.parse import parse_qs, urlsplit

import typer
from pydantic import ValidationError

from gateway.adapters.passwords import Passwords
from gateway.domain.account import Name
from gateway.models.accounts import NieuwPersoon
from gateway.usecases import accounts, people
from gateway.usecases.accounts import Made, NewAccount
from gateway.usecases.post import Post
from schakel import config, table
from schakel.dead import By, opened
from shared import roles
from shared.database import Transaction
from shared.errors import Conflict, InvalidInput, SchakelError
from shared.faults import faults_of
from shared.secretbox import SecretBox, read_keys

app = typer.Typer(no_args_is_help=True, help="Log-ins for people.")

T = TypeVar("T")

Organisatie = Annotated[str, typer.Argument(help="number of a SWV, code of a board, or six positions of a school")]
Gebruikersnaam = Annotated[str, typer.Argument(help="the name to log in with")]


@app.command()
def add(
    organisatie: Organisatie,
    gebruikersnaam: Gebruikersnaam,
    *,
    naam: Annotated[str, typer.Option(help="first and last name")],
    email: Annotated[str, typer.Option(help="where status mails go")],
    soort: Annotated[Literal["swv", "bestuur", "school"], typer.Option(help="kind of organisation")],
    swv: Annotated[str, typer.Option(help="the SWV whose rules and data this person works with")],
    rol: Annotated[list[str] | None, typer.Option(help="as the rule set names it; may be repeated")] = None,
    platform: Annotated[list[str] | None, typer.Option(help="for a role that is bound to one; may be repeated")] = None,
    by: By,
) -> None:
    """Make an account and show its password and TOTP secret once; an existing one gets the new particulars only."""
    password = secrets.token_urlsafe(15)
    new = NewAccount(organisatie, gebruikersnaam, naam, email, soort, swv, tuple(rol or ()), tuple(platform or ()))

    async def make(tx: Transaction) -> Made:
        return await accounts.create_account(tx, Passwords(), _box(), new, password=password, by=f"operator:{by}")

    made = _in_transaction(make)
    if made.otpauth is None:
        typer.echo("changed; password and TOTP secret as they were")
    else:
        _show(password, made.otpauth)


@app.command()
def invite(
    file: Annotated[
        Path,
        typer.Argument(help="CSV with a head: soort, organisatie, gebruikersnaam, naam, email, rollen, platforms; - for stdin"),
    ],
    *,
    swv: Annotated[str, typer.Option(help="the SWV whose rules and data these people work with")],
    by: By,
) -> None:
    """Make many accounts and mail each owner how to come in; who is there already is left alone. All rows, or none."""
    rows = table.read(file)

    invited = _in_transaction(lambda tx: _invite_all(tx, rows, swv, f"operator:{by}"))
    typer.echo(f"{invited} invited, {len(rows) - invited} were there already")


@app.command()
def renew(organisatie: Organisatie, gebruikersnaam: Gebruikersnaam, *, by: By) -> None:
    """Give an account another password and TOTP secret, and end its sessions."""
    password = secrets.token_urlsafe(15)
    name = Name.typed(organisatie, gebruikersnaam)

    async def change(tx: Transaction) -> Made:
        return await accounts.set_factors(tx, Passwords(), _box(), name, password=password, by=f"operator:{by}")

    _show(password, _in_transaction(change).otpauth or "")


@app.command()
def stop(organisatie: Organisatie, gebruikersnaam: Gebruikersnaam, *, by: By) -> None:
    """Let an account log in no more, and end its sessions."""
    name = Name.typed(organisatie, gebruikersnaam)

    async def end(tx: Transaction) -> None:
        await accounts.stop_account(tx, name, by=f"operator:{by}")

    _in_transaction(end)
    typer.echo("stopped")


def _in_transaction(act: Callable[[Transaction], Awaitable[T]]) -> T:
    async def run() -> T:
        async with opened("gateway") as database, database.transaction() as tx:
            return await act(tx)

    try:
        return asyncio.run(run())
    except SchakelError as error:
        raise config.fail(error.detail) from None


async def _invite_all(tx: Transaction, rows: list[dict[str, str]], swv: str, by: str) -> int:
    known = await roles.of_swv(tx, swv)
    if not known:
        raise _Refused([f"{swv} has no rules that were told to the gateway"])
    post = Post(_box(), SecretBox(read_keys(config.value("SCHAKEL_LINK_KEY"))))
    invited = 0
    faults: list[str] = []
    for number, row in enumerate(rows, 2):
        rollen, platforms = (_several(row.pop(column, "")) for column in ("rollen", "platforms"))
        try:
            person = NieuwPersoon.model_validate(row)
            await people.invite(tx, post, known, people.new_account(person, swv, rollen, platforms), by=by)
            invited += 1
        except Conflict:
            continue
        except ValidationError as error:
            faults += [f"line {number}: {fault.field}: {fault.message}" for fault in faults_of(list(error.errors()))]
        except InvalidInput as error:
            faults += [f"line {number}: {fault.field}: {fault.message}" for fault in error.faults]
    if faults:
        raise _Refused(faults)
    return invited


def _several(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split("|") if one.strip())


class _Refused(SchakelError):
    """Rows that are not right; raised inside the transaction, so that nothing of it stays."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join([*faults, "nobody was invited"]))


def _box() -> SecretBox:
    """Seal with the gateway's own keys, or it could not check a single code."""
    try:
        return SecretBox(read_keys(config.value("SCHAKEL_TOTP_KEYS")))
    except ValueError:
        raise config.fail("SCHAKEL_TOTP_KEYS must be 32 bytes each, in base64: the same as the gateway has") from None


def _show(password: str, otpauth: str) -> None:
    typer.echo(f"password  {password}")
    typer.echo(f"TOTP      {parse_qs(urlsplit(otpauth).query)['secret'][0]}")
    typer.echo(f"          {otpauth}")
