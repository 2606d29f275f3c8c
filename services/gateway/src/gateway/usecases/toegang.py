"""Extra access: workflow keeps and decides it; the gateway finds or invites the account (manual 003, 3.2).

>>> await give(database, post, services, session.account.actor, 100001, opgave)
"""

from gateway.adapters.services import Services
from gateway.models.toegang import Gedeeld, Toegangen, ToegangOpgave
from gateway.usecases import gasten
from gateway.usecases.post import Post
from shared.database import Database
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
    account, _ = await gasten.account_of(database, actor, opgave)
    asked = opgave.model_dump(mode="json", by_alias=True, include={"reden", "tot_en_met"})
    person = {"account": str(account.id), "naam": account.naam, "email": account.email}
    await services.ask("workflow", "POST", f"/hulpvragen/{dossiernummer}/toegang", actor, json={**asked, **person})
    await gasten.invite(database, post, actor, account)


async def revoke(services: Services, actor: Actor, dossiernummer: int, toegang: str) -> None:
    """Close it again. Raises Forbidden or NotFound."""
    await services.ask("workflow", "DELETE", f"/hulpvragen/{dossiernummer}/toegang/{toegang}", actor)
