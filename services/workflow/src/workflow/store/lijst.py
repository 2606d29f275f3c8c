"""The list: newest first, page by page from a known place, within an actor's reach.

Three statements, chosen by what is asked. Where an index has the rows in order they come off it. Where it has not, for search
words, titles and labels, the newest rows are read first, which fills the page when what is asked is common; when it is rare
that fails, and the word index finds the few there are. So neither is slow, whatever is asked.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import asyncpg

from shared import clock
from shared.database import Transaction
from workflow.access import Bereik
from workflow.domain import zoek

RECENT = 2500
"""How many of the newest rows within reach are looked through before the word index is asked."""
_PLAN_ANEW = """
SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('random_page_cost', '1.1', true)
"""
# The second: PostgreSQL knows of an index over several columns not that its rows lie in order, takes each for a turn of a disk,
# and then rather reads all SWVs' rows by number (PostgreSQL 15, Planner Cost Constants: 1.1 suits memory and solid state).
_SHOWN = """
dossiernummer, naam, school, schoolnaam, coalesce(aanvraagtype, titel) AS aanvraagtype, status, einde, versie, deadline,
coordinator, labels, ingediend_op, gewijzigd_op
"""
_REACH = """
swv = $1 AND ($2::text IS NULL OR school = $2) AND ($3::text IS NULL OR bestuur = $3)
    AND ($4::bigint IS NULL OR dossiernummer < $4)
    AND ($15::timestamptz IS NULL OR ingediend_op >= $15) AND ($16::timestamptz IS NULL OR ingediend_op < $16)
    AND ($17::bigint[] IS NULL OR dossiernummer = ANY($17))
    AND ($18::text[] IS NULL OR school IN (SELECT school FROM platformschool WHERE swv = $1 AND platform = ANY($18)))
"""
_ASKED = """
($6::text IS NULL OR status = $6) AND ($7::text IS NULL OR aanvraagtype = $7) AND ($8::boolean IS NULL OR einde = $8)
    AND ($9::boolean IS NULL OR (aanvraagtype IS NULL) = $9)
    AND (zichtbaar_voor = '{}' OR zichtbaar_voor && $10::text[])
    AND ($11::text IS NULL OR labels @> ARRAY[$11]) AND ($12::text IS NULL OR coordinator = $12)
    AND ($13::text IS NULL OR school = $13) AND ($14::date IS NULL OR deadline <= $14)
"""
# ruff: noqa: S608 - statements are put together from the constants above, never from input
_IN_ORDER = f"SELECT {_SHOWN} FROM hulpvraag WHERE {_REACH} AND {_ASKED} ORDER BY dossiernummer DESC LIMIT $5"
_RECENT = f"""
SELECT {_SHOWN} FROM (SELECT * FROM hulpvraag WHERE {_REACH} ORDER BY dossiernummer DESC LIMIT $20) AS recent
WHERE zoek @@ $19::text::tsquery AND {_ASKED} ORDER BY dossiernummer DESC LIMIT $5
"""
_BY_WORD = f"""
WITH gevonden AS MATERIALIZED (
    SELECT dossiernummer, naam, school, schoolnaam, titel, aanvraagtype, status, einde, versie, deadline, coordinator, labels,
        ingediend_op, gewijzigd_op
    FROM hulpvraag WHERE zoek @@ $19::text::tsquery AND {_REACH} AND {_ASKED}
)
SELECT {_SHOWN} FROM gevonden ORDER BY dossiernummer DESC LIMIT $5
"""


@dataclass(frozen=True, slots=True)
class Vraag:
    """What is asked of the list. ``voor`` is the dossiernummer of the last row already shown.

    ``vanaf`` and ``tot`` are Dutch days of submission, both included; ``deadline_tot`` is the last day of a term that runs;
    ``nummers`` are the only ones that are asked about.
    """

    zoek: str = ""
    status: str | None = None
    aanvraagtype: str | None = None
    einde: bool | None = None
    ongesorteerd: bool | None = None
    label: str | None = None
    coordinator: str | None = None
    school: str | None = None
    vanaf: date | None = None
    tot: date | None = None
    deadline_tot: date | None = None
    nummers: tuple[int, ...] | None = None
    voor: int | None = None
    aantal: int = 25


async def page(tx: Transaction, bereik: Bereik, vraag: Vraag) -> list[asyncpg.Record]:
    """One row more than asked, when there is more. Nothing here counts what lies beyond the page."""
    limit = vraag.aantal + 1
    given = [
        bereik.swv,
        bereik.school,
        bereik.bestuur,
        vraag.voor,
        limit,
        vraag.status,
        vraag.aanvraagtype,
        vraag.einde,
        vraag.ongesorteerd,
        sorted(bereik.rollen),
        vraag.label,
        vraag.coordinator,
        vraag.school,
        vraag.deadline_tot,
        _midnight(vraag.vanaf),
        _midnight(vraag.tot + timedelta(days=1)) if vraag.tot else None,
        vraag.nummers,
        bereik.platforms,
    ]
    await tx.execute(_PLAN_ANEW)
    rare = [code for code in (vraag.aanvraagtype, vraag.label) if code is not None]
    if not zoek.typed(vraag.zoek) and not rare:
        return await tx.fetch(_IN_ORDER, *given)
    codes = [*bereik.codes, *rare, *(code for code in (vraag.status, vraag.coordinator, vraag.school) if code is not None)]
    question = zoek.question(vraag.zoek, codes)
    rows = await tx.fetch(_RECENT, *given, question, RECENT)
    return rows if len(rows) == limit else await tx.fetch(_BY_WORD, *given, question)


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), clock.NETHERLANDS) if day else None
