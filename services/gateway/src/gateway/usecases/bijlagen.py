"""Bijlagen: listed, added, downloaded. Workflow gives leave for each act, documents keeps them, the bytes go to and from S3.

>>> async with received(request) as form:
...     batch = await bijlagen.add(services, storage, actor, 100001, form.files, key=key)
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from gateway.adapters.multipart import File
from gateway.adapters.services import Name, Services
from gateway.adapters.storage import Storage
from gateway.models.bijlagen import Bijlagen, BijlagenAangenomen
from gateway.usecases import hulpvragen
from shared import clock
from shared.errors import Fault, InvalidInput
from shared.tokens import Actor

Handeling = Literal[
    "bijlage-toevoegen",
    "bijlagen-bekijken",
    "bijlage-downloaden",
    "oso-dossier-bekijken",
    "oso-dossier-downloaden",
    "logboek-bekijken",
    "inzage-maken",
]


@dataclass(frozen=True, slots=True)
class Download:
    """One file on its way; ``chunks`` are its bytes."""

    naam: str
    mediatype: str
    grootte: int
    chunks: AsyncIterator[bytes]


@dataclass(frozen=True, slots=True)
class Place:
    """What files belong to, by its id: a hulpvraag, or a reaction in an overlegronde about it."""

    id: UUID
    dossiernummer: int


async def listed(services: Services, actor: Actor, dossiernummer: int, hulpvraag: UUID) -> Bijlagen:
    """List the bijlagen of a hulpvraag, oldest first."""
    token = await leave(services, actor, dossiernummer, "bijlagen-bekijken")
    params = {"hulpvraag": str(hulpvraag)}
    answer = await services.ask("documents", "GET", "/bijlagen", actor, params=params, capability=token)
    return Bijlagen.model_validate(answer.body)


async def add(
    services: Services, storage: Storage, actor: Actor, dossiernummer: int, files: Sequence[File], *, key: str | None
) -> BijlagenAangenomen:
    """Add files as one batch: all of them or none. The same ``key`` with the same files adds them once."""
    seen = await hulpvragen.show(services, actor, dossiernummer)

    async def may_add() -> str:
        return await leave(services, actor, dossiernummer, "bijlage-toevoegen")

    place = Place(seen.hulpvraag.hulpvraag, dossiernummer)
    return await send(services, storage, actor, place, files, may=may_add, key=key)


async def send(
    services: Services,
    storage: Storage,
    actor: Actor,
    place: Place,
    files: Sequence[File],
    *,
    may: Callable[[], Awaitable[str]],
    key: str | None,
) -> BijlagenAangenomen:
    """Bring files to documents as one batch. ``may`` asks workflow's."""
    if not files:
        raise InvalidInput([Fault(field="bestand", rule="verplicht", message="Kies een bestand.")])
    key = key or str(clock.new_id())
    asked = [{"naam": file.naam, "grootte": file.size, "sha256": file.sha256} for file in files]
    body = {"hulpvraag": str(place.id), "bestanden": asked}
    token = await may()
    answer = await services.ask("documents", "POST", "/uploadslots", actor, json=body, key=f"{key}-slots", capability=token)
    slots = answer.body["uploadslots"]
    for slot, file in zip(slots, files, strict=True):
        await storage.send(slot["url"], slot["velden"], file.content)
    token = await may()  # a slow upload may have outlived the first one
    taken = [slot["uploadslot"] for slot in slots]
    batch = {"hulpvraag": str(place.id), "dossiernummer": place.dossiernummer, "uploadslots": taken}
    answer = await services.ask("documents", "POST", "/bijlagen", actor, json=batch, key=f"{key}-bijlagen", capability=token)
    return BijlagenAangenomen.model_validate(answer.body)


@asynccontextmanager
async def opened(
    services: Services, storage: Storage, actor: Actor, dossiernummer: int, bijlage: UUID
) -> AsyncIterator[Download]:
    """Open a bijlage for reading. Raises NotFound for one that is not this person's, or not judged yet."""
    token = await leave(services, actor, dossiernummer, "bijlage-downloaden", bijlage)
    async with fetched(services, storage, actor, bijlage, token) as download:
        yield download


@asynccontextmanager
async def fetched(services: Services, storage: Storage, actor: Actor, bijlage: UUID, token: str) -> AsyncIterator[Download]:
    """Open a file of documents, with the leave that workflow gave for it."""
    answer = await services.ask("documents", "POST", f"/bijlagen/{bijlage}/downloads", actor, capability=token)
    async with followed(storage, answer.body) as download:
        yield download


@asynccontextmanager
async def followed(storage: Storage, link: Mapping[str, Any]) -> AsyncIterator[Download]:
    """Open what a link of documents leads to."""
    async with storage.fetch(link["url"]) as chunks:
        yield Download(link["naam"], link["mediatype"], link["grootte"], chunks)


async def leave(
    services: Services,
    actor: Actor,
    dossiernummer: int,
    handeling: Handeling,
    bijlage: UUID | None = None,
    *,
    dienst: Name = "documents",
) -> str:
    """Ask workflow for a capability: one act on one thing at one service, at most a minute."""
    body: dict[str, str] = {"handeling": handeling, "dienst": dienst}
    if bijlage is not None:
        body["bijlage"] = str(bijlage)
    answer = await services.ask("workflow", "POST", f"/hulpvragen/{dossiernummer}/machtigingen", actor, json=body)
    return str(answer.body["machtiging"])
