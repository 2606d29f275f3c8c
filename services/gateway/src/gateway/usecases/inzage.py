"""A parent's copy of one hulpvraag (AVG art. 15): all that is held of it, gathered from every service, as one ZIP.

>>> copy = await gather(services, database, actor, 100001)         # Forbidden for who may not make it
>>> async for chunk in packed(services, storage, actor, copy, html): ...

Nothing of it is stored: it is made while it is sent. Left out are the private notes of people, which nobody else ever sees, and
the names of employees in the log: their organisation and role stand there (docs/decisions/2026-11-27-a-parents-copy.md).
"""

import asyncio
import json
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gateway.adapters.services import Services
from gateway.adapters.storage import Storage
from gateway.models.bijlagen import Bijlage
from gateway.models.mails import Mails
from gateway.usecases import bijlagen, hulpvragen, leerlingen, logboek, osodossiers, registraties, rondom, toegang
from shared import clock
from shared.database import Database
from shared.tokens import Actor

INTERNAL = {"volgende_stappen", "lijkt_op", "aandachtspunten", "beperkt", "toegang_tot_en_met"}
"""What a page needs of a hulpvraag to offer steps; it says nothing of the child. So does all that begins with ``mag_``."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What goes into the ZIP beside the files: ``content`` as JSON, by subject. ``originals`` are OSO dossiers, by their id."""

    dossiernummer: int
    content: dict[str, Any]
    files: list[Bijlage]
    originals: list[UUID]


async def gather(services: Services, database: Database, actor: Actor, dossiernummer: int) -> Copy:
    """Gather everything. Workflow says who may, and writes down that it was done. Raises Forbidden or NotFound."""
    leave = await bijlagen.leave(services, actor, dossiernummer, "inzage-maken", dienst="notify")
    hulpvraag = (await hulpvragen.show(services, actor, dossiernummer)).hulpvraag
    id_ = hulpvraag.hulpvraag
    history, decisions, terms, shared = await asyncio.gather(
        hulpvragen.history(services, actor, dossiernummer),
        hulpvragen.decisions(services, actor, dossiernummer),
        rondom.terms(services, actor, dossiernummer),
        toegang.listed(services, actor, dossiernummer),
    )
    (dossier, changed), earlier, sent, files, mails = await asyncio.gather(
        leerlingen.changes(services, actor, hulpvraag.dossier),
        leerlingen.earlier(services, actor, hulpvraag.dossier),
        osodossiers.listed(services, actor, dossiernummer, id_),
        bijlagen.listed(services, actor, dossiernummer, id_),
        services.ask("notify", "GET", "/inzage", actor, params={"hulpvraag": str(id_)}, capability=leave),
    )
    internal = INTERNAL | {name for name in type(hulpvraag).model_fields if name.startswith("mag_")}
    content = {
        "gemaaktOp": clock.now().isoformat(),
        "hulpvraag": hulpvraag.model_dump(mode="json", by_alias=True, exclude=internal),
        "eerdereInhoud": [
            one.model_dump(mode="json", by_alias=True) for one in earlier.inhouden if one.dossiernummer == dossiernummer
        ],
        "dossier": dossier.model_dump(mode="json", by_alias=True),
        "eerdereGegevens": changed.model_dump(mode="json", by_alias=True)["wijzigingen"],
        "osodossiers": sent.model_dump(mode="json", by_alias=True)["osodossiers"],
        "verloop": history.model_dump(mode="json", by_alias=True)["wijzigingen"],
        "besluiten": decisions.model_dump(mode="json", by_alias=True)["besluiten"],
        "termijnen": terms.model_dump(mode="json", by_alias=True)["termijnen"],
        "toegang": shared.model_dump(mode="json", by_alias=True)["toegangen"],
        "bijlagen": files.model_dump(mode="json", by_alias=True)["bijlagen"],
        "mails": Mails.model_validate(mails.body).model_dump(mode="json", by_alias=True)["mails"],
        "registraties": await _registrations(services, actor, id_),
        "logboek": [line async for line in _log(services, database, actor, dossiernummer)],
    }
    originals = [one.osodossier for one in sent.osodossiers if one.bewaard]
    return Copy(dossiernummer, content, [file for file in files.bijlagen if file.staat == "beschikbaar"], originals)


async def packed(services: Services, storage: Storage, actor: Actor, copy: Copy, html: str) -> AsyncIterator[bytes]:
    """Make the ZIP while it is read: the readable page, the JSON, and each file in turn."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("leesmij.html", html)
        archive.writestr("inzage.json", json.dumps(copy.content, ensure_ascii=False, indent=2))
        yield sink.taken()
        number = copy.dossiernummer
        opening = [bijlagen.opened(services, storage, actor, number, file.bijlage) for file in copy.files]
        opening += [osodossiers.opened(services, storage, actor, number, original) for original in copy.originals]
        for place, each in enumerate(opening, start=1):
            async with each as download:
                with archive.open(f"bijlagen/{place:02d} {download.naam}", "w") as entry:
                    async for chunk in download.chunks:
                        entry.write(chunk)
                        yield sink.taken()
            yield sink.taken()
    yield sink.taken()


class _Sink:
    """Where the archive writes: kept only until it is taken."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._chunks.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is open."""

    def taken(self) -> bytes:
        found = b"".join(self._chunks)
        self._chunks.clear()
        return found


async def _registrations(services: Services, actor: Actor, hulpvraag: UUID) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    pagina, more = 1, True
    while more:
        page = await registraties.registrations(services, actor, hulpvraag=hulpvraag, pagina=pagina)
        found += page.model_dump(mode="json", by_alias=True)["registraties"]
        pagina, more = pagina + 1, page.meer
    return found


async def _log(services: Services, database: Database, actor: Actor, dossiernummer: int) -> AsyncIterator[dict[str, Any]]:
    hulpvraag = (await hulpvragen.show(services, actor, dossiernummer)).hulpvraag
    voor: UUID | None = None
    while True:
        page = await logboek.gather(services, database, actor, hulpvraag, voor=voor)
        for one in page.regels:
            yield {
                "op": one.regel.op.isoformat(),
                "organisatie": one.regel.organisatie,
                "wat": one.wat,
                "opGrondVan": one.waarom,
                "toegangTot": one.regel.tot.isoformat() if one.regel.tot else None,
            }
        if page.volgende is None:
            return
        voor = page.volgende
