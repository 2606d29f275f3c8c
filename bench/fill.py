"""Fill workflow's database with fictional hulpvragen: ``python -m bench.fill DATABASE_URL COUNT``.

The URL is that of workflow's migrator role, which owns the tables. What an earlier filling left is thrown away first; real rows
stay. The rows are made by two processes and go in with COPY, the indexes are made anew afterwards: a million takes minutes.
Search words, names and terms come from the service's own code, so that a list finds them as it finds real ones.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from uuid import UUID

import asyncpg

from bench.fictional import FIRST, Change, Made, World
from shared import clock
from workflow.domain.hulpvraag import display_name, search_words
from workflow.domain.mails import rolpostbussen
from workflow.domain.termijnen import BEREIKT

PART = 5000
"""Hulpvragen per transaction."""


def _words(text: str) -> list[str]:
    return text.split()


COLUMNS = {
    "hulpvraag": _words(
        "id dossiernummer swv school bestuur titel naam schoolnaam aanvraagtype regels_versie status einde zichtbaar_voor "
        "versie deadline coordinator coordinator_email labels ingediend_op gewijzigd_op zoek"
    ),
    "inzending": _words("hulpvraag inhoud"),
    "statuswijziging": _words(
        "hulpvraag versie id vorige status reden bespreekdatum aanleiding account naam rol mails zonder_adres gewijzigd_op"
    ),
    "termijn": _words("hulpvraag naam grond deadline staat"),
    "termijnmoment": _words("id hulpvraag naam grond soort op gedaan_op"),
}
_MINE = "hulpvraag IN (SELECT id FROM hulpvraag WHERE dossiernummer >= $1)"
_FORGET = [f"DELETE FROM {table} WHERE {_MINE}" for table in reversed(COLUMNS) if table != "hulpvraag"]
_INDEXES = """
SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS statement FROM pg_index
WHERE indrelid = ANY ($1::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""
_PERSON = UUID("7d1f0a52-0000-4000-8000-000000000001")


async def fill(url: str, count: int) -> None:
    """Leave exactly ``count`` fictional hulpvragen, on top of what is real."""
    connection = await asyncpg.connect(url)
    for statement in _FORGET:
        await connection.execute(statement, FIRST)
    await connection.execute("DELETE FROM hulpvraag WHERE dossiernummer >= $1", FIRST)
    indexes = await connection.fetch(_INDEXES, list(COLUMNS))
    for index in indexes:
        await connection.execute(f"DROP INDEX {index['name']}")
    now, loop = clock.now(), asyncio.get_running_loop()
    processes = os.cpu_count() or 1
    with ProcessPoolExecutor(processes) as workers:
        shares = [range(number * PART, count, processes * PART) for number in range(processes)]
        await asyncio.gather(*(loop.run_in_executor(workers, _share, url, now, count, share) for share in shares))
    await connection.execute("SET maintenance_work_mem = '256MB'")
    for index in indexes:
        await connection.execute(index["statement"])
    for table in COLUMNS:
        await connection.execute(f"VACUUM ANALYZE {table}")
    await connection.close()


def _share(url: str, now: datetime, total: int, begins: Iterable[int]) -> None:
    asyncio.run(_copy(url, World(now, total), begins))


async def _copy(url: str, world: World, begins: Iterable[int]) -> None:
    connection = await asyncpg.connect(url)
    for begin in begins:
        lines: dict[str, list[str]] = {table: [] for table in COLUMNS}
        for place in range(begin, min(begin + PART, world.total)):
            for table, values in rows(world.hulpvraag(place), world.now):
                lines[table].append("\t".join(map(_field, values)))
        async with connection.transaction():
            for table, columns in COLUMNS.items():
                await connection.copy_to_table(table, source=_bytes(lines[table]), columns=columns)
    await connection.close()


def rows(made: Made, now: datetime) -> Iterator[tuple[str, tuple[object, ...]]]:
    """The rows of one hulpvraag, each with its table, the columns as in ``COLUMNS``."""
    data, last = made.data, made.changes[-1]
    status, titel = last.step.naar, made.verloop.type.titel
    deadlines = [stand.deadline for stand in made.standen if stand.deadline is not None and stand.staat == "loopt"]
    words = search_words(data, titel, status.naam, made.coordinator, made.labels)
    who = (made.coordinator, "coordinator@swv.example" if made.coordinator else None)
    yield (
        "hulpvraag",
        (
            *(data.hulpvraag, data.dossiernummer, data.swv, data.school.code, data.school.bestuur, data.aanvraagtype),
            *(display_name(data), data.school.naam, titel, made.regels.versie, status.naam, status.einde),
            *(status.zichtbaar_voor, len(made.changes), min(deadlines, default=None), *who, made.labels, data.ingediend_op),
            *(last.op, " ".join(f"'{word}'" for word in words)),
        ),
    )
    yield "inzending", (data.hulpvraag, data.model_dump_json())
    before = None
    for versie, change in enumerate(made.changes, 1):
        yield "statuswijziging", _history(made, versie, before, change)
        before = change.step.naar.naam
    for stand in made.standen:
        due = any(moment.soort == BEREIKT and moment.op <= now for moment in stand.momenten)
        yield "termijn", (data.hulpvraag, stand.naam, stand.grond, stand.deadline, "verstreken" if due else stand.staat)
        for moment in stand.momenten:
            done = now if moment.op <= now else None
            yield (
                "termijnmoment",
                (clock.new_id(), data.hulpvraag, stand.naam, stand.grond, moment.soort, moment.op, done),
            )


def _history(made: Made, versie: int, before: str | None, change: Change) -> tuple[object, ...]:
    step, mails = change.step, change.step.naar.mails
    sent = json.dumps([{"doelgroep": mail.doelgroep, "sjabloon": mail.sjabloon} for mail in mails], ensure_ascii=False)
    cause = "ingediend" if versie == 1 else "statuswijziging" if step.rol else "bijlagen-toegevoegd"
    reden = "Er is een verzonnen reden." if step.naar.wacht_op == "aanvrager" else None
    person = (_PERSON, "Bram Verzonnen", step.rol) if step.rol else (None, None, None)
    return (
        *(made.data.hulpvraag, versie, clock.new_id(), before, step.naar.naam, reden, change.bespreekdatum, cause),
        *(*person, sent, tuple(rolpostbussen(mails)), change.op),
    )


def _field(value: object) -> str:
    r"""One value in COPY's text format (PostgreSQL, COPY): ``\N`` is nothing, a backslash goes before what means something."""
    match value:
        case None:
            return r"\N"
        case tuple():
            quoted = (str(one).replace("\\", "\\\\").replace('"', '\\"') for one in value)
            value = "{" + ",".join(f'"{one}"' for one in quoted) + "}"
    return str(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


async def _bytes(lines: list[str]) -> AsyncIterator[bytes]:
    for begin in range(0, len(lines), 1000):
        yield ("\n".join(lines[begin : begin + 1000]) + "\n").encode()


if __name__ == "__main__":
    asyncio.run(fill(sys.argv[1], int(sys.argv[2])))
