"""What someone changes of their own account while logged in; each asks for the password again (ASVS 5.0, 7.5.1).

>>> await change_password(database, passwords, post, session, "nu", "een ander lang wachtwoord", address)
>>> codes = await renew_codes(database, passwords, post, session, "nu", address)
"""

from gateway import people_store, store
from gateway.adapters.passwords import Passwords
from gateway.domain.password import check_password
from gateway.store import Session
from gateway.usecases import guarding
from gateway.usecases.factor import new_recovery_codes, refuse
from gateway.usecases.post import Post
from shared.database import Database


async def change_password(
    database: Database, passwords: Passwords, post: Post, session: Session, present: str, new: str, address: str
) -> None:
    """Choose another password; every other session ends. Raises InvalidInput or TooManyRequests."""
    account = session.account
    check_password(new, account.name.gebruikersnaam, account.name.organisatie, account.naam, account.email)
    await _is_right(database, passwords, post, session, present, address)
    hashed = await passwords.hash(new)
    async with database.transaction() as tx:
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
    await _is_right(database, passwords, post, session, present, address)
    async with database.transaction() as tx:
        post.tell(tx, session.account, "factor-gewijzigd")
        return await new_recovery_codes(tx, post, session.account)


async def _is_right(database: Database, passwords: Passwords, post: Post, session: Session, present: str, address: str) -> None:
    async with database.transaction() as tx:
        who, blocked = await guarding.count(tx, guarding.guesser(post.box, session.account.name, address))
        hashed, _ = await people_store.factors(tx, session.account.id)
    if blocked:
        raise guarding.wait(blocked)
    if not await passwords.verify(hashed, present):
        raise refuse("huidig", "klopt", "Dit is niet uw wachtwoord.")
    async with database.transaction() as tx:
        await store.forget_attempts(tx, who.name, who.address)
