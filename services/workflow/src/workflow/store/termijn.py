"""The terms of hulpvragen, and the moments at which something must happen for them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from shared import clock
from shared.database import Transaction
from workflow.domain.termijnen import BEREIKT, Stand, Stap, Verhaal

_STORY = "SELECT gewijzigd_op, status, bespreekdatum FROM statuswijziging WHERE hulpvraag = $1 ORDER BY versie"
_END = """
SELECT max(inhoud.eind) FROM besluit
JOIN besluitversie AS inhoud ON (inhoud.besluit, inhoud.versie) = (besluit.id, besluit.versie)
WHERE besluit.hulpvraag = $1 AND besluit.toegekend
"""
_KEEP = """
WITH standen AS (
    INSERT INTO termijn (hulpvraag, naam, grond, deadline, staat)
    SELECT $1, naam, grond, deadline, staat FROM unnest($2::text[], $3::date[], $4::date[], $5::text[])
        AS nieuw (naam, grond, deadline, staat)
    ON CONFLICT (hulpvraag, naam, grond) DO UPDATE SET deadline = EXCLUDED.deadline,
        staat = CASE WHEN termijn.staat = 'verstreken' AND EXCLUDED.deadline <= termijn.deadline THEN 'verstreken'
            ELSE EXCLUDED.staat END
), voorbij AS (
    UPDATE termijn SET staat = 'gehaald', deadline = NULL WHERE hulpvraag = $1 AND staat IN ('loopt', 'staat stil')
        AND (naam, grond) NOT IN (SELECT * FROM unnest($2::text[], $3::date[]))
), weg AS (
    DELETE FROM termijnmoment WHERE hulpvraag = $1 AND gedaan_op IS NULL
        AND (naam, grond, soort) NOT IN (SELECT * FROM unnest($6::text[], $7::date[], $8::text[]))
)
UPDATE hulpvraag SET deadline = $9 WHERE id = $1 AND deadline IS DISTINCT FROM $9
"""
_MOMENTS = """
INSERT INTO termijnmoment (id, hulpvraag, naam, grond, soort, op, gedaan_op)
SELECT id, $1, naam, grond, soort, op, CASE WHEN $7 AND op <= $8 THEN $8 END
FROM unnest($2::uuid[], $3::text[], $4::date[], $5::text[], $6::timestamptz[]) AS nieuw (id, naam, grond, soort, op)
ON CONFLICT (hulpvraag, naam, grond, soort) DO UPDATE SET op = EXCLUDED.op WHERE termijnmoment.gedaan_op IS NULL
"""
_ANY_DUE = "SELECT EXISTS (SELECT FROM termijnmoment WHERE gedaan_op IS NULL AND op <= $1)"
_DUE = """
SELECT hulpvraag.id FROM termijnmoment JOIN hulpvraag ON hulpvraag.id = termijnmoment.hulpvraag
WHERE gedaan_op IS NULL AND op <= $1 ORDER BY op LIMIT 1 FOR NO KEY UPDATE OF hulpvraag SKIP LOCKED
"""
_FIRST_DUE = """
SELECT moment.id, moment.naam, moment.grond, moment.soort, termijn.deadline FROM termijnmoment AS moment
JOIN termijn ON (termijn.hulpvraag, termijn.naam, termijn.grond) = (moment.hulpvraag, moment.naam, moment.grond)
WHERE moment.hulpvraag = $1 AND moment.gedaan_op IS NULL AND moment.op <= $2 ORDER BY moment.op, moment.soort DESC LIMIT 1
"""
_DONE = """
WITH gedaan AS (UPDATE termijnmoment SET gedaan_op = $2 WHERE id = $1 RETURNING hulpvraag, naam, grond, soort)
UPDATE termijn SET staat = 'verstreken' FROM gedaan WHERE gedaan.soort = $3 AND staat = 'loopt'
    AND (termijn.hulpvraag, termijn.naam, termijn.grond) = (gedaan.hulpvraag, gedaan.naam, gedaan.grond)
"""
_SHOWN = """
SELECT termijn.naam, grond, deadline, staat,
    ARRAY(
        SELECT gedaan_op FROM termijnmoment WHERE soort <> $2 AND gedaan_op IS NOT NULL
            AND (hulpvraag, naam, grond) = (termijn.hulpvraag, termijn.naam, termijn.grond) ORDER BY op
    ) AS herinnerd_op
FROM termijn WHERE hulpvraag = $1 ORDER BY deadline NULLS LAST, naam, grond
"""


async def story(tx: Transaction, hulpvraag: UUID, eindstatussen: frozenset[str]) -> Verhaal:
    """What happened to a hulpvraag, as far as its terms go."""
    rows = await tx.fetch(_STORY, hulpvraag)
    steps = [Stap(row["gewijzigd_op"], row["status"], row["bespreekdatum"]) for row in rows]
    return Verhaal(steps, eindstatussen, await tx.fetchval(_END, hulpvraag))


async def keep(tx: Transaction, hulpvraag: UUID, standen: Sequence[Stand], *, silent: bool = False) -> None:
    """Bring the rows to how the terms stand now. What was done stays done; with ``silent`` what lies behind us is, too."""
    moments = [(stand, moment) for stand in standen for moment in stand.momenten]
    deadlines = [stand.deadline for stand in standen if stand.deadline is not None and stand.staat == "loopt"]
    await tx.execute(
        _KEEP,
        hulpvraag,
        [stand.naam for stand in standen],
        [stand.grond for stand in standen],
        [stand.deadline for stand in standen],
        [stand.staat for stand in standen],
        [stand.naam for stand, _ in moments],
        [stand.grond for stand, _ in moments],
        [moment.soort for _, moment in moments],
        min(deadlines, default=None),
    )
    if moments:
        await tx.execute(
            _MOMENTS,
            hulpvraag,
            [clock.new_id() for _ in moments],
            [stand.naam for stand, _ in moments],
            [stand.grond for stand, _ in moments],
            [moment.soort for _, moment in moments],
            [moment.op for _, moment in moments],
            silent,
            clock.now(),
        )


async def next_due(tx: Transaction, now: datetime) -> UUID | None:
    """Lock the hulpvraag whose term has been due longest, unless another replica has it in hand."""
    found: UUID | None = await tx.fetchval(_DUE, now)
    return found


async def first_due(tx: Transaction, hulpvraag: UUID, now: datetime) -> asyncpg.Record | None:
    """The first moment of a hulpvraag that is due."""
    return await tx.fetchrow(_FIRST_DUE, hulpvraag, now)


async def done(tx: Transaction, moment: UUID, now: datetime) -> None:
    """Remember that a moment happened."""
    await tx.execute(_DONE, moment, now, BEREIKT)


async def listed(tx: Transaction, hulpvraag: UUID) -> list[asyncpg.Record]:
    """The terms of a hulpvraag, the first to run out first."""
    return await tx.fetch(_SHOWN, hulpvraag, BEREIKT)


async def any_due(pool: "asyncpg.Pool[asyncpg.Record]", now: datetime) -> bool:
    """Whether anything is due at all: a look that takes no lock."""
    return bool(await pool.fetchval(_ANY_DUE, now))
