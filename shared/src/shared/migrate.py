"""Plain SQL migrations, one schema per service: forward only, in order of name, each in its own transaction.

>>> await migrate("postgresql://intake_migrator:…", schema="intake", folders=[CHASSIS, Path("services/intake/migrations")])

Files are ``NNNN_pre_what.sql`` or ``NNNN_post_what.sql`` (before or after the new code runs) and open with ``-- migrate:up``,
dbmate's form. Two runners at once wait for each other; an applied file that changed since is refused. A file that cannot get a
lock within five seconds fails whole, rather than make every query behind it wait; the job is run again.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import asyncpg

from shared import clock

CHASSIS = Path(__file__).parent / "migrations"
HEADER = "-- migrate:up"
_TABLE = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    version text CONSTRAINT schema_migrations_pkey PRIMARY KEY, checksum bytea NOT NULL, applied_at timestamptz NOT NULL)
"""


async def migrate(url: str, *, schema: str, folders: Sequence[Path]) -> list[str]:
    """Apply what is missing; return the names. Raises RuntimeError for an edited or misformed file."""
    connection = await asyncpg.connect(url, server_settings={"search_path": schema})
    try:
        await connection.execute("SELECT pg_advisory_lock(hashtextextended($1, 1))", schema)
        await connection.execute("SET lock_timeout = '5s'")
        await connection.execute(_TABLE)
        known = {row["version"]: row["checksum"] for row in await connection.fetch("SELECT * FROM schema_migrations")}
        applied = []
        for prefix, file in [(folder is CHASSIS, file) for folder in folders for file in sorted(folder.glob("*.sql"))]:
            version = f"chassis/{file.stem}" if prefix else file.stem
            text = file.read_text(encoding="utf-8")
            checksum = hashlib.sha256(text.encode()).digest()
            if not text.startswith(HEADER):
                msg = f"{file.name} does not open with {HEADER!r}"
                raise RuntimeError(msg)
            if version in known:
                if known[version] != checksum:
                    msg = f"{file.name} changed after it was applied: write a new migration instead"
                    raise RuntimeError(msg)
                continue
            async with connection.transaction():
                await connection.execute(text)
                await connection.execute("INSERT INTO schema_migrations VALUES ($1, $2, $3)", version, checksum, clock.now())
            applied.append(version)
        return applied
    finally:
        await connection.close()
