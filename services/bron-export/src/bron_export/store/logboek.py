"""What was tried at the register and what people corrected: rows are only added."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from bron_export.domain.registratie import Registratie
from shared import clock
from shared.contracts.common import Signaal
from shared.database import Transaction

_BEGUN = """
INSERT INTO verzendpoging (poging, registratie, handeling, volgnummer, stap, op) VALUES ($1, $2, $3, $4, 'begonnen', $5)
"""
_ENDED = """
INSERT INTO verzendpoging (poging, registratie, handeling, volgnummer, stap, uitkomst, detail, signalen, op)
VALUES ($1, $2, $3, $4, 'afgelopen', $5, $6, $7, $8) ON CONFLICT DO NOTHING
"""
_ATTEMPTS = """
SELECT poging, handeling, volgnummer, stap, uitkomst, detail, signalen, op FROM verzendpoging WHERE registratie = $1
ORDER BY id DESC LIMIT 100
"""
_CORRECTED = """
INSERT INTO correctie (id, registratie, volgnummer, reden, oud, nieuw, door, op) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
_CORRECTIONS = "SELECT volgnummer, reden, oud, nieuw, op FROM correctie WHERE registratie = $1 ORDER BY volgnummer"


async def attempt_begun(tx: Transaction, poging: UUID, registratie: Registratie, handeling: str) -> None:
    """Note that an attempt begins, before its first byte leaves."""
    await tx.execute(_BEGUN, poging, registratie.id, handeling, registratie.volgnummer, clock.now())


async def attempt_ended(
    tx: Transaction,
    poging: UUID,
    registratie: Registratie,
    handeling: str,
    *,
    uitkomst: str,
    detail: str,
    signalen: Sequence[Signaal],
) -> None:
    """Note what came of it, also when it came too late to count."""
    await tx.execute(
        _ENDED,
        poging,
        registratie.id,
        handeling,
        registratie.volgnummer,
        uitkomst,
        detail,
        [each.model_dump() for each in signalen],
        clock.now(),
    )


async def attempts(tx: Transaction, registratie: UUID) -> list[asyncpg.Record]:
    """Return the newest hundred rows of the attempt log, newest first."""
    return await tx.fetch(_ATTEMPTS, registratie)


async def corrected(
    tx: Transaction, registratie: Registratie, reden: str, oud: Mapping[str, Any], nieuw: Mapping[str, Any], door: UUID
) -> UUID:
    """Note a person's correction; return its id."""
    number = clock.new_id()
    await tx.execute(_CORRECTED, number, registratie.id, registratie.volgnummer, reden, oud, nieuw, door, clock.now())
    return number


async def corrections(tx: Transaction, registratie: UUID) -> list[asyncpg.Record]:
    """Return all corrections, oldest first."""
    return await tx.fetch(_CORRECTIONS, registratie)
