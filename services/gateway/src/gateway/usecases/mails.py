"""Mails and preferences: notify knows them, and workflow who sees which hulpvraag now."""

from uuid import UUID

from gateway.adapters.services import Services
from gateway.models.mails import Mail, Mails, Voorkeuren, VoorkeurenOpgave
from gateway.usecases import hulpvragen
from shared.tokens import Actor


async def mails(services: Services, actor: Actor, *, hulpvraag: UUID | None = None, pagina: int = 1) -> Mails:
    """List mails to one's own address; for the SWV's administration all of one hulpvraag, while it sees that (002:158)."""
    params: dict[str, str | int] = {"pagina": pagina}
    if hulpvraag is not None:
        params["hulpvraag"] = str(hulpvraag)
    answer = await services.ask("notify", "GET", "/mails", actor, params=params)
    found = Mails.model_validate(answer.body)
    others = sorted({mail.dossiernummer for mail in found.mails if not _is_own(actor, mail)})
    seen = await hulpvragen.seen(services, actor, others) if others else set()
    return found.model_copy(
        update={"mails": [mail for mail in found.mails if _is_own(actor, mail) or mail.dossiernummer in seen]}
    )


def _is_own(actor: Actor, mail: Mail) -> bool:
    return mail.email.casefold() == actor.email.casefold()


async def preferences(services: Services, actor: Actor) -> Voorkeuren:
    """Tell whether mails about statuses go to one's own address."""
    answer = await services.ask("notify", "GET", "/voorkeuren", actor)
    return Voorkeuren.model_validate(answer.body)


async def choose(services: Services, actor: Actor, opgave: VoorkeurenOpgave) -> Voorkeuren:
    """Switch mails about statuses on or off."""
    answer = await services.ask("notify", "PUT", "/voorkeuren", actor, json=opgave.model_dump(mode="json", by_alias=True))
    return Voorkeuren.model_validate(answer.body)
