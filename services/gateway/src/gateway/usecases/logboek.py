"""The log of one hulpvraag over all services, with names: workflow says who may see it, each service what it has.

>>> page = await gather(services, database, actor, seen.hulpvraag, voor=None)
>>> page.regels[0].naam, page.regels[0].wat, page.regels[0].waarom
('Anna Verzonnen', 'bekeken', 'medewerker van het samenwerkingsverband')
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from gateway import people_store
from gateway.adapters.services import Name, Services
from gateway.domain import logboek as words
from gateway.models.hulpvragen import Hulpvraag
from gateway.models.logboek import Logboek, Logregel
from gateway.usecases.bijlagen import leave
from shared.database import Database
from shared.tokens import Actor

PAGE = 100
OTHERS: Sequence[Name] = ("intake", "documents", "notify", "bron-export")


@dataclass(frozen=True, slots=True)
class Regel:
    """One act in words."""

    regel: Logregel
    naam: str
    wat: str
    waarom: str


@dataclass(frozen=True, slots=True)
class Bladzijde:
    """A page, the newest first; ``volgende`` is where the next one begins."""

    regels: list[Regel]
    volgende: UUID | None


async def gather(services: Services, database: Database, actor: Actor, hulpvraag: Hulpvraag, *, voor: UUID | None) -> Bladzijde:
    """Gather a page of every service. Raises Forbidden for who does not answer for the hulpvraag."""
    path = f"/hulpvragen/{hulpvraag.dossiernummer}/logboek"
    place = {"voor": str(voor)} if voor else {}
    own = Logboek.model_validate((await services.ask("workflow", "GET", path, actor, params=place)).body)
    others = await asyncio.gather(*(_of(services, name, actor, hulpvraag, place) for name in OTHERS))
    pages = [own, *others]
    merged = sorted((regel for page in pages for regel in page.regels), key=lambda regel: regel.regel, reverse=True)
    shown = merged[:PAGE]
    names = await people_store.names(database.pool, {regel.door for regel in shown if regel.door})
    more = len(merged) > PAGE or any(page.meer for page in pages)
    return Bladzijde([_in_words(regel, names) for regel in shown], shown[-1].regel if more and shown else None)


async def _of(services: Services, name: Name, actor: Actor, hulpvraag: Hulpvraag, place: dict[str, str]) -> Logboek:
    token = await leave(services, actor, hulpvraag.dossiernummer, "logboek-bekijken", dienst=name)
    asked: dict[str, str | int] = {"hulpvraag": str(hulpvraag.hulpvraag), "dossiernummer": hulpvraag.dossiernummer, **place}
    answer = await services.ask(name, "GET", "/logboek", actor, params=asked, capability=token)
    return Logboek.model_validate(answer.body)


def _in_words(regel: Logregel, names: dict[str, str]) -> Regel:
    naam = words.who(regel.door, names)
    return Regel(regel, naam, words.what(regel.handeling), words.why(regel.grond, regel.rollen))
