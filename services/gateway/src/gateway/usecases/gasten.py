"""Who is let in to a hulpvraag: the account of an address, or one that is made and invited (manual 003, 3.2; 002:269).

>>> account, is_new = await account_of(database, actor, opgave)      # what is new is not made yet
>>> await invite(database, post, actor, account)                     # after workflow let them in, or nobody is invited
"""

from gateway import people_store, store
from gateway.domain.account import Account, Factor, Name, Soort
from gateway.models.toegang import Persoon
from gateway.usecases.factor import refuse
from gateway.usecases.post import Post
from shared import clock
from shared.database import Database, Transaction
from shared.tokens import Actor


async def account_of(database: Database, actor: Actor, wanted: Persoon) -> tuple[Account, bool]:
    """The account of this address and whether it is new: then it is not made yet. Raises InvalidInput."""
    email = wanted.email.lower()
    organisatie = wanted.organisatie if wanted.soort == "collega" else actor.swv
    soort: Soort | None = None if wanted.soort == "collega" else wanted.soort
    async with database.transaction() as tx:
        known = await people_store.by_email(tx, actor.swv, organisatie, soort, email)
        return (known, False) if known is not None else (await _new(tx, actor, soort, wanted.naam, email), True)


async def invite(database: Database, post: Post, actor: Actor, account: Account) -> None:
    """Make the account if it is not there yet, and mail its owner an invitation."""
    async with database.transaction() as tx:
        if account.staat == "invited" and await people_store.invite(tx, account):
            await post.send_link(tx, account, "uitnodiging")
            tx.audit("account.invited", subject=account.id, actor=actor.sub, organisatie=account.name.organisatie, rollen=())


async def _new(tx: Transaction, actor: Actor, soort: Soort | None, naam: str, email: str) -> Account:
    if soort is None:
        message = "Bij deze organisatie is geen account met dit adres. Kies anders ‘deskundige van buiten’."
        raise refuse("email", "bekend", message)
    name = Name.typed(actor.swv, email)
    if await store.find_account(tx, name) is not None:
        raise refuse("email", "vrij", "Dit adres hoort al bij een ander soort gebruiker. Kijk of u het goede soort koos.")
    factor: Factor = "mail" if soort == "ouder" else "app"
    return Account(clock.new_id(), name, naam, email, soort, actor.swv, (), factor, "invited")
