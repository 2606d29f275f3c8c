"""The SQL of sending: claim what is due, keep it, write what became of it, take over from a process that died.

Two rules carry the rest. Every write about a claimed mail names the token of its claim, so that a process that froze and thaws
cannot overwrite what another has done since. And an outcome goes into ``poging`` whether or not its claim still stood.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from notify.domain.fate import Outcome, Staat
from shared.database import Transaction

EXPIRED = "De link of code in deze mail was verlopen voordat hij verstuurd kon worden."
_CLAIM = """
WITH due AS (
    SELECT mail.id, mail.staat AS was, CASE WHEN mail.geldig_tot <= $1 THEN 'opgegeven'
        WHEN mail.hulpvraag IS NOT NULL AND NOT voorkeur.statusmails THEN 'onderdrukt' ELSE 'bezig' END AS naar
    FROM mail LEFT JOIN voorkeur ON voorkeur.adres = mail.adres
    WHERE mail.staat IN ('gepland', 'uitgesteld', 'onbekend') AND mail.volgende_poging <= $1
    ORDER BY mail.volgende_poging, mail.id LIMIT $2 FOR UPDATE OF mail SKIP LOCKED)
UPDATE mail SET staat = due.naar, gewijzigd_op = $1, token = $3,
    antwoord = CASE WHEN due.naar = 'opgegeven' THEN $5 ELSE mail.antwoord END,
    claimed_until = CASE WHEN due.naar = 'bezig' THEN now() + $4 * interval '1 second' END
FROM due WHERE mail.id = due.id
RETURNING mail.id, message_id, swv, hulpvraag, dossiernummer, account, overdracht, doelgroep, naam, email, sjabloon, onderwerp,
    inhoud, geheim, pogingen, volgende_poging, gepland_op, correlation_id, traceparent, token, was, naar
"""
_EXTEND = """
UPDATE mail SET claimed_until = now() + $3 * interval '1 second'
FROM unnest($1::uuid[], $2::uuid[]) AS held (id, token)
WHERE mail.id = held.id AND mail.token = held.token AND mail.staat = 'bezig' RETURNING mail.id
"""
_SETTLE = """
WITH settled AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::integer[], $6::timestamptz[], $7::timestamptz[],
        $8::text[], $9::integer[], $10::text[])
        AS s (attempt, id, token, staat, pogingen, volgende_poging, op, uitkomst, code, tekst)),
moved AS (
    UPDATE mail SET staat = s.staat, pogingen = s.pogingen, volgende_poging = s.volgende_poging, gewijzigd_op = s.op,
        code = CASE WHEN s.tekst <> '' THEN s.code ELSE mail.code END,
        antwoord = CASE WHEN s.tekst <> '' THEN s.tekst ELSE mail.antwoord END, claimed_until = NULL
    FROM settled s WHERE mail.id = s.id AND mail.token = s.token RETURNING mail.id),
logged AS (
    INSERT INTO poging (id, mail, op, uitkomst, code, tekst)
    SELECT attempt, id, op, uitkomst, code, tekst FROM settled s
    WHERE uitkomst IS NOT NULL AND EXISTS (SELECT FROM mail WHERE mail.id = s.id)
    ON CONFLICT DO NOTHING)
SELECT id FROM moved
"""
_RECOVER = """
WITH lost AS (
    UPDATE mail SET staat = CASE WHEN pogingen < $2 THEN 'onbekend' ELSE 'opgegeven' END, pogingen = pogingen + 1,
        volgende_poging = $1, gewijzigd_op = $1, code = NULL, antwoord = $3, claimed_until = NULL
    WHERE id IN (SELECT id FROM mail WHERE staat = 'bezig' AND claimed_until < now() LIMIT 1000 FOR UPDATE SKIP LOCKED)
    RETURNING id, coalesce(hulpvraag, account, overdracht) AS subject, staat, pogingen),
logged AS (INSERT INTO poging (id, mail, op, uitkomst, tekst) SELECT gen_random_uuid(), id, $1, 'onbekend', $3 FROM lost)
SELECT id, subject, staat, pogingen FROM lost
"""
_WAITING = """
SELECT count(*) AS mails, coalesce(extract(epoch FROM $1::timestamptz - min(volgende_poging)), 0)::float8 AS age FROM mail
WHERE staat IN ('gepland', 'uitgesteld', 'onbekend') AND volgende_poging <= $1
"""


@dataclass(frozen=True, slots=True)
class Mail:
    """A claimed mail, about a hulpvraag, an account or a staff change. ``was`` is the state it came from, ``naar`` that of now.

    That is ``bezig``, or it is not to be sent: its recipient switched these mails off, or what it holds is of no use any more.
    ``inhoud`` is a ``Content``, or that of its kind, as it was stored; whoever writes the mail reads it, so that a bad one
    stops only itself. ``geheim`` is a token or a code, sealed.
    """

    id: UUID
    message_id: str
    swv: str
    hulpvraag: UUID | None
    dossiernummer: int | None
    account: UUID | None
    overdracht: UUID | None
    doelgroep: str
    naam: str
    email: str
    sjabloon: str
    onderwerp: str
    inhoud: dict[str, Any]
    geheim: bytes | None
    pogingen: int
    volgende_poging: datetime
    gepland_op: datetime
    correlation_id: UUID
    traceparent: str | None
    token: UUID
    was: Staat
    naar: Staat

    @property
    def subject(self) -> UUID | None:
        """What the mail is about: mails about one thing leave one after the other."""
        return self.hulpvraag or self.account or self.overdracht


@dataclass(frozen=True, slots=True)
class Settled:
    """What to write about a claimed mail. Without an outcome nothing was tried: the mail goes back to where it was.

    ``id`` is the attempt's: written twice, when the outcome of a commit was unknown, it is one row.
    """

    id: UUID
    mail: Mail
    staat: Staat
    pogingen: int
    volgende_poging: datetime
    op: datetime
    outcome: Outcome | None
    note: str = ""


async def claim(tx: Transaction, now: datetime, limit: int, token: UUID, lease: float) -> list[Mail]:
    """Take up to ``limit`` due mails for ``lease`` seconds, the one that waits longest first."""
    rows = await tx.fetch(_CLAIM, now, limit, token, lease, EXPIRED)
    return sorted((Mail(**row) for row in rows), key=lambda mail: (mail.volgende_poging, mail.id))


async def extend(tx: Transaction, mails: Sequence[Mail], lease: float) -> set[UUID]:
    """Keep these mails ``lease`` seconds more; give the ids of those we still had."""
    rows = await tx.fetch(_EXTEND, [mail.id for mail in mails], [mail.token for mail in mails], lease)
    return {row["id"] for row in rows}


async def settle(tx: Transaction, settled: Sequence[Settled]) -> set[UUID]:
    """Write what became of these mails; give the ids of those that were still ours to write."""
    rows = await tx.fetch(
        _SETTLE,
        [each.id for each in settled],
        [each.mail.id for each in settled],
        [each.mail.token for each in settled],
        [each.staat for each in settled],
        [each.pogingen for each in settled],
        [each.volgende_poging for each in settled],
        [each.op for each in settled],
        [each.outcome.kind if each.outcome else None for each in settled],
        [each.outcome.code if each.outcome else None for each in settled],
        [each.outcome.text if each.outcome else each.note for each in settled],
    )
    for each in settled:
        if each.outcome is not None:
            about = each.mail.subject or each.mail.id
            tx.audit(
                f"mail.{each.staat}",
                subject=about,
                mail=each.mail.id,
                doelgroep=each.mail.doelgroep,
                sjabloon=each.mail.sjabloon,
            )
    return {row["id"] for row in rows}


async def recover(tx: Transaction, now: datetime, attempts: int, note: str) -> list[asyncpg.Record]:
    """Mark mails whose process died as of unknown outcome, due at once; after ``attempts`` attempts they are given up."""
    return await tx.fetch(_RECOVER, now, attempts, note)


async def waiting(pool: "asyncpg.Pool[asyncpg.Record]", now: datetime) -> tuple[int, float]:
    """Count the mails that are due, and the seconds the first of them waits."""
    row = await pool.fetchrow(_WAITING, now)
    return (row["mails"], row["age"]) if row else (0, 0.0)
