"""One transaction: effect, events and audit rows together or not at all; the same command twice has one answer."""

import asyncio
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from shared import clock, deadletter, erasure, idempotency
from shared.database import Database, Transaction
from shared.errors import Unprocessable
from shared.idempotency import Answer
from shared.migrate import CHASSIS, migrate
from support.ping import ping
from support.sandbox import Sandbox


@pytest.fixture
async def database(sandbox: Sandbox) -> Database:
    database = Database(sandbox.database_url("notify"))
    await database.connect()
    return database


async def test_a_failed_transaction_leaves_no_event_and_no_audit_row(database: Database) -> None:
    async def failing() -> None:
        async with database.transaction() as tx:
            tx.publish(ping(1))
            tx.audit("x", subject="zaak-1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await failing()
    assert await database.pool.fetchval("SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM audit_log)") == 0


async def test_a_failed_savepoint_takes_only_its_own_events_with_it(database: Database) -> None:
    async def failing(tx: Transaction) -> None:
        async with tx.savepoint():
            tx.publish(ping(2))
            tx.audit("x", subject="zaak-2")
            raise RuntimeError

    async with database.transaction() as tx:
        tx.publish(ping(1))
        with pytest.raises(RuntimeError):
            await failing(tx)
        tx.publish(ping(3))
    assert await database.pool.fetchval("SELECT count(*) FROM outbox") == 2
    assert await database.pool.fetchval("SELECT count(*) FROM audit_log") == 0


async def command(database: Database, key: str, request: bytes, effects: list[int]) -> Answer:
    async with database.transaction() as tx:
        if (answer := await idempotency.seen(tx, key, "account-1", request)) is not None:
            return answer
        effects.append(1)
        await asyncio.sleep(0.01)
        answer = Answer(201, {"nummer": len(effects)})
        await idempotency.remember(tx, key, "account-1", request, answer)
        return answer


async def test_the_same_command_ten_times_at_once_has_one_effect_and_one_answer(database: Database) -> None:
    effects: list[int] = []
    answers = await asyncio.gather(*(command(database, "sleutel", b"x", effects) for _ in range(10)))
    assert effects == [1]
    assert set(map(str, answers)) == {str(Answer(201, {"nummer": 1}))}


async def test_an_answer_is_forgotten_after_its_days_and_the_key_is_a_new_command(database: Database) -> None:
    effects: list[int] = []
    first = await command(database, "oud", b"x", effects)
    await idempotency.purge(database.pool, clock.now() - timedelta(days=30))
    assert await command(database, "oud", b"x", effects) == first
    await database.pool.execute("UPDATE idempotency SET created_at = created_at - interval '31 days'")
    await idempotency.purge(database.pool, clock.now() - timedelta(days=30))
    assert await command(database, "oud", b"x", effects) != first


async def test_erasing_finds_the_answers_about_a_hulpvraag_and_no_other(database: Database) -> None:
    mine, other = uuid4(), uuid4()
    async with database.transaction() as tx:
        for key, about in (("een", mine), ("twee", mine), ("drie", other), ("vier", None)):
            await idempotency.remember(tx, key, "account-1", b"x", Answer(201, {"over": str(mine)}), hulpvraag=about)
    async with database.transaction() as tx:
        gone = await tx.fetchrow(erasure._MESSAGES, str(mine), [])
    assert gone is not None
    assert gone["idempotency"] == 2
    assert {row["key"] for row in await database.pool.fetch("SELECT key FROM idempotency")} == {"drie", "vier"}


async def test_the_same_key_for_another_command_is_refused(database: Database) -> None:
    effects: list[int] = []
    await command(database, "sleutel", b"x", effects)
    with pytest.raises(Unprocessable):
        await command(database, "sleutel", b"y", effects)


async def test_a_dead_letter_is_replayed_once_and_on_record(sandbox: Sandbox, database: Database) -> None:
    async with sandbox.connect() as owner:
        await owner.execute(
            "INSERT INTO notify.dead_letter (queue, message_id, type, subject, reason, detail, attempts, headers, properties,"
            " body, died_at) VALUES ('notify.ping', '01a206de-920f-7252-99de-f26d287ebd66', 't', 'zaak-1', 'RuntimeError', '',"
            " 3, '{\"x-attempt\": 3, \"traceparent\": \"00-t\"}', '{}', '{}', now())"
        )
    number = (await deadletter.listed(database.pool))[0]["id"]
    for expected in (1, 0):
        async with database.transaction() as tx:
            assert await deadletter.replay(tx, [number], actor="operator") == expected
    row = await database.pool.fetchrow("SELECT exchange, routing_key, message_id::text, headers FROM outbox")
    assert row is not None
    assert (row["exchange"], row["routing_key"]) == ("notify.work", "notify.ping")
    assert row["message_id"] == "01a206de-920f-7252-99de-f26d287ebd66"
    assert row["headers"] == {"traceparent": "00-t"}
    assert await database.pool.fetchval("SELECT action FROM audit_log") == "dead_letter.replayed"


async def test_a_migration_that_changed_after_it_was_applied_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    url = sandbox.database_url("notify", "migrator")
    file = tmp_path / "9001_pre_try.sql"
    file.write_text("-- migrate:up\nCREATE TABLE try (id integer);\n")
    assert await migrate(url, schema="notify", folders=[CHASSIS, tmp_path]) == ["9001_pre_try"]
    assert await migrate(url, schema="notify", folders=[CHASSIS, tmp_path]) == []
    file.write_text("-- migrate:up\nCREATE TABLE other (id integer);\n")
    with pytest.raises(RuntimeError, match="changed after it was applied"):
        await migrate(url, schema="notify", folders=[CHASSIS, tmp_path])


async def test_a_migration_that_fails_half_way_leaves_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    url = sandbox.database_url("notify", "migrator")
    (tmp_path / "9001_pre_try.sql").write_text("-- migrate:up\nCREATE TABLE half (id integer);\nSELECT 1/0;\n")
    with pytest.raises(Exception, match="division"):
        await migrate(url, schema="notify", folders=[CHASSIS, tmp_path])
    async with sandbox.connect() as connection:
        assert await connection.fetchval("SELECT to_regclass('notify.half')") is None


async def test_two_migrators_at_once_apply_each_file_once(sandbox: Sandbox, tmp_path: Path) -> None:
    url = sandbox.database_url("notify", "migrator")
    (tmp_path / "9001_pre_try.sql").write_text("-- migrate:up\nCREATE TABLE once (id integer);\nSELECT pg_sleep(0.1);\n")
    both = await asyncio.gather(*(migrate(url, schema="notify", folders=[CHASSIS, tmp_path]) for _ in range(2)))
    assert sorted(map(len, both)) == [0, 1]


async def test_what_a_transaction_sets_and_locks_ends_with_it(sandbox: Sandbox) -> None:
    """A connection goes back to the pool as it is: one of one, so that the next has the same."""
    database = Database(sandbox.database_url("notify"), size=1)
    await database.connect()
    async with database.transaction() as tx:
        await tx.execute("SELECT set_config('work_mem', '77MB', true), pg_advisory_xact_lock(77)")
        process = await tx.fetchval("SELECT pg_backend_pid()")
    connection = await database.pool.acquire()
    await connection.execute("BEGIN")  # and one that is given back in the middle of a transaction is rolled back
    await connection.execute("SELECT pg_advisory_xact_lock(78)")
    await database.pool.release(connection)
    async with database.transaction() as tx:
        assert await tx.fetchval("SELECT pg_backend_pid()") == process
        assert await tx.fetchval("SHOW work_mem") != "77MB"
        assert await tx.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = $1", process) == 0
    await database.close()
