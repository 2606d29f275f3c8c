"""Figures: how many hulpvragen there are, within an actor's reach."""

import asyncpg

from shared.database import Transaction
from workflow.access import Bereik

# What some roles may not see is not counted for them either.
_COUNTS = """
SELECT aanvraagtype, count(*) FILTER (WHERE NOT einde) AS lopend, count(*) FILTER (WHERE einde) AS afgerond
FROM hulpvraag
WHERE swv = $1 AND ($2::text IS NULL OR school = $2) AND ($3::text IS NULL OR bestuur = $3)
    AND (zichtbaar_voor = '{}' OR zichtbaar_voor && $4::text[])
    AND ($5::text[] IS NULL OR school IN (SELECT school FROM platformschool WHERE swv = $1 AND platform = ANY($5)))
GROUP BY aanvraagtype ORDER BY aanvraagtype NULLS LAST
"""


async def counts(tx: Transaction, bereik: Bereik) -> list[asyncpg.Record]:
    """Count by aanvraagtype; those still to be sorted have none, and come last."""
    return await tx.fetch(_COUNTS, bereik.swv, bereik.school, bereik.bestuur, sorted(bereik.rollen), bereik.platforms)
