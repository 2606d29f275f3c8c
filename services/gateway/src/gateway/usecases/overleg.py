"""Overlegrondes: workflow keeps and decides them; the gateway finds or invites who is to take part (manual 003, 2.9).

>>> begonnen = await start(services, actor, 100001, opgave, key=key)
>>> await join(database, post, services, actor, 100001, begonnen.overlegronde, deelnemer, key=key)
"""

from uuid import UUID

from gateway.adapters.services import Services
from gateway.models.overleg import (
    Begonnen,
    DeadlineOpgave,
    DeelnemerOpgave,
    MailsOpgave,
    Overlegronde,
    OverlegrondeOpgave,
    Overlegrondes,
    Reactie,
    ReactieOpgave,
    Verslag,
)
from gateway.usecases import gasten
from gateway.usecases.post import Post
from shared.database import Database
from shared.errors import Forbidden
from shared.tokens import Actor


async def listed(services: Services, actor: Actor, dossiernummer: int) -> Overlegrondes:
    """List those this person may know of, and whether they may begin one."""
    answer = await services.ask("workflow", "GET", f"/hulpvragen/{dossiernummer}/overlegrondes", actor)
    return Overlegrondes.model_validate(answer.body)


async def start(
    services: Services, actor: Actor, dossiernummer: int, opgave: OverlegrondeOpgave, *, key: str | None
) -> Begonnen:
    """Begin one. Raises Forbidden for who does not work with the hulpvraag, or InvalidInput."""
    path = f"/hulpvragen/{dossiernummer}/overlegrondes"
    body = opgave.model_dump(mode="json", by_alias=True)
    answer = await services.ask("workflow", "POST", path, actor, json=body, key=key)
    return Begonnen.model_validate(answer.body)


async def show(services: Services, actor: Actor, dossiernummer: int, ronde: UUID) -> Overlegronde:
    """Show one. Raises NotFound for one that is not this person's to see, or not any more."""
    answer = await services.ask("workflow", "GET", _path(dossiernummer, ronde), actor)
    return Overlegronde.model_validate(answer.body)


async def extend(services: Services, actor: Actor, dossiernummer: int, ronde: UUID, opgave: DeadlineOpgave) -> None:
    """Give it another last day. Raises Forbidden or InvalidInput."""
    path = f"{_path(dossiernummer, ronde)}/deadline"
    await services.ask("workflow", "PUT", path, actor, json=opgave.model_dump(mode="json"))


async def close(services: Services, actor: Actor, dossiernummer: int, ronde: UUID, *, key: str | None) -> None:
    """End it now. Raises Forbidden."""
    await services.ask("workflow", "POST", f"{_path(dossiernummer, ronde)}/sluiting", actor, key=key)


async def join(
    database: Database,
    post: Post,
    services: Services,
    actor: Actor,
    dossiernummer: int,
    ronde: UUID,
    opgave: DeelnemerOpgave,
    *,
    key: str | None,
) -> None:
    """Let someone take part, who gets an account and an invitation if they have none.

    First workflow, then the account: what workflow refuses invites nobody. The account of someone new has another id at each
    try, so for them the same command is done once by address, not by ``key``. Raises Forbidden, Conflict when it is over, or
    InvalidInput.
    """
    seen = await show(services, actor, dossiernummer, ronde)
    if not seen.mag_beheren:  # who may not ask someone in learns nothing of accounts either
        raise Forbidden("Alleen wie de overlegronde begon, kan deze wijzigen.")
    account, is_new = await gasten.account_of(database, actor, opgave)
    body = {"account": str(account.id), "naam": account.naam, "email": account.email, "nieuw": is_new}
    path = f"{_path(dossiernummer, ronde)}/deelnemers"
    await services.ask("workflow", "POST", path, actor, json=body, key=None if is_new else key)
    await gasten.invite(database, post, actor, account)


async def leave(services: Services, actor: Actor, dossiernummer: int, ronde: UUID, deelnemer: UUID) -> None:
    """Take someone out, at once. Raises Forbidden or NotFound."""
    await services.ask("workflow", "DELETE", f"{_path(dossiernummer, ronde)}/deelnemers/{deelnemer}", actor)


async def choose_mails(services: Services, actor: Actor, dossiernummer: int, ronde: UUID, opgave: MailsOpgave) -> None:
    """Choose for oneself whether to get mails of it. Raises Forbidden for who takes no part."""
    path = f"{_path(dossiernummer, ronde)}/mails"
    await services.ask("workflow", "PUT", path, actor, json=opgave.model_dump(mode="json"))


async def react(
    services: Services, actor: Actor, dossiernummer: int, ronde: UUID, opgave: ReactieOpgave, *, key: str | None
) -> Reactie:
    """Say something. Raises Forbidden for who takes no part, or Conflict when it is over."""
    path = f"{_path(dossiernummer, ronde)}/reacties"
    answer = await services.ask("workflow", "POST", path, actor, json=opgave.model_dump(mode="json"), key=key)
    return Reactie.model_validate(answer.body)


async def report(services: Services, actor: Actor, dossiernummer: int, ronde: UUID) -> Verslag:
    """Make a PDF of the whole as this person may read it. Raises NotFound like ``show``."""
    seen = await show(services, actor, dossiernummer, ronde)
    body = {
        "overlegronde": str(ronde),
        "dossiernummer": dossiernummer,
        "onderwerp": seen.onderwerp,
        "omschrijving": seen.omschrijving,
        "organisator": seen.organisator,
        "deadline": seen.deadline.isoformat(),
        "alleenEigen": seen.besloten_reacties and not seen.mag_beheren,
        "deelnemers": [one.naam for one in seen.deelnemers],
        "reacties": [
            {"naam": one.naam, "geplaatstOp": one.geplaatst_op.isoformat(), "tekst": one.tekst} for one in seen.reacties
        ],
    }
    answer = await services.ask("documents", "POST", "/overlegverslagen", actor, json=body)
    return Verslag.model_validate(answer.body)


def _path(dossiernummer: int, ronde: UUID) -> str:
    return f"/hulpvragen/{dossiernummer}/overlegrondes/{ronde}"
