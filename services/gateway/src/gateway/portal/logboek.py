"""Who saw and did what with one hulpvraag: a page, and a list to print or hand over on request."""

import csv
import io
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from gateway.api.base import Dossiernummer
from gateway.parts import CurrentParts
from gateway.portal.pages import HEADERS
from gateway.sessions import PortalSession
from gateway.usecases import hulpvragen, logboek

router = APIRouter()
CSV_PAGES = 100
"""At most ten thousand rows in one file."""


@router.get("/hulpvragen/{dossiernummer}/logboek")
async def page(
    request: Request,
    dossiernummer: Dossiernummer,
    parts: CurrentParts,
    session: PortalSession,
    voor: Annotated[UUID | None, Query()] = None,
) -> Response:
    """Show a page of the log, the newest first."""
    actor = session.account.actor
    seen = await hulpvragen.show(parts.services, actor, dossiernummer)
    found = await logboek.gather(parts.services, parts.database, actor, seen.hulpvraag, voor=voor)
    return parts.pages.show(request, "logboek.html", session, hulpvraag=seen.hulpvraag, bladzijde=found)


@router.get("/hulpvragen/{dossiernummer}/logboek.csv")
async def as_csv(dossiernummer: Dossiernummer, parts: CurrentParts, session: PortalSession) -> Response:
    """The whole log as a list for a parent: when, who, of which organisation, what and why; no ids."""
    actor = session.account.actor
    seen = await hulpvragen.show(parts.services, actor, dossiernummer)
    text = io.StringIO()
    rows = csv.writer(text, delimiter=";")
    rows.writerow(("wanneer", "wie", "organisatie", "wat", "op grond van", "toegang tot"))
    voor: UUID | None = None
    for _ in range(CSV_PAGES):
        found = await logboek.gather(parts.services, parts.database, actor, seen.hulpvraag, voor=voor)
        for one in found.regels:
            end = one.regel.tot.isoformat() if one.regel.tot else ""
            rows.writerow(
                (one.regel.op.isoformat(), *map(_plain, (one.naam, one.regel.organisatie or "", one.wat, one.waarom)), end)
            )
        if found.volgende is None:
            break
        voor = found.volgende
    disposition = f'attachment; filename="logboek-{dossiernummer}.csv"'
    headers = {**HEADERS, "content-disposition": disposition}
    return Response("\ufeff" + text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _plain(value: str) -> str:
    """Keep a spreadsheet from taking a text for a formula (OWASP, CSV injection)."""
    return f"'{value}" if value[:1] in "=+-@\t\r" else value
