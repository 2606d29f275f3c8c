"""The SQL of organisations as one list, whatever table each kind has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from intake.domain.organisatie import Key, Organisatie, key_of
from shared.database import Transaction

# ruff: noqa: S608 - statements are put together from the constants below, never from input
_ALL = """
SELECT soort, code, naam, bestuur, swv, platform, van, tot FROM (
    SELECT 1 AS plaats, 'swv' AS soort, code, naam, '' AS bestuur, '' AS swv, '' AS platform, van, tot, code AS van_swv FROM swv
    UNION ALL SELECT 2, 'bestuur', code, naam, '', '', '', van, tot, NULL FROM bestuur
    UNION ALL SELECT 3, 'platform', code, naam, '', swv, '', van, tot, swv FROM platform
    UNION ALL SELECT 4, soort, code, naam, bestuur, swv, coalesce(platform, ''), van, tot, swv
    FROM school LEFT JOIN platformschool ON platformschool.school = school.code
) AS organisatie
"""
# A board is seen by each SWV where it has a school, and, as long as it has none at all, by everyone who may give it one.
_LISTED = f"""{_ALL}
WHERE ($1::text IS NULL OR van_swv = $1 OR (van_swv IS NULL AND (
        EXISTS (SELECT FROM school WHERE school.bestuur = organisatie.code AND school.swv = $1)
        OR NOT EXISTS (SELECT FROM school WHERE school.bestuur = organisatie.code))))
    AND ($2::text IS NULL OR soort = $2)
    AND ($3 = '' OR position(lower($3) IN lower(concat_ws(' ', code, naam, bestuur, swv, platform))) > 0)
ORDER BY plaats, naam, code LIMIT $4
"""
_KNOWN = f"{_ALL} WHERE code = ANY($1::text[])"
_WITH_DOSSIERS = "SELECT DISTINCT school FROM dossier WHERE school = ANY($1::text[])"
_ELSEWHERE = "SELECT DISTINCT bestuur FROM school WHERE bestuur = ANY($1::text[]) AND swv <> $2"
_OUTLIVED = """
SELECT soort, school, code FROM (
    SELECT 'bestuur' AS soort, school.code AS school, bestuur.code, bestuur.tot AS laatste, school.tot
    FROM school JOIN bestuur ON bestuur.code = school.bestuur
    UNION ALL SELECT 'swv', school.code, swv.code, swv.tot, school.tot FROM school JOIN swv ON swv.code = school.swv
    UNION ALL SELECT 'platform', school.code, platform.code, platform.tot, school.tot
    FROM school JOIN platformschool ON platformschool.school = school.code
    JOIN platform ON platform.code = platformschool.platform
) AS samen
WHERE (school = ANY($1::text[]) OR code = ANY($1::text[])) AND laatste < coalesce(tot, 'infinity') ORDER BY school
"""
_PUT = {
    "swv": """
INSERT INTO swv (code, naam, van, tot) VALUES ($1, $2, $3, $4)
ON CONFLICT (code) DO UPDATE SET naam = excluded.naam, van = excluded.van, tot = excluded.tot
""",
    "bestuur": """
INSERT INTO bestuur (code, naam, van, tot) VALUES ($1, $2, $3, $4)
ON CONFLICT (code) DO UPDATE SET naam = excluded.naam, van = excluded.van, tot = excluded.tot
""",
    "platform": """
INSERT INTO platform (code, naam, van, tot, swv) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (code) DO UPDATE SET naam = excluded.naam, van = excluded.van, tot = excluded.tot
""",
    "school": """
INSERT INTO school (code, naam, van, tot, swv, bestuur, soort) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (code) DO UPDATE SET naam = excluded.naam, van = excluded.van, tot = excluded.tot, swv = excluded.swv,
    bestuur = excluded.bestuur, soort = excluded.soort
""",
}
_NO_PLATFORM = "DELETE FROM platformschool WHERE school = $1 RETURNING platform"
_TO_PLATFORM = """
INSERT INTO platformschool (school, platform) VALUES ($1, $2) ON CONFLICT (school) DO UPDATE SET platform = excluded.platform
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What is there of what is asked about. ``used``: schools with dossiers; ``elsewhere``: boards with schools of others."""

    organisaties: dict[Key, Organisatie]
    used: frozenset[str]
    elsewhere: frozenset[str]


async def listed(
    tx: Transaction, swv: str | None = None, soort: str | None = None, zoek: str = "", most: int | None = None
) -> list[Organisatie]:
    """List organisations by kind and name: all, or those an SWV has to do with."""
    return [Organisatie.model_validate(dict(row)) for row in await tx.fetch(_LISTED, swv, soort, zoek.strip(), most)]


async def known(tx: Transaction, codes: Sequence[str], swv: str | None = None) -> Known:
    """Look up what carries these numbers."""
    rows = [Organisatie.model_validate(dict(row)) for row in await tx.fetch(_KNOWN, codes)]
    used = frozenset(row["school"] for row in await tx.fetch(_WITH_DOSSIERS, codes))
    elsewhere = await tx.fetch(_ELSEWHERE, codes, swv) if swv is not None else []
    return Known({one.key: one for one in rows}, used, frozenset(row["bestuur"] for row in elsewhere))


async def put(tx: Transaction, one: Organisatie) -> bool:
    """Add or change one; True when it is a school that is of another platform now."""
    place = key_of(one.soort, one.code)[0]
    values: list[str | date | None] = [one.code, one.naam, one.van, one.tot]
    more: dict[str, list[Any]] = {"platform": [one.swv], "school": [one.swv, one.bestuur, one.soort]}
    await tx.execute(_PUT[place], *values, *more.get(place, []))
    if place != "school":
        return False
    before: str | None = await tx.fetchval(_NO_PLATFORM, one.code)
    if one.platform:
        await tx.execute(_TO_PLATFORM, one.code, one.platform)
    return (before or "") != one.platform


async def outlived(tx: Transaction, codes: Sequence[str]) -> list[tuple[Key, str]]:
    """What ends before a school of it does, as (what, school); for these numbers."""
    return [((row["soort"], row["code"]), row["school"]) for row in await tx.fetch(_OUTLIVED, codes)]
