"""The audit log: what was done is chained; whoever alters, removes, adds or reorders a sealed row is found out."""

import asyncpg
import pytest

from shared import audit, logboek
from shared.database import Database
from support.sandbox import Sandbox

TAMPERINGS = {
    "altered": "UPDATE notify.audit_log SET actor = 'een ander' WHERE subject = 'zaak-3'",
    "removed": "DELETE FROM notify.audit_log WHERE id = (SELECT id FROM notify.audit_log LIMIT 1)",
    "added": "INSERT INTO notify.audit_log SELECT gen_random_uuid(), transaction_id, at, action, subject, actor,"
    " correlation_id, details FROM notify.audit_log LIMIT 1",
    "moved": "UPDATE notify.audit_log SET at = at + interval '1 second' WHERE subject = 'zaak-2'",
    "block removed": "DELETE FROM notify.audit_block WHERE number = 1",
    "detail altered": "UPDATE notify.audit_log SET details = '{\"n\": 99}' WHERE subject = 'zaak-1'",
}


async def filled(sandbox: Sandbox) -> Database:
    database = Database(sandbox.database_url("notify"))
    await database.connect()
    for number in range(6):
        async with database.transaction() as tx:
            tx.audit("dossier.bekeken", subject=f"zaak-{number}", actor="account-1", n=number)
        if number % 2:
            async with database.transaction() as tx:
                await audit.seal(tx.connection)
    return database


async def test_an_untouched_chain_verifies(sandbox: Sandbox) -> None:
    database = await filled(sandbox)
    async with database.transaction() as tx:
        verdict = await audit.verify(tx.connection)
        assert (verdict.blocks, verdict.entries, verdict.broken) == (3, 6, None)
        assert await audit.hashes_at(tx.connection, [3, 4]) == {3: verdict.head}
    await database.close()


@pytest.mark.parametrize("how", sorted(TAMPERINGS))
async def test_a_tampered_chain_does_not(sandbox: Sandbox, how: str) -> None:
    database = await filled(sandbox)
    async with sandbox.connect() as owner:
        await owner.execute(TAMPERINGS[how])
    async with database.transaction() as tx:
        verdict = await audit.verify(tx.connection)
    assert verdict.broken is not None
    await database.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_log SET actor = 'x'",
        "DELETE FROM audit_log",
        "TRUNCATE audit_log",
        "UPDATE audit_block SET hash = '\\x00'",
        "DELETE FROM audit_block",
    ],
)
async def test_the_service_itself_can_only_add(sandbox: Sandbox, statement: str) -> None:
    database = await filled(sandbox)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await database.pool.execute(statement)
    await database.close()


async def test_a_row_of_a_running_transaction_waits_for_the_next_block(sandbox: Sandbox) -> None:
    database = await filled(sandbox)
    async with database.transaction() as slow:
        slow.audit("dossier.bekeken", subject="zaak-late", actor="account-1")
        await slow.fetchval("SELECT pg_current_xact_id()")
        async with database.transaction() as quick:
            quick.audit("dossier.bekeken", subject="zaak-quick", actor="account-1")
        async with database.transaction() as sealer:
            assert await audit.seal(sealer.connection) == 0
    async with database.transaction() as sealer:
        assert await audit.seal(sealer.connection) == 2
        assert (await audit.verify(sealer.connection)).broken is None
    await database.close()


async def test_who_saw_a_hulpvraag_in_a_list_is_found_by_an_index_that_other_rows_are_not_in(sandbox: Sandbox) -> None:
    async with sandbox.connect() as owner, owner.transaction():
        await owner.execute("SET LOCAL search_path = notify")
        await owner.execute("SET LOCAL enable_seqscan = off; SET LOCAL plan_cache_mode = force_generic_plan")
        about: list[object] = [["zaak-1"], 7, None, 100]
        plan = "\n".join(row[0] for row in await owner.fetch(f"EXPLAIN {logboek._ABOUT}", *about))
        predicate = await owner.fetchval(
            "SELECT indpred IS NOT NULL FROM pg_index WHERE indexrelid = 'audit_log_listed'::regclass"
        )
    assert "audit_log_listed" in plan, plan
    assert predicate
