"""What happened, read from the databases of the services.

message → dossiernummer → statuses → mails → bijlagen → letter → registration, each with its time after the message.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import asyncpg

from schakel_local.demo.site import Site
from shared.database import EVERY_SWV

_RECEIVED = """
SELECT h.dossiernummer, h.id, h.aanvraagtype, coalesce(o.connector, 'portal') AS via, o.bericht, o.herhalingen, o.ontvangen_op
FROM hulpvraag AS h JOIN ontvangst AS o ON o.id = h.ontvangst WHERE h.dossiernummer = ANY ($1::bigint[])
ORDER BY h.dossiernummer
"""
_STATUSES = (
    "SELECT versie, status, aanleiding, rol, gewijzigd_op AS at FROM statuswijziging WHERE hulpvraag = $1 ORDER BY versie"
)
_MAILS = """
SELECT m.email, m.staat, m.gepland_op, p.op AS at FROM mail AS m
LEFT JOIN LATERAL (SELECT op FROM poging WHERE mail = m.id ORDER BY op DESC LIMIT 1) AS p ON true
WHERE m.wijziging = $1 ORDER BY m.email
"""
_CHANGE = "SELECT id FROM statuswijziging WHERE hulpvraag = $1 AND versie = $2"
_FILES = """
SELECT naam, soort, staat, grootte, beoordeeld_op AS at FROM bijlage WHERE hulpvraag = $1 ORDER BY toegevoegd_op, volgnummer
"""
_LETTERS = "SELECT naam, brief, bij, staat, grootte, gemaakt_op AS at FROM brief WHERE hulpvraag = $1 ORDER BY gevraagd_op"
_REGISTRATIONS = "SELECT nummer, soort, staat, gewijzigd_op AS at FROM registratie WHERE hulpvraag = $1 ORDER BY nummer"
_ROWS = {
    "intake": ("hulpvraag", "ontvangst"),
    "workflow": ("hulpvraag", "statuswijziging", "besluit"),
    "notify": ("mail",),
    "documents": ("bijlage", "brief"),
    "bron-export": ("registratie",),
}


async def lines(site: Site, numbers: Sequence[int]) -> list[str]:
    """Return the table, a line each."""
    found: list[str] = []
    async with _opened(site, "intake") as intake:
        received = await intake.fetch(_RECEIVED, numbers)
    for row in received:
        found += await _of_one(site, row)
    return [*found, "", await _totals(site)]


async def _of_one(site: Site, row: asyncpg.Record) -> list[str]:
    begin: datetime = row["ontvangen_op"]
    again = f", sent {row['herhalingen'] + 1} times" if row["herhalingen"] else ""
    message = str(row["bericht"]) if row["bericht"] else "by hand"
    head = f"{row['dossiernummer']}  {row['aanvraagtype']}  via {row['via']}  message {message}{again}  {begin:%H:%M:%S}"
    found = ["", head]

    def line(at: datetime | None, what: str, which: str, more: str) -> str:
        after = f"+{(at - begin).total_seconds():8.2f} s" if at else " " * 11
        return f"  {after}  {what:<13} {which:<42} {more}"

    async with _opened(site, "workflow") as workflow, _opened(site, "notify") as notify:
        for change in await workflow.fetch(_STATUSES, row["id"]):
            who = change["rol"] or change["aanleiding"]
            found.append(line(change["at"], "status", str(change["status"]), who))
            wijziging = await workflow.fetchval(_CHANGE, row["id"], change["versie"])
            found += [
                line(mail["at"], "  mail", mail["email"], mail["staat"]) for mail in await notify.fetch(_MAILS, wijziging)
            ]
    async with _opened(site, "documents") as documents:
        for file in await documents.fetch(_FILES, row["id"]):
            if file["soort"] != "brief":
                found.append(line(file["at"], "bijlage", file["naam"], f"{file['staat']}, {file['grootte']} bytes"))
        for letter in await documents.fetch(_LETTERS, row["id"]):
            where = f"{letter['staat']}, bij {letter['bij']}, {letter['grootte']} bytes"
            found.append(line(letter["at"], letter["brief"], letter["naam"], where))
    async with _opened(site, "bron-export") as register:
        for one in await register.fetch(_REGISTRATIONS, row["id"]):
            found.append(line(one["at"], "registratie", f"{one['soort']} {one['nummer']}", one["staat"]))
    return found


async def _totals(site: Site) -> str:
    parts = []
    for service, tables in _ROWS.items():
        async with _opened(site, service) as connection:
            for table in tables:
                count = await connection.fetchval(f"SELECT count(*) FROM {table}")  # noqa: S608 - names from the list above
                parts.append(f"{service}.{table} {count}")
    return "rows  " + "  ".join(parts)


@asynccontextmanager
async def _opened(site: Site, service: str) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    url = site.environment[f"SCHAKEL_{service.replace('-', '_').upper()}_DATABASE_URL"]
    connection = await asyncpg.connect(url, server_settings=EVERY_SWV)
    try:
        yield connection
    finally:
        await connection.close()
