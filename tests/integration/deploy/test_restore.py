"""A backup brought back on another server (deploy/README, "Backup"): rows and walls are there, and the log goes on.

How long it took is printed: it grows with the data.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex
from typing import Any

import asyncpg
import pytest

from schakel_local.postgres import SUPERUSER, Postgres, programs
from shared import audit
from shared.database import Database
from support.sandbox import PASSWORD, Sandbox

WALLS = """
SELECT 'table' AS what, relname AS name, relrowsecurity::text || coalesce(relacl::text, '') AS how FROM pg_class
    JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE nspname = 'workflow' AND relkind = 'r'
UNION ALL SELECT 'policy', tablename || '.' || policyname, coalesce(qual, '') FROM pg_policies WHERE schemaname = 'workflow'
ORDER BY 1, 2
"""
ROWS = "SELECT id, action, subject, actor, details FROM notify.audit_log ORDER BY id"


async def told(url: str, *subjects: str) -> None:
    """Do what is logged, and seal it."""
    database = Database(url)
    await database.connect()
    for subject in subjects:
        async with database.transaction() as tx:
            tx.audit("dossier.bekeken", subject=subject, actor="account-1")
        async with database.transaction() as tx:
            await audit.seal(tx.connection)
    await database.close()


async def asked(url: str, query: str) -> list[dict[str, Any]]:
    connection = await asyncpg.connect(url)
    try:
        return [dict(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()


@pytest.fixture
def elsewhere(server_folder: Path) -> Iterator[Postgres]:
    """Another server, with nothing on it."""
    server = Postgres(server_folder / f"elsewhere-{token_hex(4)}")
    server.start()
    yield server
    server.kill()


def restored(postgres: Postgres, elsewhere: Postgres) -> None:
    """Take a physical copy of a server that goes on working, and start from it."""
    elsewhere.stop()
    cluster = str(elsewhere.data / "cluster")
    elsewhere.run(["rm", "-rf", cluster], step="make room")
    copy = ["--dbname", postgres.superuser_dsn(), "--pgdata", cluster, "--checkpoint=fast", "--wal-method=stream"]
    elsewhere.run([str(programs() / "pg_basebackup"), *copy], step="copy")
    elsewhere.start()


async def test_from_a_physical_copy_everything_goes_on_where_it_was(
    sandbox: Sandbox, postgres: Postgres, elsewhere: Postgres
) -> None:
    await told(sandbox.database_url("notify"), "zaak-1", "zaak-2")
    before, walls = await asked(sandbox.superuser_url, ROWS), await asked(sandbox.superuser_url, WALLS)
    began = time.monotonic()
    restored(postgres, elsewhere)
    print(f"restored in {time.monotonic() - began:.1f} s")
    owner = elsewhere.dsn(SUPERUSER, postgres.kept.secret("superuser"), sandbox.name)
    assert await asked(owner, ROWS) == before
    assert await asked(owner, WALLS) == walls
    notify = elsewhere.dsn("notify_app", PASSWORD, sandbox.name)
    await told(notify, "zaak-3")
    connection: Any = await asyncpg.connect(notify)
    verdict = await audit.verify(connection)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("DELETE FROM audit_log")
    await connection.close()
    assert (verdict.blocks, verdict.entries, verdict.broken) == (3, 3, None)


async def test_on_a_dump_loaded_into_a_new_server_no_service_starts(
    sandbox: Sandbox, postgres: Postgres, elsewhere: Postgres
) -> None:
    """Transactions of a new server are numbered from the start: what it logs would stand among what was sealed long ago."""
    await told(sandbox.database_url("notify"), "zaak-1")
    file = str(elsewhere.data / "dump")
    dump = ["--format=custom", "--no-owner", "--no-acl", "--schema=notify", f"--file={file}", sandbox.superuser_url]
    elsewhere.run([str(programs() / "pg_dump"), *dump], step="dump")
    owner = elsewhere.superuser_dsn()
    elsewhere.run([str(programs() / "pg_restore"), "--no-owner", "--no-acl", f"--dbname={owner}", file], step="load")
    connection = await asyncpg.connect(owner, server_settings={"search_path": "notify"})
    with pytest.raises(RuntimeError, match="restored from a dump"):
        await audit.require_ahead(connection)
    await connection.execute("UPDATE audit_block SET below = '1'")
    await audit.require_ahead(connection)
    await connection.close()
