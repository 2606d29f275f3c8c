"""What someone does with a mailed link: come in, choose another password, or set up another app.

>>> shown = await look(database, post, token)             # raises NotFound; a mail scanner that looks uses nothing up
>>> codes = await finish(database, passwords, post, token, Choice("een lang wachtwoord", "123456", "192.0.2.7"))

A link is no log-in: for another password it takes the second factor, for another second factor the password. So a mailbox
alone opens no account that has an app (ASVS 5.0, 6.4.3).
"""

from dataclasses import dataclass

from gateway import people_store, store
from gateway.adapters.passwords import Passwords
from gateway.domain import code
from gateway.domain.account import Account, Name
from gateway.domain.link import Doel
from gateway.domain.password import check_password
from gateway.people_store import Link
from gateway.usecases import guarding
from gateway.usecases.factor import WRONG, is_code_of, is_second_factor, new_recovery_codes, refuse
from gateway.usecases.post import Post
from shared.database import Database, Transaction
from shared.errors import NotFound

GONE = (
    "Deze link werkt niet (meer). Hij is al gebruikt, te oud, of er is een nieuwere mail. Kijk of u de nieuwste mail heeft, of "
    "vraag een nieuwe aan."
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page must show: for whom, what for, and the app to set up (``secret`` in base32), if any."""

    account: Account
    doel: Doel
    secret: str | None

    @property
    def otpauth(self) -> str:
        """What the QR code holds."""
        name = self.account.name
        return code.provisioning_uri(self.secret or "", gebruikersnaam=name.gebruikersnaam, organisatie=name.organisatie)


@dataclass(frozen=True, slots=True)
class Choice:
    """What was filled in: the password (a new one, or for a new app the present one), a code, and from which address."""

    password: str
    code: str
    address: str


async def look(database: Database, post: Post, token: str) -> Shown:
    """Show what a link is for; what is set up with it stays the same until it is used. Raises NotFound."""
    async with database.transaction() as tx:
        link = await _open(tx, post, token)
        if not _sets_up(link):
            return Shown(link.account, link.doel, None)
        if link.secret is not None:
            return Shown(link.account, link.doel, post.box.open(link.account.id, link.secret))
        secret = code.new_secret()
        await people_store.keep_secret(tx, link.account.id, link.doel, post.box.seal(link.account.id, secret))
        return Shown(link.account, link.doel, secret)


async def finish(database: Database, passwords: Passwords, post: Post, token: str, choice: Choice) -> list[str]:
    """Do what the link is for, and use it up; gives recovery codes for who set up an app.

    Raises NotFound, TooManyRequests, or InvalidInput for the field that is not right: then the link works still.
    """
    async with database.transaction() as tx:
        link = await _open(tx, post, token)
        account = link.account
        who, blocked = await guarding.count(tx, guarding.guesser(post.box, account.name, choice.address))
        present, _ = await people_store.factors(tx, account.id)
    if blocked:
        raise guarding.wait(blocked)
    if link.doel == "tweede-factor":
        hashed = present
        if not await passwords.verify(present, choice.password):
            raise refuse("wachtwoord", "klopt", "Dit is niet uw wachtwoord.")
    else:
        check_password(choice.password, account.name.gebruikersnaam, account.name.organisatie, account.naam, account.email)
        hashed = await passwords.hash(choice.password)
    async with database.transaction() as tx:
        link = await _open(tx, post, token)
        codes = await _apply(tx, post, link, hashed, choice.code)
        await people_store.drop_links(tx, account.id)
        await store.end_sessions(tx, account.id)
        await store.forget_attempts(tx, who.name, who.address)
        tx.audit("account.link_used", subject=account.id, actor=account.id, doel=link.doel)
        if link.doel != "uitnodiging":
            post.tell(tx, account, "factor-gewijzigd")
    return codes


async def ask_password(database: Database, post: Post, name: Name, address: str) -> None:
    """Mail a link to choose another password, if there is such an account; nothing tells whether there is.

    Who was invited and never came in gets the invitation again. Raises TooManyRequests.
    """
    async with database.transaction() as tx:
        who = guarding.Guesser(
            post.box.blind("reset", name.organisatie, name.gebruikersnaam), post.box.blind("address", address)
        )
        _, blocked = await guarding.count(tx, who)
        account = None if blocked else await store.find_account(tx, name)
        if account is not None and account.staat != "stopped":
            await post.send_link(tx, account, "wachtwoord" if account.staat == "active" else "uitnodiging")
    if blocked:
        raise guarding.wait(blocked)


async def report_lost(database: Database, passwords: Passwords, post: Post, name: Name, password: str, address: str) -> None:
    """Note that someone has neither telephone nor recovery codes, for a second person to approve. Tells nothing either."""
    async with database.transaction() as tx:
        who, blocked = await guarding.count(tx, guarding.guesser(post.box, name, address))
        known = None if blocked else await store.find_login(tx, name)
    if blocked:
        raise guarding.wait(blocked)
    if await passwords.verify(known.password_hash if known else None, password) and known and known.account.factor == "app":
        async with database.transaction() as tx:
            await people_store.ask_for_factor(tx, known.account.id)
            await store.forget_attempts(tx, who.name, who.address)
            tx.audit("account.factor_lost", subject=known.account.id, actor=known.account.id)


async def _open(tx: Transaction, post: Post, token: str) -> Link:
    link = await people_store.find_link(tx, post.token_hash(token))
    if link is None:
        raise NotFound(GONE)
    return link


def _sets_up(link: Link) -> bool:
    return link.account.factor == "app" and link.doel != "wachtwoord"


async def _apply(tx: Transaction, post: Post, link: Link, hashed: str | None, given: str) -> list[str]:
    account = link.account
    if _sets_up(link):
        secret = post.box.open(account.id, link.secret) if link.secret else None
        await store.forget_codes(tx, account.id)  # those of another app
        if secret is None or not await is_code_of(tx, account, secret, given):
            raise refuse("code", "klopt", WRONG)
    else:
        secret = None
        _, sealed = await people_store.factors(tx, account.id)
        if account.factor == "app" and not await is_second_factor(tx, post, account, sealed, given):
            raise refuse("code", "klopt", WRONG)
    if link.doel == "uitnodiging":
        await people_store.activate(tx, account.id, hashed or "", link.secret)
        tx.audit("account.activated", subject=account.id, actor=account.id)
    elif link.doel == "wachtwoord":
        await store.change_hash(tx, account.id, hashed or "")
    elif link.secret is not None:
        await people_store.change_totp(tx, account.id, link.secret)
        await people_store.settle_factor_request(tx, account.id)
    return await new_recovery_codes(tx, post, account) if secret else []
