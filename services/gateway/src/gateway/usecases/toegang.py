"""Extra access: workflow keeps and decides it; the gateway finds or invites the account (manual 003, 3.2).

>>> await give(database, post, services, session.account.actor, 100001, opgave)
"""

from gateway import people_store, store
from gateway.adapters.services import Services
from gateway.domain.account import Account, Factor, Name, Soort
from gateway.models.toegang import Gedeeld, Toegangen, ToegangOpgave
from gateway.usecases.factor import refuse
from gateway.usecases.post import Post
from shared import clock
from shared.database import Database, Transaction
from shared.tokens import Actor


async def shared_with_me(services: Services, actor: Actor) -> Gedeeld:
    """List what others opened for this person."""
    return Gedeeld.model_validate((await services.ask("workflow", "GET", "/gedeeld", actor)).body)


async def listed(services: Services, actor: Actor, dossiernummer: int) -> Toegangen:
    """List who was let in. Raises Forbidden for who does not work with it."""
    answer = await services.ask("workflow", "GET", f"/hulpvragen/{dossiernummer}/toegang", actor)
    return Toegangen.model_validate(answer.body)


async def give(
    database: Database, post: Post, services: Services, actor: Actor, dossiernummer: int, opgave: ToegangOpgave
) -> None:
    """Open it for someone, who gets an account and an invitation if they have none. Raises Forbidden or InvalidInput.

    First the access, then the account: what workflow refuses invites nobody. An end in between leaves access of an account
    that does not exist, and the next try makes both anew.
    """
    await listed(services, actor, dossiernummer)  # who may not give access learns nothing of accounts either
    async with database.transaction() as tx:
        account = await _account(tx, actor, opgave)
    asked = opgave.model_dump(mode="json", by_alias=True, include={"reden", "tot_en_met"})
    person = {"account": str(account.id), "naam": account.naam, "email": account.email}
    await services.ask("workflow", "POST", f"/hulpvragen/{dossiernummer}/toegang", actor, json={**asked, **person})
    async with database.transaction() as tx:
        if account.staat == "invited" and await people_store.invite(tx, account):
            await post.send_link(tx, account, "uitnodiging")
            tx.audit("account.invited", subject=account.id, actor=actor.sub, organisatie=account.name.organisatie, rollen=())


async def revoke(services: Services, actor: Actor, dossiernummer: int, toegang: str) -> None:
    """Close it again. Raises Forbidden or NotFound."""
    await services.ask("workflow", "DELETE", f"/hulpvragen/{dossiernummer}/toegang/{toegang}", actor)


async def _account(tx: Transaction, actor: Actor, opgave: ToegangOpgave) -> Account:
    """The account of this address, or the one that is to be made."""
    email = opgave.email.lower()
    organisatie = opgave.organisatie if opgave.soort == "collega" else actor.swv
    soort: Soort | None = None if opgave.soort == "collega" else opgave.soort
    known = await people_store.by_email(tx, actor.swv, organisatie, soort, email)
    if known is not None:
        return known
    if soort is None:
        message = "Bij deze organisatie is geen account met dit adres. Kies anders ‘deskundige van buiten’."
        raise refuse("email", "bekend", message)
    name = Name.typed(actor.swv, email)
    if await store.find_account(tx, name) is not None:
        raise refuse("email", "vrij", "Dit adres hoort al bij een ander soort gebruiker. Kijk of u het goede soort koos.")
    factor: Factor = "mail" if soort == "ouder" else "app"
    return Account(clock.new_id(), name, opgave.naam, email, soort, actor.swv, (), factor, "invited")
