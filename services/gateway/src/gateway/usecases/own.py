"""What someone changes of their own account while logged in; each asks for the password again (ASVS 5.0, 7.5.1).

>>> await change_password(database, passwords, post, session, "nu", "een ander lang wachtwoord", address)
>>> codes = await renew_codes(database, passwords, post, session, "nu", address)
"""

from dataclasses import dataclass

from gateway import people_store, store
from gateway.adapters.passwords import Passwords
from gateway.domain.password import check_password
from gateway.store import Session
from gateway.usecases import guarding
from gateway.usecases.factor import new_recovery_codes, refuse
from gateway.usecases.post import Post
from shared.database import Database

NOT_YOURS = "Dit is niet uw wachtwoord."


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Whose attempt was right, and by which hash."""

    who: guarding.Guesser
    password_hash: str | None


async def change_password(
    database: Database, passwords: Passwords, post: Post, session: Session, present: str, new: str, address: str
) -> None:
    """Choose another password; every other session ends, and every token. Raises InvalidInput or TooManyRequests."""
    account = session.account
    check_password(new, account.name.gebruikersnaam, account.name.organisatie, account.naam, account.email)
    confirmed = await confirm(database, passwords, post, session, present, address)
    hashed = await passwords.hash(new)
    async with database.transaction() as tx:
        await store.forget_attempts(tx, confirmed.who.name, confirmed.who.address)
        await store.change_hash(tx, account.id, hashed)
        await people_store.drop_links(tx, account.id)
        await store.end_other_sessions(tx, account.id, session.id)
        tx.audit("account.password_changed", subject=account.id, actor=account.id)
        post.tell(tx, account, "factor-gewijzigd")


async def renew_codes(
    database: Database, passwords: Passwords, post: Post, session: Session, present: str, address: str
) -> list[str]:
    """Make new recovery codes; the old ones work no more. Raises InvalidInput or TooManyRequests."""
    if session.account.factor != "app":
        raise refuse("wachtwoord", "factor", "U krijgt uw codes per mail. Daar horen geen herstelcodes bij.")
    confirmed = await confirm(database, passwords, post, session, present, address)
    async with database.transaction() as tx:
        await store.forget_attempts(tx, confirmed.who.name, confirmed.who.address)
        post.tell(tx, session.account, "factor-gewijzigd")
        return await new_recovery_codes(tx, post, session.account)


async def confirm(
    database: Database, passwords: Passwords, post: Post, session: Session, present: str, address: str
) -> Confirmed:
    """Check that the person at the screen knows the password; counted as an attempt until ``forget_attempts``.

    Raises InvalidInput or TooManyRequests.
    """
    async with database.transaction() as tx:
        who, blocked = await guarding.count(tx, guarding.guesser(post.box, session.account.name, address))
        hashed, _ = await people_store.factors(tx, session.account.id)
    if blocked:
        raise guarding.wait(blocked)
    if not await passwords.verify(hashed, present):
        raise refuse("huidig", "klopt", NOT_YOURS)
    return Confirmed(who, hashed)
