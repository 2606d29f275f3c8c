"""The SQL of planning and looking: mails, their attempts, preferences. That of sending stands in ``claims``."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from notify.domain.content import AccountContent, Content, OverdrachtContent
from notify.domain.fate import Staat
from shared import clock
from shared.contracts.gateway import AccountMailGevraagd
from shared.contracts.workflow import OverdrachtGedaan
from shared.database import Transaction

_PLAN = """
INSERT INTO mail (id, message_id, swv, hulpvraag, dossiernummer, wijziging, doelgroep, naam, email, adres, sjabloon, onderwerp,
    inhoud, staat, antwoord, volgende_poging, gepland_op, gewijzigd_op, correlation_id, traceparent)
SELECT asked.id, asked.message_id, $1, $2, $3, $4, asked.doelgroep, asked.naam, asked.email, asked.adres, asked.sjabloon,
    asked.onderwerp, $5, CASE WHEN asked.staat = 'gepland' AND NOT voorkeur.statusmails THEN 'onderdrukt' ELSE asked.staat END,
    asked.antwoord, $6, $6, $6, $7, $8
FROM unnest($9::uuid[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[],
    $18::text[]) AS asked (id, message_id, doelgroep, naam, email, adres, sjabloon, onderwerp, staat, antwoord)
LEFT JOIN voorkeur ON voorkeur.adres = asked.adres
ON CONFLICT ON CONSTRAINT mail_once DO NOTHING RETURNING staat
"""
_PLAN_ACCOUNT_MAIL = """
INSERT INTO mail (id, message_id, swv, account, wijziging, doelgroep, naam, email, adres, sjabloon, onderwerp, inhoud, geheim,
    geldig_tot, staat, antwoord, volgende_poging, gepland_op, gewijzigd_op, correlation_id, traceparent)
VALUES ($1, $2, $3, $4, $1, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16, $16, $17, $18)
ON CONFLICT DO NOTHING RETURNING true
"""
_PLAN_HANDOVER_MAIL = """
INSERT INTO mail (id, message_id, swv, overdracht, wijziging, doelgroep, naam, email, adres, sjabloon, onderwerp, inhoud, staat,
    antwoord, volgende_poging, gepland_op, gewijzigd_op, correlation_id, traceparent)
VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, $14, $15, $16)
ON CONFLICT ON CONSTRAINT mail_once DO NOTHING RETURNING true
"""
_LIST_OWN = """
SELECT id, hulpvraag, dossiernummer, doelgroep, email, adres, onderwerp, staat, code, antwoord, pogingen, gepland_op,
    gewijzigd_op, volgende_poging
FROM mail WHERE adres = $1 AND swv = $2 AND hulpvraag IS NOT NULL AND ($3::uuid IS NULL OR hulpvraag = $3)
ORDER BY id DESC LIMIT $4 OFFSET $5
"""
_LIST_ALL = """
SELECT id, hulpvraag, dossiernummer, doelgroep, email, adres, onderwerp, staat, code, antwoord, pogingen, gepland_op,
    gewijzigd_op, volgende_poging
FROM mail WHERE hulpvraag = $1 AND swv = $2 ORDER BY id DESC LIMIT $3 OFFSET $4
"""
_FIND = "SELECT id, hulpvraag, adres FROM mail WHERE id = $1 AND swv = $2 AND hulpvraag IS NOT NULL"
_ATTEMPTS = "SELECT op, uitkomst, code, tekst FROM poging WHERE mail = $1 ORDER BY op, id"
_PREFERENCE = "SELECT statusmails, gewijzigd_op FROM voorkeur WHERE adres = $1"
_PREFER = """
INSERT INTO voorkeur (adres, statusmails, gewijzigd_op) VALUES ($1, $2, $3)
ON CONFLICT ON CONSTRAINT voorkeur_pkey DO UPDATE SET statusmails = excluded.statusmails, gewijzigd_op = excluded.gewijzigd_op
"""


@dataclass(frozen=True, slots=True)
class Planned:
    """One row to be: what differs per recipient."""

    id: UUID
    message_id: str
    doelgroep: str
    naam: str
    email: str
    adres: str
    sjabloon: str
    onderwerp: str
    staat: Staat
    antwoord: str


async def plan(
    tx: Transaction,
    mails: Sequence[Planned],
    *,
    swv: str,
    hulpvraag: UUID,
    dossiernummer: int,
    wijziging: UUID,
    content: Content,
    at: datetime,
    correlation_id: UUID,
    traceparent: str | None,
) -> list[Staat]:
    """Write these mails with one statement and give the states of those that were new."""
    rows = await tx.fetch(
        _PLAN,
        swv,
        hulpvraag,
        dossiernummer,
        wijziging,
        content.model_dump(mode="json"),
        at,
        correlation_id,
        traceparent,
        *([getattr(mail, name) for mail in mails] for name in Planned.__slots__),
    )
    return [row["staat"] for row in rows]


async def plan_account_mail(
    tx: Transaction,
    mail: Planned,
    told: AccountMailGevraagd,
    content: AccountContent,
    *,
    correlation_id: UUID,
    traceparent: str | None,
) -> bool:
    """Write a mail about an account; False when it was there already."""
    row = (mail.id, mail.message_id, told.swv, told.account, mail.doelgroep, mail.naam, mail.email, mail.adres, mail.sjabloon)
    secret = base64.b64decode(told.geheim) if told.geheim else None
    what = (mail.onderwerp, content.model_dump(mode="json"), secret, told.geldig_tot, mail.staat, mail.antwoord, clock.now())
    return bool(await tx.fetchval(_PLAN_ACCOUNT_MAIL, *row, *what, correlation_id, traceparent))


async def plan_handover_mail(
    tx: Transaction,
    mail: Planned,
    told: OverdrachtGedaan,
    content: OverdrachtContent,
    *,
    correlation_id: UUID,
    traceparent: str | None,
) -> bool:
    """Write the mail to who took over; False when it was there already."""
    row = (
        mail.id,
        mail.message_id,
        told.swv,
        told.overdracht,
        mail.doelgroep,
        mail.naam,
        mail.email,
        mail.adres,
        mail.sjabloon,
    )
    what = (mail.onderwerp, content.model_dump(mode="json"), mail.staat, mail.antwoord, clock.now())
    return bool(await tx.fetchval(_PLAN_HANDOVER_MAIL, *row, *what, correlation_id, traceparent))


async def own(
    tx: Transaction, adres: str, swv: str, hulpvraag: UUID | None, *, limit: int, offset: int
) -> list[asyncpg.Record]:
    """List mails to one address, the newest first."""
    return await tx.fetch(_LIST_OWN, adres, swv, hulpvraag, limit, offset)


async def about(tx: Transaction, hulpvraag: UUID, swv: str, *, limit: int, offset: int) -> list[asyncpg.Record]:
    """List all mails about one hulpvraag of this SWV, the newest first."""
    return await tx.fetch(_LIST_ALL, hulpvraag, swv, limit, offset)


async def find(tx: Transaction, mail: UUID, swv: str) -> asyncpg.Record | None:
    """Find one mail of this SWV."""
    return await tx.fetchrow(_FIND, mail, swv)


async def attempts(tx: Transaction, mail: UUID) -> list[asyncpg.Record]:
    """List the attempts of one mail, oldest first."""
    return await tx.fetch(_ATTEMPTS, mail)


async def preference(tx: Transaction, adres: str) -> asyncpg.Record | None:
    """Give what was chosen for this address."""
    return await tx.fetchrow(_PREFERENCE, adres)


async def prefer(tx: Transaction, adres: str, at: datetime, *, statusmails: bool) -> None:
    """Keep what was chosen for this address."""
    await tx.execute(_PREFER, adres, statusmails, at)
