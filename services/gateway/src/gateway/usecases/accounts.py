"""Accounts: made, followed up, stopped. For imports and the command line; each may be repeated.

>>> async with database.transaction() as tx:
...     made = await create_account(tx, passwords, box, NewAccount(...), password="…")
>>> made.otpauth        # show it once, as a QR code; None when the account existed
'otpauth://totp/Schakel:a.jansen%20%28PO2507%29?secret=…'
"""

from dataclasses import dataclass, replace
from uuid import UUID

from gateway import store
from gateway.adapters.passwords import Passwords
from gateway.domain import code
from gateway.domain.account import Account, Name, Soort
from gateway.domain.password import check_password
from shared import clock
from shared.database import Transaction
from shared.errors import NotFound
from shared.secretbox import SecretBox


@dataclass(frozen=True, slots=True)
class NewAccount:
    """Who may log in. ``organisatie`` is a SWV number, a board's code or a school's six positions."""

    organisatie: str
    gebruikersnaam: str
    naam: str
    email: str
    soort: Soort
    swv: str
    rollen: tuple[str, ...]
    platforms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """The account, and for a new one the ``otpauth`` URI of its second factor."""

    account: UUID
    otpauth: str | None


async def create_account(
    tx: Transaction,
    passwords: Passwords,
    box: SecretBox,
    new: NewAccount,
    *,
    password: str,
    secret: str | None = None,
    by: str = "system",
) -> Made:
    """Make an account; an existing one of this name gets the new particulars and keeps its password and second factor.

    ``secret`` (base32) is for the demo, which prints the same one at every start; else it is new.
    """
    name = Name.typed(new.organisatie, new.gebruikersnaam)
    account = Account(clock.new_id(), name, new.naam, new.email, new.soort, new.swv, new.rollen, platforms=new.platforms)
    known = await store.find_account(tx, name)
    if known is None:
        check_password(password, name.gebruikersnaam, name.organisatie)
        secret = secret or code.new_secret()
        if await store.add_account(tx, account, await passwords.hash(password), box.seal(account.id, secret)):
            tx.audit("account.created", subject=account.id, actor=by, organisatie=name.organisatie, rollen=new.rollen)
            return Made(account.id, _uri(name, secret))
        known = await store.find_account(tx, name)  # another import was just ahead
    if known is None:
        raise NotFound
    account = replace(account, id=known.id, factor=known.factor, staat=known.staat)
    if account != known:
        await store.change_account(tx, account)
        tx.audit("account.changed", subject=account.id, actor=by, organisatie=name.organisatie, rollen=new.rollen)
    return Made(account.id, None)


async def set_factors(
    tx: Transaction,
    passwords: Passwords,
    box: SecretBox,
    name: Name,
    *,
    password: str,
    by: str = "system",
) -> Made:
    """Give an account another password and another second factor, and end all its sessions. Raises NotFound."""
    check_password(password, name.gebruikersnaam, name.organisatie)
    account = await store.find_account(tx, name)
    if account is None:
        raise NotFound("Dit account bestaat niet.")
    secret = code.new_secret()
    await store.change_factors(tx, account.id, await passwords.hash(password), box.seal(account.id, secret))
    await store.end_sessions(tx, account.id)
    tx.audit("account.factors_changed", subject=account.id, actor=by)
    return Made(account.id, _uri(name, secret))


async def stop_account(tx: Transaction, name: Name, *, by: str) -> None:
    """Let an account log in no more; its sessions end with it. Raises NotFound."""
    account = await store.find_account(tx, name)
    if account is None:
        raise NotFound("Dit account bestaat niet.")
    if await store.stop_account(tx, account.id):
        await store.end_sessions(tx, account.id)
        tx.audit("account.stopped", subject=account.id, actor=by)


def _uri(name: Name, secret: str) -> str:
    return code.provisioning_uri(secret, gebruikersnaam=name.gebruikersnaam, organisatie=name.organisatie)
