"""The second wall between SWVs: row-level security, whatever the code above it decides."""

import asyncpg
import pytest

from support.sandbox import SERVICES, Sandbox, schema_of

SAFE = {
    "gateway": "accounts come before anyone is known; who may see which is decided per route",
    "chassis": "outbox, inbox, audit and the like hold every SWV's messages, and no route shows them",
}
"""What is not walled off, and why."""
CHASSIS = {
    "audit_block",
    "audit_log",
    "audit_told",  # which heads were told
    "dead_letter",
    "idempotency",
    "inbox",
    "outbox",
    "relay_lease",
    "schema_migrations",
    "token_epoch",  # from when on what is signed for an account counts
    "vernietigd",  # what was erased: ids and a number
}
OF_ALL = {
    "intake": {
        "bestuur",  # organisations, public
        "codepoging",  # wrong verification codes, counted per connector and per BRIN
        "connector",
        "connector_swv",
        "koppeling",  # which environment of an LVS sends for which school
        "las",
        "lijn",
        "mandaat",
        "opvolging",
        "osrmandaat",  # mandates of schools
        "platform",
        "platformschool",
        "verhuisddossier",  # ids only; the dossiers are walled off
        "ontvangst",  # what came in, before it is known for which SWV
        "rollen",
        "school",
        "slotaanvraag",
        "slotsoort",  # what an uploadslot is for
        "swv",
        "titelregels",
        "vernietigde_referentie",  # hashes of references
        "uitgaand",  # what goes out, per connector
        "verificatiecode",  # hashes of codes of schools
    },
    "workflow": {"termijn", "termijnmoment", "regelset"},
    "documents": {"anker"},  # heads of audit logs
    "notify": {"voorkeur"},  # of a mail address, whatever the SWV
    "bron-export": {"besluit", "rollen"},  # which versions of decisions were seen
}
_TABLES = """
SELECT relname, relrowsecurity, relkind FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE nspname = $1 AND relkind IN ('r', 'p')
"""


@pytest.mark.parametrize("service", sorted(set(SERVICES) - SAFE.keys()))
async def test_every_table_is_walled_off_but_those_named_here(sandbox: Sandbox, service: str) -> None:
    async with sandbox.connect() as connection:
        tables = {row["relname"]: row["relrowsecurity"] for row in await connection.fetch(_TABLES, schema_of(service))}
    assert {name for name, walled in tables.items() if not walled} == CHASSIS | OF_ALL[service]


@pytest.mark.parametrize("service", sorted(set(SERVICES) - SAFE.keys()))
async def test_the_wall_stands_for_the_role_the_service_works_as(sandbox: Sandbox, service: str) -> None:
    """Neither the owner of a table nor one who passes by row-level security."""
    async with sandbox.connect() as connection:
        role = await connection.fetchrow(
            """
            SELECT rolsuper OR rolbypassrls AS above,
                EXISTS (SELECT FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
                        WHERE nspname = $2 AND relowner = pg_roles.oid) AS owns
            FROM pg_roles WHERE rolname = $1
            """,
            f"{schema_of(service)}_app",
            schema_of(service),
        )
    assert role is not None
    assert (role["above"], role["owns"]) == (False, False)


async def test_a_session_that_does_not_say_for_whom_sees_nothing(sandbox: Sandbox) -> None:
    async with sandbox.connect() as connection:
        await connection.execute("INSERT INTO workflow.postbus VALUES ('PO2507', 'administratie', 'post@swv.example', now())")
    connection = await asyncpg.connect(sandbox.database_url("workflow"))
    try:
        assert await connection.fetchval("SELECT count(*) FROM postbus") == 0
        for swv, seen in (("PO2507", 1), ("PO2806", 0), ("", 0), ("*", 1)):
            await connection.execute("SELECT set_config('schakel.swv', $1, false)", swv)
            assert await connection.fetchval("SELECT count(*) FROM postbus") == seen, swv
    finally:
        await connection.close()


async def test_a_search_behind_the_wall_still_has_its_index(sandbox: Sandbox) -> None:
    plan = "EXPLAIN SELECT FROM hulpvraag WHERE zoek @@ 'linde'::tsquery"
    connection = await asyncpg.connect(sandbox.database_url("workflow"))
    try:
        await connection.execute("SET schakel.swv = 'PO2507'; SET enable_seqscan = off")
        assert any("hulpvraag_zoek" in row[0] for row in await connection.fetch(plan))
    finally:
        await connection.close()
