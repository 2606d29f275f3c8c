"""What is past its term is cleared, and what must stay stays."""

from datetime import timedelta

from intake.store import upkeep
from shared import clock
from support.intake import World
from support.sandbox import Sandbox

_ROW = """
INSERT INTO intake.ontvangst (connector, eigenschappen, grootte, sha256, body, ontvangen_op, staat, uitkomst)
VALUES ('parnassys', '{}', 1, '\\x00', '\\x00', $1, 'verwerkt', $2)
"""
_ANSWER = """
INSERT INTO intake.uitgaand (connector, volgnummer, type, message_id, body, gemaakt_op)
VALUES ('parnassys', $1, 't', gen_random_uuid(), '\\x00', $2)
"""


async def test_originals_of_refused_messages_and_old_answers_are_cleared(sandbox: Sandbox, world: World) -> None:
    now = clock.now()
    old = now - timedelta(days=500)
    async with sandbox.connect() as connection:
        for at, outcome in ((old, "geweigerd"), (old, "aanvaard"), (now, "geweigerd")):
            await connection.execute(_ROW, at, outcome)
        for number, at in ((1, old), (2, old), (3, now), (None, old)):
            await connection.execute(_ANSWER, number, at)
        await connection.execute("UPDATE intake.lijn SET genummerd = 3, verzonden = 1")
    async with world.database() as database:
        await upkeep.forget_refused(database.pool, now - timedelta(days=30))
        await upkeep.forget_answers(database.pool, now - timedelta(days=400))
        (figures,) = await upkeep.figures(database.pool, now)
    async with sandbox.connect() as connection:
        kept = await connection.fetch("SELECT uitkomst, body IS NOT NULL AS body FROM intake.ontvangst ORDER BY id")
        left = await connection.fetch("SELECT volgnummer FROM intake.uitgaand ORDER BY id")
    assert [tuple(row) for row in kept] == [("geweigerd", False), ("aanvaard", True), ("geweigerd", True)]
    assert [row["volgnummer"] for row in left] == [2, 3, None]
    assert (figures["waiting"], figures["failing"], figures["unsent"]) == (0, 0, 3)
    assert figures["unsent_age"] > 499 * 86400
