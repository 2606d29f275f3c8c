"""The SQL of organisations, connectors and mandates."""

from collections.abc import Collection, Sequence
from typing import Any

import asyncpg

from intake.domain.facts import SchoolFact
from intake.domain.mandaat import Mandaat, main_location, may_speak
from shared import clock
from shared.database import Transaction

_SWV = """
INSERT INTO swv (code, naam) SELECT * FROM unnest($1::text[], $2::text[])
ON CONFLICT (code) DO UPDATE SET naam = excluded.naam WHERE swv.naam <> excluded.naam
"""
_BESTUUR = """
INSERT INTO bestuur (code, naam) SELECT * FROM unnest($1::text[], $2::text[])
ON CONFLICT (code) DO UPDATE SET naam = excluded.naam WHERE bestuur.naam <> excluded.naam
"""
_SCHOOL = """
INSERT INTO school (code, naam, bestuur, swv) SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
ON CONFLICT (code) DO UPDATE SET naam = excluded.naam, bestuur = excluded.bestuur, swv = excluded.swv
WHERE (school.naam, school.bestuur, school.swv) <> (excluded.naam, excluded.bestuur, excluded.swv)
"""
_CONNECTOR = """
INSERT INTO connector (id, naam, gebruiker, actief, toegevoegd_op, max_bericht, per_minuut)
VALUES ($1, $2, $3, coalesce($4, true), $5, $6, $7)
ON CONFLICT (id) DO UPDATE SET naam = excluded.naam, gebruiker = excluded.gebruiker, actief = coalesce($4, connector.actief),
    max_bericht = excluded.max_bericht, per_minuut = excluded.per_minuut
"""
_LINE = "INSERT INTO lijn (connector) VALUES ($1) ON CONFLICT DO NOTHING"
_DROP_SWV = "DELETE FROM connector_swv WHERE connector = $1 AND swv <> ALL($2::text[])"
_ADD_SWV = "INSERT INTO connector_swv SELECT $1, * FROM unnest($2::text[]) ON CONFLICT DO NOTHING"
_DROP_MANDATE = "DELETE FROM mandaat WHERE connector = $1 AND school <> ALL($2::text[])"
_PUT_MANDATES = """
INSERT INTO mandaat (connector, school, van, tot, voor_nevenvestigingen)
SELECT $1, * FROM unnest($2::text[], $3::date[], $4::date[], $5::boolean[])
ON CONFLICT ON CONSTRAINT mandaat_pkey DO UPDATE SET van = excluded.van, tot = excluded.tot,
    voor_nevenvestigingen = excluded.voor_nevenvestigingen
"""
_MANDATES = """
SELECT school, van, tot, voor_nevenvestigingen FROM toelating WHERE connector = $1 AND school = ANY($2::text[])
"""
_ACTIVE = "SELECT id, gebruiker, max_bericht, per_minuut FROM connector WHERE actief ORDER BY id"
_SET_ACTIVE = "UPDATE connector SET actief = $2 WHERE id = $1"
_LISTED = """
SELECT id, naam, gebruiker, actief, max_bericht, per_minuut,
    (SELECT coalesce(array_agg(swv ORDER BY swv), '{}') FROM connector_swv WHERE connector_swv.connector = connector.id) AS swv,
    (SELECT count(*) FROM mandaat WHERE mandaat.connector = connector.id
        AND $1::date BETWEEN coalesce(van, $1) AND coalesce(tot, $1)) AS mandaten,
    (SELECT count(*) FROM koppeling JOIN verificatiecode AS code ON code.id = koppeling.verificatiecode
        WHERE koppeling.connector = connector.id AND koppeling.gestopt_op IS NULL AND code.gestopt_op IS NULL) AS codes
FROM connector ORDER BY id
"""
_SCHOOLS = """
SELECT school.code, school.naam, school.bestuur, bestuur.naam AS bestuursnaam,
    $4::date BETWEEN coalesce(school.van, $4) AND coalesce(school.tot, $4) AS open FROM school
JOIN bestuur ON bestuur.code = school.bestuur
WHERE school.swv = $1 AND ($2::text IS NULL OR school.code = $2) AND ($3::text IS NULL OR school.bestuur = $3)
    AND ($5::text[] IS NULL OR school.code IN (SELECT school FROM platformschool WHERE platform = ANY($5)))
ORDER BY school.naam, school.code
"""
_FACTS = """
WITH RECURSIVE gevolgd (gevraagd, code, laatste) AS (
    SELECT code, code, 'infinity'::date FROM unnest($3::text[]) AS asked (code)
    UNION ALL SELECT gevraagd, naar, least(laatste, coalesce(koppeling_tot, '-infinity'))
    FROM gevolgd JOIN opvolging ON opvolging.school = gevolgd.code
)
SELECT 'swv' AS soort, code, code AS nu, naam, NULL AS bestuur, NULL AS swv,
    EXISTS (SELECT FROM connector_swv WHERE connector = $1 AND connector_swv.swv = code) AS mag, NULL::bigint AS ontvangst,
    true AS open
FROM unnest($2::text[]) AS asked (code) JOIN swv USING (code)
UNION ALL
SELECT 'school', gevraagd, school.code, naam, bestuur, swv, laatste >= $4, NULL,
    $4::date BETWEEN coalesce(van, $4) AND coalesce(tot, $4) AND laatste >= $4
FROM gevolgd JOIN school USING (code) WHERE NOT EXISTS (SELECT FROM opvolging WHERE opvolging.school = gevolgd.code)
UNION ALL
SELECT 'wacht', sleutel, NULL, NULL, NULL, NULL, NULL, min(id), NULL FROM ontvangst
WHERE connector = $1 AND staat = 'mislukt' AND sleutel IS NOT NULL GROUP BY sleutel
"""
_SCHOOL_FACT = """
SELECT code, naam, bestuur, swv, $3::date BETWEEN coalesce(van, $3) AND coalesce(tot, $3) AS is_open
FROM school WHERE code = $1 AND swv = $2
    AND ($4::text[] IS NULL OR code IN (SELECT school FROM platformschool WHERE platform = ANY($4)))
"""


async def upsert(
    tx: Transaction,
    swvs: Sequence[tuple[str, str]],
    besturen: Sequence[tuple[str, str]],
    scholen: Sequence[tuple[str, str, str, str]],
) -> None:
    """Add or change organisations by their codes; what is not named stays."""
    await tx.execute(_SWV, *_columns(swvs, 2))
    await tx.execute(_BESTUUR, *_columns(besturen, 2))
    await tx.execute(_SCHOOL, *_columns(scholen, 4))


async def put_connector(tx: Transaction, row: tuple[Any, ...], swvs: Sequence[str], mandaten: Sequence[Mandaat]) -> None:
    """Add or change a connector; what it may address and for whom becomes exactly this. ``actief`` None: as it was."""
    connector = row[0]
    await tx.execute(_CONNECTOR, *row)
    await tx.execute(_LINE, connector)
    await tx.execute(_DROP_SWV, connector, swvs)
    await tx.execute(_ADD_SWV, connector, swvs)
    await tx.execute(_DROP_MANDATE, connector, [mandaat.school for mandaat in mandaten])
    await put_mandates(tx, connector, mandaten)


async def put_mandates(tx: Transaction, connector: str, mandaten: Sequence[Mandaat]) -> None:
    """Note these mandates; an earlier one of the same school becomes this, and the others stay."""
    await tx.execute(
        _PUT_MANDATES,
        connector,
        [mandaat.school for mandaat in mandaten],
        [mandaat.van for mandaat in mandaten],
        [mandaat.tot for mandaat in mandaten],
        [mandaat.voor_nevenvestigingen for mandaat in mandaten],
    )


async def mandates(tx: Transaction, connector: str, scholen: Collection[str]) -> list[Mandaat]:
    """List what lets this connector speak for these schools, on whatever day; by a code that is in use too."""
    codes = {*scholen, *map(main_location, scholen)}
    return [Mandaat(**row) for row in await tx.fetch(_MANDATES, connector, sorted(codes))]


async def set_active(tx: Transaction, connector: str, *, actief: bool) -> None:
    """Start or stop a connector; services notice within ``connector_poll`` seconds."""
    await tx.execute(_SET_ACTIVE, connector, actief)


async def connectors(tx: Transaction) -> list[asyncpg.Record]:
    """List the connectors, each with its SWVs, and how many mandates and codes count today."""
    return await tx.fetch(_LISTED, clock.today())


async def active_connectors(connection: "asyncpg.Pool[asyncpg.Record]") -> list[asyncpg.Record]:
    """List the connectors that are served, with their RabbitMQ users and what they may send."""
    return await connection.fetch(_ACTIVE)


async def schools(
    tx: Transaction, swv: str, code: str | None, bestuur: str | None, platforms: Sequence[str] | None
) -> list[asyncpg.Record]:
    """List the schools of an SWV, of one code, of one board or of some platforms."""
    return await tx.fetch(_SCHOOLS, swv, code, bestuur, clock.today(), platforms)


async def school(tx: Transaction, code: str, swv: str, platforms: Sequence[str] | None) -> SchoolFact | None:
    """Find one school of an SWV, or of some platforms of it."""
    row = await tx.fetchrow(_SCHOOL_FACT, code, swv, clock.today(), platforms)
    return SchoolFact(**row, allowed=True) if row else None


async def facts(
    tx: Transaction, connector: str, swvs: Sequence[str], scholen: Sequence[str]
) -> tuple[dict[str, bool], dict[str, SchoolFact], dict[str, int]]:
    """Look up what the rules need: SWVs, schools, and which dossiers wait behind which failing row.

    A school is found under the number that was asked; one that has another number now is found as what it is now.
    """
    found: tuple[dict[str, bool], dict[str, SchoolFact], dict[str, int]] = ({}, {}, {})
    today = clock.today()
    rows = await tx.fetch(_FACTS, connector, swvs, scholen, today)
    asked = {code for row in rows if row["soort"] == "school" for code in (row["code"], row["nu"])}
    mandaten = await mandates(tx, connector, asked) if asked else []
    for row in rows:
        match row["soort"]:
            case "swv":
                found[0][row["code"]] = row["mag"]
            case "school":
                as_sent = row["mag"] and may_speak(mandaten, row["code"], today)  # the old number counts no longer for ever
                allowed = as_sent or may_speak(mandaten, row["nu"], today)
                found[1][row["code"]] = SchoolFact(row["nu"], row["naam"], row["bestuur"], row["swv"], allowed, row["open"])
            case _:
                found[2][row["code"]] = row["ontvangst"]
    return found


def _columns(rows: Sequence[tuple[str, ...]], width: int) -> list[list[str]]:
    return [[row[place] for row in rows] for place in range(width)]
